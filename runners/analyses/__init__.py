"""Analyses of a plan that has been found, each in a room of its own."""
