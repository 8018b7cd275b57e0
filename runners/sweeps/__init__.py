"""How a sweep is run: in which order, by which workers, and what becomes of those that fail."""
