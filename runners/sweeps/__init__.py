"""Thousands of scenarios of one case: which there are, who solves them, where the answers are kept."""
