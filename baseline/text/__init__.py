"""One function for each language that foreign text is written into; the standard library only."""
