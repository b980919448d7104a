"""What a profile says, in Markdown."""


def markdown_text(text: str) -> str:
    """The text on one line, and no markup of HTML in it: `<team>` would vanish, `<!--` take what follows with it."""
    return text.replace("\n", " ").replace("&", "&amp;").replace("<", "&lt;")
