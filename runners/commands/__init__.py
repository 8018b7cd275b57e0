"""Commands: a file for each, from the words of a user to a result that is written and told."""
