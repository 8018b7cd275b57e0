"""The climate budget as a council reads it."""
