"""Which scenarios a sweep has: what varies, over which levels, in a grid, by a table or drawn from ranges."""
