"""What limits a plan, what that is worth, and what would have to give where there is no plan."""
