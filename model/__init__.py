"""How a plan is found: the formulation, its compilation, the solver, the plan and its verifier."""
