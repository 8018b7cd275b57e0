"""Arithmetic of a scenario's arrays: money, loans, cash, targets, service and what each actor has."""
