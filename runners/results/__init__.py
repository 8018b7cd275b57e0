"""What any answer consists of, whatever asked for it: its tables and columns, and what is said of its targets."""
