"""How two plans differ: what moved, what it costs, which rules bind."""
