"""Plans chosen before it is known which future comes."""
