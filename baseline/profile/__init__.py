"""The profile: the one YAML file that describes an organization, read, checked and turned into a `Landscape`."""
