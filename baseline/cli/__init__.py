"""The command line: one file per command; heavy imports only when a command runs."""
