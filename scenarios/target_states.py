"""Words for how a target fares in a plan: whether it shapes it, and why not.

slack     met, and would be without it
acts      met, and the plan would be another without it
covered   missed, but another target of its pool is missed by more: a unit less would be missed all the same
full      missed at its full price: the next unit costs more than a miss, or cannot be had
nearest   missed as little as can be: no money brings the next unit
outside   missed, and no measure acts on its account
"""

from __future__ import annotations

SLACK, ACTS, COVERED, FULL, NEAREST, OUTSIDE = ACTING = ("slack", "acts", "covered", "full", "nearest", "outside")
NOWHERE = ""
"""Where a target does not hold."""
