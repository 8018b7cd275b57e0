"""Compiled programs: symbols once, numbers as often as asked, kept on disk between runs."""
