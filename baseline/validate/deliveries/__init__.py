"""What the baseline's producers send where, and who must not: asked of the rendered policies."""
