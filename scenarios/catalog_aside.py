"""What the tables hold that are told beside a plan and are no part of a scenario."""

from __future__ import annotations

from scenarios.terms import (
    ACCOUNT,
    ACTION,
    CONFIDENCES,
    FAMILY,
    NAMES,
    PROGRAMME,
    SECTOR,
    SOURCE,
    TIE,
    YEAR,
    Label,
    Table,
)

RANGES = "ranges"
ABOUT, BASIS, LOW, HIGH = "about", "basis", "low", "high"
"""Columns of `ranges`: what a rule is about, how its ends are meant, and its ends."""
FACTOR, NUMBER, SHIFT = "factor", "value", "shift"
BASES = (FACTOR, NUMBER, SHIFT)
ACTUALS = "actuals"
OUTCOME, SUBJECT, PARTY, REVISION = "outcome", "subject", "party", "revision"
"""Columns of `actuals`: what kind of outcome, of what, with whom (an owner or an instrument), in which edition."""
PRELIMINARY, FINAL = STATUSES = ("preliminary", "final")
FORM_FIELDS, FORM_CELLS = "form_fields", "form_cells"
MAPPED = "mapped"
"""The column of form_fields that says what is mapped: a measure, an account, an actor."""
FIELD, GPC, SHEET, LINE, COLUMN = "field", "gpc", "sheet", "row", "column"
"""Columns of the tables of forms: field of action, sector of the GPC, and where a cell of a form stands."""
FIELDS = ("transport", "buildings", "energy", "waste", "industry", "land", "other")
"""Fields of action of the forms (docs/forms.md)."""
BENEFITS, BENEFIT_VALUES, BENEFIT = "benefits", "benefit_values", "benefit"
BENEFIT_KINDS = ("nox", "pm25", "noise", "accidents", "active_travel", "jobs", "other")
"""What a benefit is of; of all but the last a message says where values are found."""

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
            Label(FIELD, "Field of action under which it is listed, in its own words."),
            Label("kind", "What kind of action it is, such as technical development."),
            Label("lever", "The systemic lever that it pulls, such as governance and policy."),
            Label("responsible", "Who is responsible."),
            Label("involved", "Who takes part."),
            Label("begins", "Year in which it begins."),
            Label("ends", "Year in which it ends."),
            Label("description", "What it is, in its own words."),
            Label("comment", "What it says of resources, timelines and milestones."),
            Label("energy", "Energy that it states to make or save."),
            Label("replaced", "Energy or fuel that it states to replace."),
            Label("stated_sink", "Tonnes CO2e a year that it states to take up."),
            Label("cost_text", "What it says of its cost, in its own words."),
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
        FORM_FIELDS,
        "Under which field of action and lever the forms list each measure, and each account of emissions (docs/forms.md).",
        (MAPPED,),
        labels=(
            Label(FIELD, "Field of action of the forms.", FIELDS, required=True),
            Label("lever_sv", "Lever or theme, in Swedish."),
            Label("lever_en", "Lever or theme, in English, as the form has it."),
            Label(GPC, "Of an account: its sector in the GPC, such as II.1 (on-road transport)."),
        ),
        numbers=False,
        aside=True,
    ),
    Table(
        FORM_CELLS,
        "What only the city knows of a form's cells, such as barriers or last year's budget: kept here, every form is filled with it anew (docs/forms.md).",
        (SHEET, LINE, COLUMN),
        labels=(
            Label("value", "What stands in the cell: a text, or a number in the unit of the column.", required=True),
            Label(SOURCE, "Where it comes from.", required=True, refers=SOURCE),
        ),
        numbers=False,
        aside=True,
    ),
    Table(
        BENEFITS,
        "What a plan does beside emissions and money: air, noise, accidents, active travel, jobs; told beside its cost, with who receives it (docs/benefits.md).",
        (BENEFIT,),
        declares=BENEFIT,
        labels=(
            *NAMES,
            Label("kind", "What it is of.", BENEFIT_KINDS, required=True),
            Label(ACCOUNT, "The account whose units it is; blank: not reckoned yet, or units per krona invested.", refers=ACCOUNT),
            Label("per_outlay", "Units per unit of money invested, such as 1.6 jobs per MSEK; blank: units are the account's."),
            Label("measures", "Measures whose investment counts for per_outlay, separated by spaces; blank: all."),
            Label("unit", "Its unit, such as t, or jobs.", required=True),
            Label("receiver", "Who receives it: an actor, or words such as inhabitants.", required=True),
            Label("price_index", "What money of the values' price year is multiplied by to be money of the case's; blank: 1."),
            Label("price_year", "The price year of its values."),
        ),
        numbers=False,
        aside=True,
    ),
    Table(
        BENEFIT_VALUES,
        "What a unit of a benefit is worth, by year: positive where a unit does damage, negative where it does good, as account prices are.",
        (BENEFIT, YEAR),
        labels=(
            Label("value", "Money of the case per unit, in its price year.", required=True),
            Label(LOW, "The low end of the value; blank: not known."),
            Label(HIGH, "The high end of the value; blank: not known."),
            Label(SOURCE, "Where the value was read.", required=True, refers=SOURCE),
            Label("confidence", "How certain the value is.", CONFIDENCES, required=True),
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
