"""Screens: a file for each question that a visitor comes with."""
