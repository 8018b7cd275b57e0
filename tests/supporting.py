"""Towns in which somebody is paid by output: a plant that stores carbon, and a mill that grows."""

from __future__ import annotations

from typing import Any

from paying import CITY, COMPANY


def support(rates: dict[str, Any], to: tuple[str, ...] = ("city",), instrument: str = "auction", **keys: Any) -> Any:
    """So much per unit of what technologies put out."""
    eligible = dict.fromkeys(to, 1)
    return {"instrument": instrument, "kind": "support", "support_rate": rates, "eligible": eligible, **keys}


def capturing_town(*supports: Any, last_year: int = 2028, **plant: Any) -> dict[str, Any]:
    """A plant that stores 10 kt a year costs 50 MSEK and 1 MSEK/kt; it may be built once, and nobody has to.

    Prices do not rise and the rate is 0.
    """
    capture = {
        "technology": "capture",
        "actor": "city",
        "buildable": True,
        "measure": True,
        "capex": 50,
        "life": 25,
        "yield": 10,
        "variable_cost": 1,
        "most_build": {2025: 1, 2026: 0},
        "most_capacity": 1,
        "activity_unit": "kt",
        "factor_activity": {"stored": 1},
    }
    return {
        "case": {"last_year": last_year},
        "technologies": [{**capture, **plant}],
        "accounts": [{"account": "stored"}],
        "actors": [CITY, COMPANY],
        "instruments": list(supports),
        "inflation": [{"value": 0}],
    }


AUCTION = support({"capture": 3}, output="stored", support_years=3)
"""3 MSEK/kt for three years."""


def growing_town(*supports: Any, last_year: int = 2027, **keys: Any) -> dict[str, Any]:
    """4 MW stand, 1 MW begins in 2025 and 2026 each; a MW gives 10 GWh a year, and all of it runs.

    Which MW a GWh came from is not decided: as much of it as can be is taken to come from what is supported.
    """
    mill = {
        "technology": "mill",
        "actor": "city",
        "existing": 4,
        "buildable": True,
        "life": 20,
        "yield": 10,
        "least_build": {2025: 1, 2026: 1, 2027: 0},
        "most_build": {2025: 1, 2026: 1, 2027: 0},
        "flow": {"power": 1},
        "least_activity": {2025: 50, 2026: 60},
    }
    return {
        "case": {"last_year": last_year},
        "commodities": [{"commodity": "power", "sale_price": 0, "trader": "city"}],
        "technologies": [{**mill, **keys}],
        "actors": [CITY, COMPANY],
        "instruments": list(supports),
        "inflation": [{"value": 0}],
    }
