"""A fixed plan under other circumstances (docs/stress.md)."""
