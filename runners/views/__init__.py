"""What a result says, as sections of texts, tables and charts, and how these are rendered."""
