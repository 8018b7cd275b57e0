"""What a finance officer keeps: accounts of a plan per actor and year, reckoned after it was solved."""
