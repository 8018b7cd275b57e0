"""Checks: every mistake of the tables of a case and of the choices made, told at once."""
