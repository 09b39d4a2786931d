"""Page- and report-shaped reads, each in a counted number of queries."""
