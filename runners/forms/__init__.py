"""Forms: the tables that cities hand in, filled from a run and told cell by cell (docs/forms.md)."""
