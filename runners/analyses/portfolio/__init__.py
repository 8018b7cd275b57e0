"""Many cases planned together: what they share, prices of it, each case with its part (docs/portfolio.md)."""
