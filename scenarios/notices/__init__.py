"""Notices: what a user should know about a case or a plan although nothing is wrong with it."""
