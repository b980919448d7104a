"""Results of live scans, one reader per tool."""
