"""Which assumed numbers the plan hangs on: each moved within its range, and the plan solved again."""
