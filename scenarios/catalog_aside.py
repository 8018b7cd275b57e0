"""What the tables hold that are told beside a plan and are no part of a scenario."""

from __future__ import annotations

from scenarios.terms import ACTION, CONFIDENCES, FAMILY, NAMES, PROGRAMME, SECTOR, SOURCE, TIE, YEAR, Label, Table

RANGES = "ranges"
ABOUT, BASIS, LOW, HIGH = "about", "basis", "low", "high"
"""Columns of `ranges`: what a rule is about, how its ends are meant, and its ends."""
FACTOR, NUMBER, SHIFT = "factor", "value", "shift"
BASES = (FACTOR, NUMBER, SHIFT)
ACTUALS = "actuals"
OUTCOME, SUBJECT, PARTY, REVISION = "outcome", "subject", "party", "revision"
"""Columns of `actuals`: what kind of outcome, of what, with whom (an owner or an instrument), in which edition."""
PRELIMINARY, FINAL = STATUSES = ("preliminary", "final")

# Declarations are tables: one row a line reads best.
# fmt: off
ASIDE_TABLES: tuple[Table, ...] = (
    Table(
        "actions",
        "What an adopted plan, such as a climate contract, lists: told beside the plan action by action, and no part of what is planned.",
        (ACTION,),
        declares=ACTION,
        labels=(
            *NAMES,
            Label("status", "decided, ongoing or planned; blank: not stated.", ("decided", "ongoing", "planned")),
            Label("measures", "Measures that it would take, separated by spaces; blank: no effect that can be reckoned."),
            Label("stated_cost", "Investment that it states, in the case's money: 7, or 700-800; blank: none stated."),
            Label("stated_tonnes", "Tonnes CO2e a year that it states to save or take back: 650, or 12300-16400; blank: none stated."),
            Label(SOURCE, "Where it is stated.", required=True, refers=SOURCE),
        ),
        numbers=False,
        aside=True,
    ),
    Table(
        "families",
        "Measures that are spoken of as one, such as energy efficiency: told beside a plan, and no part of what is planned.",
        (FAMILY,),
        declares=FAMILY,
        labels=(
            *NAMES,
            Label("measures", "Measures of the family, separated by spaces.", required=True),
        ),
        numbers=False,
        aside=True,
    ),
    Table(
        "programmes",
        "What the programmes of technologies are called; one that does not stand here is called by its label.",
        (PROGRAMME,),
        declares=PROGRAMME,
        labels=NAMES,
        numbers=False,
        aside=True,
    ),
    Table(
        "sectors",
        "What the sectors of technologies are called, where they are no accounts; one that does not stand here is called by its label.",
        (SECTOR,),
        declares=SECTOR,
        labels=NAMES,
        numbers=False,
        aside=True,
    ),
    Table(
        RANGES,
        "How far assumed numbers may be from what is written, and why; of several rules the one that says most holds.",
        ("quantity", ABOUT, TIE),
        labels=(
            Label(BASIS, "factor: the ends multiply the number; value: they take its place; shift: they are added to it.", BASES, default=FACTOR),
            Label(LOW, "The low end.", required=True),
            Label(HIGH, "The high end.", required=True),
            Label(SOURCE, "Where the range comes from.", required=True, refers=SOURCE),
            Label("confidence", "How certain the range itself is.", CONFIDENCES, required=True),
        ),
        numbers=False,
        aside=True,
    ),
    Table(
        ACTUALS,
        "What became of the plan, year by year: built, spent, granted, measured, paid and owed; read by case.actuals_until, replan and follow alone.",
        (YEAR, OUTCOME, SUBJECT, PARTY, REVISION, SOURCE),
        labels=(
            Label("value", "The amount; of a loan or a grant what was taken or won in the year.", required=True),
            Label("unit", "Its unit; money may be that of its own year, such as `nominal MSEK`.", required=True),
            Label("status", "preliminary, or final.", STATUSES, required=True),
            Label("service", "Of what was built: the year in which it was taken into service; blank: as the lead time says."),
            Label("method", "How it was measured, such as the inventory's method."),
        ),
        numbers=False,
        aside=True,
    ),
)
# fmt: on
