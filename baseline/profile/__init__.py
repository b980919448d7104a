"""The profile: the YAML file that describes an organization; loaded, checked and turned into a `Landscape`."""
