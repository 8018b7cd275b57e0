"""What a user runs: one plan, its record, its reports, the command line."""
