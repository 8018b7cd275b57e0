"""Solvers: tasks, stages and chains of programs, what was found, and the plan it means."""
