"""The settings function, in parts: `core`, and those that the settings of a stack need."""
