"""What of a ready-made choice a case can take: numbers of what it has, and prices of what it buys or sells.

A file of `conf/` that scales prices or draws numbers names goods and technologies of no case in particular. What a
case lacks is left out of such a choice, and told; a name that a user writes himself is refused where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scenarios.catalog import SETTABLE
from scenarios.naming import DECLARED, name_rows, settle_word
from scenarios.settings import ADJUST, EVERY, MEASURES, SHORT, VERBS, split_key, unquote
from scenarios.tables import Tables, choose_rows
from scenarios.terms import COMMODITY, YEAR

PRICE = "price"
PRICES = "prices"


def list_lacking(tables: Tables, variants: Sequence[str], keys: Iterable[str]) -> list[str]:
    """Those of some keys, such as `adjust.price.hvo`, that are about what a case does not have."""
    chosen = choose_rows(tables, variants)
    return [key for key in keys if not _is_there(chosen, key)]


def list_unpriced(tables: Tables, variants: Sequence[str], commodities: Iterable[str]) -> list[str]:
    """Those of some commodities that a case does not have, or that it gives no price."""
    lacking = set(list_lacking(tables, variants, [f"{ADJUST}.{PRICE}.{name}" for name in commodities]))
    return [name for name in commodities if f"{ADJUST}.{PRICE}.{name}" in lacking]


def _is_there(tables: Tables, key: str) -> bool:
    """Whether every label of a key is one of the case's; a key of the configuration has none."""
    verb, *parts = split_key(key)
    quantity = SETTABLE.get(SHORT.get(parts[0], (parts[0],))[0]) if verb in VERBS and parts else None
    if quantity is None:
        return True
    dims = [dim for dim in quantity.dims if dim != YEAR and DECLARED.get(dim, f"{dim}s") in tables.frames]
    for dim, label in zip(dims, parts[1:], strict=False):
        if label in (EVERY, MEASURES):
            continue
        found = settle_word(name_rows(tables, dim), unquote(label))
        if found is None:
            return False
        if dim == COMMODITY and quantity.table == PRICES and found not in set(tables.frames[PRICES][COMMODITY]):
            return False
    return True
