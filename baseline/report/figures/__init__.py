"""Pictures of a plan in SVG: one figure per file, drawn with the parts in `drawing`."""
