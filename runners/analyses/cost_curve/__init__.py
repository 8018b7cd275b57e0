"""Cost curves: what each level of a target costs, what each measure costs, and what two wishes cost together."""
