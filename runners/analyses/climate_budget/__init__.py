"""The climate budget: what goes before the council with the ordinary budget, of one plan and the next four years."""
