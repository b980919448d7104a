"""Dated facts about AWS: read from data files, asked offline."""
