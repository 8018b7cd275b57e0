"""Questions about a program beside its least cost: infeasibility, least violation, level search, near-optimal."""
