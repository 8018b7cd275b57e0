"""Solvers outside of this process: a task as an MPS file, the program that reads it, and its answer read back."""
