"""Who decides about a measure: a code for each kind of owner, in the words of the council."""

from __future__ import annotations

from collections.abc import Mapping

BOARD, COMPANY, REGION, STATE, BUSINESS, HOUSEHOLDS = DECIDERS = (
    *("board", "company", "region", "state", "business", "households"),
)
"""Nämnd, bolag, region, stat, näringsliv, hushåll: `budget_decider_<code>` names each in both languages."""
OF_KIND: Mapping[str, str] = {
    "municipality": BOARD,
    "company": COMPANY,
    "region": REGION,
    "state": STATE,
    "private": BUSINESS,
    "households": HOUSEHOLDS,
}
"""By kind of owner."""
OWN = (BOARD, COMPANY)
"""Whose decisions are the council's own to make or to give directions for; the others are to be brought about."""


def find_decider(kind: str) -> str:
    """Who decides for an owner of a kind; an owner of no kind that is known is counted with business.

    >>> find_decider("municipality"), find_decider("private")
    ('board', 'business')
    """
    return OF_KIND.get(kind, BUSINESS)
