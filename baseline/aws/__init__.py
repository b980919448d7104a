"""Dated facts about AWS, read from data files without network access."""
