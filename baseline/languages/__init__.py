"""Fixed texts of reports in other languages: one file per language, named by its code (BCP 47)."""
