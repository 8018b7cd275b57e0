"""Words that stand in the tables of a plan: parts of its cost, and with what its path and its sums are laid beside."""

STATISTICS, PLAN, NOTHING = "statistics", "plan", "do_nothing"
"""Periods of the emission path, and the two sides of the comparison."""
SECTOR, REMOVAL, NET, TOTAL = "sector", "removal", "net", "total"
"""Kinds of rows of the emission path."""
COST, EMISSION = "present_value", "emission"
"""Kinds of rows of the comparison with doing nothing."""
COMPONENTS = (
    "investment",
    "salvage",
    "hurdle",
    "fixed",
    "variable",
    "purchase",
    "sale",
    "account_price",
    "excess",
    "breach",
)
"""Parts of the cost: `hurdle` is what rates above the discount rate add to investment and salvage."""
VALUED = ("excess", "breach")
"""Those that are no money: what missed targets and broken limits are valued at."""
