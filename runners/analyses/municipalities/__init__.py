"""A first plan of each municipality, from published figures alone (docs/portfolio.md)."""
