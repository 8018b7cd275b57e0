"""Whether the price of an account is paid by someone there is."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.alike import find_nearest
from scenarios.arithmetic.charges import CAUSER
from scenarios.catalog import ACCOUNT, ACTOR, PART
from scenarios.cells import NUMBER, ROW
from scenarios.checks.view import View, file_of
from scenarios.errors import Problem


def find_wrong_payers(view: View) -> Iterator[Problem]:
    """Accounts whose price is to be paid by nobody of the case, or by causers although other accounts are credited."""
    actors = view.chosen_names[ACTOR]
    credits = view.written("credit_share")
    credited = set(credits.loc[credits[NUMBER] > 0, ACCOUNT])
    for name, about in view.labels("accounts").items():
        payer, place = about["payer"], (file_of("accounts"), int(about[ROW]), "payer")
        fields = {ACCOUNT: name, "found": payer, "nearest": find_nearest(payer, {*actors, CAUSER})}
        if payer and not actors:
            yield Problem("payer_without_actors", *place, fields)
        elif payer and payer not in {*actors, CAUSER}:
            yield Problem("payer_unknown", *place, fields)
        elif payer == CAUSER and credited & _list_parts(view, name):
            yield Problem("payer_of_credits", *place, fields)


def _list_parts(view: View, account: str) -> set[str]:
    """An account and all accounts of which it is made."""
    shares = view.written("share")
    found, new = {account}, {account}
    while new:
        new = set(shares.loc[shares[ACCOUNT].isin(new), PART]) - found
        found |= new
    return found
