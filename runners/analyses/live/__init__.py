"""Live plans: one case kept open and warm, a lever moved, the plan in parts of units and what changed."""
