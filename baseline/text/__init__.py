"""One function for each output language of untrusted text; uses only the standard library."""
