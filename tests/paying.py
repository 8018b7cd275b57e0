"""Towns in which somebody pays: what has to be built, and actors and instruments in few words.

Prices do not rise unless a town says so, so that a nominal krona is a real one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

KEPT = 3e-6
"""What later stages may lose of what came before, 1e-6 (1 + its size), and the verifier's own room."""

NEAR = 1e-3
"""What that little means for decisions that cost little: a draw at a rate of some percent."""

CITY: dict[str, Any] = {"actor": "city", "kind": "municipality"}
COMPANY: dict[str, Any] = {"actor": "company", "kind": "company"}
STATE: dict[str, Any] = {"actor": "state", "kind": "state"}


def paying_town(
    works: Mapping[str, Mapping[str, Any]],
    actors: Sequence[Mapping[str, Any]] = (CITY,),
    instruments: Sequence[Mapping[str, Any]] = (),
    last_year: int = 2030,
    rate: float = 0.0,
    **tables: Any,
) -> dict[str, Any]:
    """A town that has to build an amount of each work by its last year, as soon or late as it pays.

    Args:
        works: technology to its keys in the shorthand; `need` is the amount that must be begun (1 unless said), in MW.
        rate: discount rate.
        tables: further tables.
    """
    built = [{"technology": name, "actor": "city", "buildable": True, **work} for name, work in works.items()]
    needs = {row["technology"]: row.pop("need", 1) for row in built}
    rule = {"sense": "at_least", "basis": "cumulative", "year": 2025, "until": last_year, "mode": "hard"}
    return {
        "case": {"last_year": last_year, "discount_rate": rate},
        "technologies": built,
        "accounts": [{"account": name, "factor_build": {name: 1}} for name in needs],
        "targets": [{"target": name, "account": name, "value": need, **rule} for name, need in needs.items()],
        "actors": list(actors),
        "instruments": list(instruments),
        "inflation": [{"value": 0}],
        **tables,
    }


def road_in(year: int, cost: float = 100, **keys: Any) -> dict[str, Any]:
    """A work of 1 MW that can begin in one year alone."""
    return {"capex": cost, "earliest_start": year, "latest_start": year, **keys}


def lend(instrument: str = "loan", rate: Any = 0.1, tenor: int = 1, to: Sequence[str] = ("city",), **keys: Any) -> Any:
    """A loan in money of the price year, repaid at once when its tenor has passed."""
    terms = {"kind": "loan", "repayment": "bullet", "basis": "real", "rate": rate, "tenor": tenor}
    return {"instrument": instrument, **terms, "eligible": dict.fromkeys(to, 1), **keys}


def grant(instrument: str, shares: Mapping[str, float], to: Sequence[str] = ("city",), **keys: Any) -> Any:
    """A grant of a share of what works cost."""
    return {
        "instrument": instrument,
        "kind": "grant",
        "grant_share": dict(shares),
        "eligible": dict.fromkeys(to, 1),
        **keys,
    }


def assert_kept(actual: ArrayLike, expected: ArrayLike) -> None:
    """Fail where a cost differs by more than later stages may lose of it."""
    np.testing.assert_allclose(actual, expected, rtol=KEPT, atol=KEPT)


def assert_near(actual: ArrayLike, expected: ArrayLike) -> None:
    """Fail where decisions of a later stage differ by more than NEAR, relative or absolute."""
    np.testing.assert_allclose(actual, expected, rtol=NEAR, atol=NEAR)
