"""What goes where, and in which order."""
