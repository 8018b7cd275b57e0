"""One module per subject: what a kind of result says, as sections that no medium is known to."""
