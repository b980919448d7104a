"""Plan to templates; the only room that knows Jinja."""
