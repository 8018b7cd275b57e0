"""A plan against what became of it: deviations, their causes, the pace that is left, and the last moments."""
