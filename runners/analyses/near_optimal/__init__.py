"""Which plans are nearly as cheap as the cheapest: ranges of every measure, and alternatives."""
