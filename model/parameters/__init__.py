"""Which indices a program has and which numbers enter it: its structure, and every coefficient as an array."""
