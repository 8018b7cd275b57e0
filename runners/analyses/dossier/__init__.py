"""Dossiers: everything that a plan says about one measure, or about a family of measures."""
