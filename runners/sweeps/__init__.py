"""Sweeps: many scenarios of one case, which ones, in which order, who works and what is kept."""
