"""Dated facts about AWS, read from data files without a network."""
