"""Many scenarios of one case: which there are, in which order, who works, and what is kept."""
