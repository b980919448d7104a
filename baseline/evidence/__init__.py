"""What the rendered templates prove."""
