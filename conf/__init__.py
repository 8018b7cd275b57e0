"""What a user chooses: the schema, the values, and the words in which the program speaks."""
