"""Results of live scans, one module per tool."""
