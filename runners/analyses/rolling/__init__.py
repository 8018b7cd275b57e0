"""Plans made anew as years pass, with what is known then."""
