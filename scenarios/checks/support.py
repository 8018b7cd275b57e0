"""Whether support by output pays for something: rates of supports alone, and for what is put out and can be built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.alike import find_nearest
from scenarios.catalog import ACCOUNT, COMMODITY, INSTRUMENT, TECHNOLOGY
from scenarios.catalog_finance import DEBTS, GRANT, SUPPORT
from scenarios.cells import NUMBER, ROW
from scenarios.checks.view import View, file_of, list_records, place_problem
from scenarios.errors import Problem
from scenarios.tables import ITEM, OUTPUT, QUANTITY

KINDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("rate", "tenor", "grace", "least_issue", "most_draw"), DEBTS),
    **dict.fromkeys(("pool", "most_per_project"), (GRANT,)),
    **dict.fromkeys(("first_start", "last_start"), (GRANT, SUPPORT)),
    **dict.fromkeys(("support_years", "most_support", "most_support_in_all"), (SUPPORT,)),
}
"""Quantity of an instrument to the kinds that it says something of."""


def find_values_of_other_kinds(view: View) -> Iterator[Problem]:
    """Numbers of an instrument that say nothing of its kind, and would be passed over; the first of each quantity."""
    kinds = {name: about["kind"] for name, about in view.labels("instruments").items()}
    for quantity, meant in KINDS.items():
        rows = view.written(quantity).drop_duplicates(INSTRUMENT)
        for place in list_records(rows):
            kind = kinds.get(place[INSTRUMENT], meant[0])
            if kind not in meant:
                fields = {INSTRUMENT: place[INSTRUMENT], "kind": kind, QUANTITY: quantity, "meant": ", ".join(meant)}
                yield place_problem("value_of_other_kind", place, QUANTITY, **fields)


def find_wrong_outputs(view: View) -> Iterator[Problem]:
    """Outputs of what is no support, and outputs that are no commodity and no account of the case."""
    known = view.chosen_names[COMMODITY] | view.chosen_names[ACCOUNT]
    for name, about in view.labels("instruments").items():
        fields = {INSTRUMENT: name, "kind": about["kind"], "found": about[OUTPUT]}
        if about[OUTPUT] and about["kind"] != SUPPORT:
            yield Problem("output_of_other_kind", file_of("instruments"), int(about[ROW]), OUTPUT, fields)
        elif about[OUTPUT] and about[OUTPUT] not in known:
            fields["nearest"] = find_nearest(about[OUTPUT], known)
            yield Problem("output_unknown", file_of("instruments"), int(about[ROW]), OUTPUT, fields)


def find_rateless_supports(view: View) -> Iterator[Problem]:
    """Supports that pay for nothing, and rates of what is no support."""
    instruments = view.labels("instruments")
    rates = view.written("support_rate")
    for place in list_records(rates.drop_duplicates(INSTRUMENT)):
        kind = instruments.get(place[INSTRUMENT], {}).get("kind", SUPPORT)
        if kind != SUPPORT:
            fields = {INSTRUMENT: place[INSTRUMENT], "kind": kind}
            yield place_problem("support_rate_of_other_kind", place, INSTRUMENT, **fields)
    paying = set(rates.loc[rates[NUMBER] > 0, INSTRUMENT])
    for name, about in instruments.items():
        if about["kind"] == SUPPORT and name not in paying:
            yield Problem(
                "support_without_rate", file_of("instruments"), int(about[ROW]), INSTRUMENT, {INSTRUMENT: name}
            )


def find_supports_without_output(view: View) -> Iterator[Problem]:
    """Rates for technologies that put out nothing of what is paid for, or to which nothing can be added."""
    outputs = {name: about[OUTPUT] for name, about in view.labels("instruments").items() if about["kind"] == SUPPORT}
    rates = view.written("support_rate")
    for place in list_records(rates[rates[NUMBER] > 0].drop_duplicates([INSTRUMENT, TECHNOLOGY])):
        name, technology = place[INSTRUMENT], place[TECHNOLOGY]
        if name not in outputs or technology not in view.technologies:
            continue
        fields = {INSTRUMENT: name, TECHNOLOGY: technology, OUTPUT: outputs[name]}
        if outputs[name] not in {*view.chosen_names[COMMODITY], *view.chosen_names[ACCOUNT], ""}:
            continue
        if outputs[name] and technology not in _find_makers(view, outputs[name]):
            home = "account" if outputs[name] in view.chosen_names[ACCOUNT] else "commodity"
            yield place_problem(f"support_without_output_{home}", place, TECHNOLOGY, **fields)
        elif view.host(technology) not in view.builders:
            yield place_problem("support_unbuildable", place, TECHNOLOGY, **fields)


def _find_makers(view: View, output: str) -> set[str]:
    """Technologies that make a commodity, or add to an account, in some year."""
    made, added = view.written("flow"), view.written("factor_activity")
    makers = set(made.loc[(made[COMMODITY] == output) & (made[NUMBER] > 0), TECHNOLOGY])
    return makers | set(added.loc[(added[ACCOUNT] == output) & (added[NUMBER] > 0), ITEM])
