"""What every table, column and quantity of a case is called, means and may be.

Each name stands here once; the reader, the checks, the generated data-model page and the
template all follow from this file. Units in braces are filled from the labels of the row:
`{capacity}` and `{activity}` from the technology, `{commodity}` from the commodity,
`{account}` from the account, `{money}` from the case (MSEK).
"""

from __future__ import annotations

from math import inf

from scenarios.catalog_aside import ASIDE_TABLES
from scenarios.catalog_finance import FINANCE_QUANTITIES, FINANCE_TABLES
from scenarios.terms import (
    ACCOUNT,
    ACTION,
    ACTOR,
    AGE,
    CALENDAR,
    COMMODITY,
    CONFIDENCES,
    DATED,
    DRAWN,
    FLOWN,
    GROUP,
    INSTRUMENT,
    INVENTORY_YEAR,
    NAMES,
    OUTSIDE,
    PART,
    PATH,
    RULE,
    SLICE,
    SOURCE,
    TARGET,
    TECHNOLOGY,
    VINTAGE,
    YEAR,
    YES_NO,
    Label,
    Quantity,
    Table,
)

__all__ = [
    "ACCOUNT",
    "ACTION",
    "ACTOR",
    "AGE",
    "CALENDAR",
    "COMMODITY",
    "CONFIDENCES",
    "DATED",
    "DRAWN",
    "FLOWN",
    "GROUP",
    "INSTRUMENT",
    "INVENTORY_YEAR",
    "NAMES",
    "OUTSIDE",
    "PART",
    "PATH",
    "QUANTITIES",
    "QUANTITY_BY_NAME",
    "RULE",
    "SETTABLE",
    "SLICE",
    "SOURCE",
    "STATUS_YEAR",
    "TABLES",
    "TABLE_BY_NAME",
    "TARGET",
    "TECHNOLOGY",
    "VINTAGE",
    "WIDE_TABLES",
    "YEAR",
    "YES_NO",
    "Label",
    "Quantity",
    "Table",
    "quantities_of",
]

# Declarations are tables: one row a line reads best.
# fmt: off
TABLES: tuple[Table, ...] = (
    Table("case", "What the case is called, its money, its years and its rates.", ("quantity",), optional=False),
    Table(
        "sources",
        "Where numbers come from; every other row names one of these.",
        (SOURCE,),
        declares=SOURCE,
        labels=(
            Label("title", "What the source is called.", required=True),
            Label("publisher", "Who published it."),
            Label("address", "Where it can be found."),
            Label("accessed", "When it was read."),
        ),
        optional=False,
        numbers=False,
    ),
    Table(
        "slices",
        "The parts of a year, in their order; their hours sum to 8760.",
        (SLICE,),
        declares=SLICE,
        labels=(
            *NAMES,
            Label("season", "The part of the year to which the slice belongs.", required=True),
        ),
        optional=False,
    ),
    Table(
        "commodities",
        "What technologies turn into each other: energy, services, materials, tonnes; a plain list of measures has none.",
        (COMMODITY,),
        declares=COMMODITY,
        labels=(
            *NAMES,
            Label("unit", "The unit in which it is counted, such as GWh or Mvkm.", required=True),
            Label("balance", "Balanced in each slice or over the year.", ("slice", "year"), default="year"),
            Label("surplus", "Whether more may be produced than is used.", YES_NO, default="no"),
            Label("trader", "The actor who trades it on the market and pays for its demand."),
            Label("storage", "Whether a level is kept: no; through the slices of a season, again and again; " "through the year and back; or from year to year over the horizon.", ("no", "season", "year", "horizon"), default="no"),
            Label("profile_as", "The technology or commodity whose profile it has; blank: its own, where it has rows.", refers="item"),
        ),
        numbers=False,
    ),
    Table(
        "technologies",
        "What turns commodities into commodities; a measure is one that the plan may choose.",
        (TECHNOLOGY,),
        declares=TECHNOLOGY,
        labels=(
            *NAMES,
            Label("code", "Short code of the measure, such as B1."),
            Label("measure", "yes: a choice of the plan; no: part of the do-nothing path.", YES_NO, default="no"),
            Label("programme", "The programme under which it is reported.", required=True),
            Label("sector", "The sector in which it works.", required=True),
            Label("actor", "Who owns and pays.", required=True),
            Label("capacity_unit", "Unit of its capacity, such as MW.", required=True),
            Label("activity_unit", "Unit of its yearly activity, such as GWh.", required=True),
            Label("resolution", "Activity decided per slice or per year.", ("slice", "year"), default="year"),
            Label("capacitated", "no: any activity is possible without capacity.", YES_NO, default="yes"),
            Label("buildable", "no: nothing can be added to the existing stock.", YES_NO, default="no"),
            Label("host", "The technology whose capacity this one uses, as another mode of it.", refers=TECHNOLOGY),
            Label("once", "yes: construction begins at most one time.", YES_NO, default="no"),
            Label("retirable", "yes: capacity may be retired before its life ends.", YES_NO, default="no"),
            Label("status", "option: the plan chooses; forced: its project is in the plan; decided: its project is in the plan and where nothing is done alike, its outlay on top of the frames.", ("option", "forced", "decided"), default="option"),
            Label("status_year", "Year in which construction of a forced or decided project starts; service follows after its lead time."),
            Label("profile_as", "The technology or commodity whose profile it has; blank: its own, where it has rows.", refers="item"),
        ),
        optional=False,
        numbers=False,
    ),
    Table(
        "paths",
        "How something moves over the years: a population, a price, a fleet; rows that name a path in `path` follow it.",
        (PATH,),
        declares=PATH,
        labels=(*NAMES, Label("unit", "Unit of its level, such as persons or EUR/MWh; 1 for an index.", required=True)),
        numbers=False,
    ),
    Table("path_values", "Levels of paths, and their growth.", (PATH, "quantity", YEAR)),
    Table("parameters", "Costs, lives and limits of technologies.", (TECHNOLOGY, "quantity", SLICE, VINTAGE, YEAR, PATH), optional=False),
    Table("survival", "Share of a vintage still standing at each age, where a life is too coarse.", (TECHNOLOGY, AGE)),
    Table("spending", "How an investment falls on its years of construction, where not evenly; the shares sum to 1.", (TECHNOLOGY, AGE)),
    Table("flows", "What one unit of activity produces (+) and consumes (-).", (TECHNOLOGY, COMMODITY, "quantity", SLICE, VINTAGE, YEAR, PATH)),
    Table("demands", "What must be delivered of each commodity, and how firmly.", (COMMODITY, "quantity", YEAR, PATH)),
    Table("profiles", "How a yearly demand, or the activity of a technology decided per year, falls on the slices.", ("item", SLICE, YEAR)),
    Table("prices", "What a commodity costs to buy and brings when sold; none given: no market.", (COMMODITY, "quantity", SLICE, YEAR, PATH)),
    Table("supplies", "How much can be bought, sold or stored of a commodity.", (COMMODITY, "quantity", YEAR, PATH)),
    Table("stock", "Capacity that stands already, and how it dwindles (the reference path).", (TECHNOLOGY, YEAR, PATH)),
    Table(
        "groups",
        "Technologies that are limited together.",
        (GROUP,),
        declares=GROUP,
        labels=(
            *NAMES,
            Label("unit", "Unit of the sum over members.", required=True),
            Label("of", "For a share: the group whose activity is the whole.", refers=GROUP),
        ),
        numbers=False,
    ),
    Table("members", "Which technologies a group has, and how much each one weighs.", (GROUP, TECHNOLOGY)),
    Table("limits", "Limits of groups.", (GROUP, "quantity", YEAR, PATH)),
    Table(
        "logic",
        "Project logic: requires (has begun `value` years before), follows (is in service), "
        "supports (at most `value` units per unit of the other), excludes (at most one of a rule's technologies).",
        (RULE, TECHNOLOGY, "other"),
        labels=(Label("kind", "The kind of rule.", ("requires", "follows", "supports", "excludes"), required=True),),
    ),
    Table(
        "accounts",
        "Linear indicators with a unit, on which targets are set.",
        (ACCOUNT,),
        declares=ACCOUNT,
        labels=(
            *NAMES,
            Label("unit", "Unit per year, such as kt CO2e.", required=True),
            Label("role", "sector: stacked in the emission path; total: their sum; removal; other.", ("sector", "total", "removal", "other"), default="other"),
            Label("payer", "Who pays its account_price: nobody where blank (a value that all weigh alike); causer: who owns or trades what adds to it; or an actor."),
        ),
        numbers=False,
    ),
    Table("factors", "How much of an account comes with a unit of activity, purchase, sale, build or capacity.", (ACCOUNT, "quantity", "item", YEAR, PATH)),
    Table("parts", "Accounts made of other accounts: plain shares, and credits with a cap.", (ACCOUNT, PART, "quantity", YEAR)),
    Table("account_values", "What an account holds from outside the plan, and what a unit of it is worth.", (ACCOUNT, "quantity", YEAR, PATH)),
    Table(
        "targets",
        "Caps and floors on accounts, one row each.",
        (TARGET,),
        declares=TARGET,
        labels=(
            *NAMES,
            Label("account", "The account on which it is set.", required=True, refers=ACCOUNT),
            Label("sense", "at_most or at_least.", ("at_most", "at_least"), default="at_most"),
            Label("basis", "absolute: `value` in the account's unit; reduction: percent below the inventory of `base_year`; " "share: percent of it; cumulative: `value` summed over the years.", ("absolute", "reduction", "share", "cumulative"), default="absolute"),
            Label("base_year", "Year of the inventory that percents refer to."),
            Label("year", "First year in which it holds.", required=True),
            Label("until", "next: until the account's next target; only: that year alone; or a last year.", default="next" ),
            Label("path", "step, or line: straight to the account's next target.", ("step", "line"), default="step"),
            Label("mode", "hard, priced or nearest.", ("hard", "priced", "nearest"), default="priced"),
            Label("pool", "Yearly targets of one pool count a unit missed once; on nested accounts, alike in unit, price and removals. Blank: its own pool."),
        ),
    ),
    Table("inventory", "Statistics of past years, by account.", (ACCOUNT, YEAR)),
    *FINANCE_TABLES,
    *ASIDE_TABLES,
)

MONEY = "{money}"
TY = (TECHNOLOGY, YEAR)
TSY = (TECHNOLOGY, SLICE, YEAR)
CY = (COMMODITY, YEAR)
CSY = (COMMODITY, SLICE, YEAR)
GY = (GROUP, YEAR)
AY = (ACCOUNT, YEAR)
APY = (ACCOUNT, PART, YEAR)
ATY = (ACCOUNT, TECHNOLOGY, YEAR)
ACY = (ACCOUNT, COMMODITY, YEAR)

QUANTITIES: tuple[Quantity, ...] = (
    # case
    Quantity("discount_rate", "case", (), "1/yr", 0.035, -0.5, 1.0, "Real social discount rate."),
    Quantity("price_year", "case", (), "year", 2025, 1900, 2200, "Year whose price level all money has.", True),
    Quantity("first_year", "case", (), "year", 2025, 1900, 2200, "First year of the plan, unless chosen otherwise.", True ),
    Quantity("last_year", "case", (), "year", 2045, 1900, 2200, "Last year of the plan, unless chosen otherwise.", True ),
    Quantity("base_year", "case", (), "year", 2024, 1900, 2200, "Year of the base inventory."),
    # slices
    Quantity("hours", "slices", (SLICE,), "h", 0, 0, 8760, "Hours of the year that the slice stands for.", True),
    Quantity("cycles", "slices", (SLICE,), "1/yr", 1, 1, 8760, "How many times a year its season's storage cycle repeats." ),
    # parameters of technologies
    Quantity("capex", "parameters", TY, "{money}/{capacity}", 0, -inf, inf, "Investment per unit of capacity whose construction starts that year."),
    Quantity("project_cost", "parameters", TY, "{money}", 0, 0, inf, "Fixed investment of a start of construction that year, however much is begun, beside capex."),
    Quantity("fixed_cost", "parameters", TY, "{money}/{capacity}/yr", 0, -inf, inf, "Fixed operation and maintenance per unit of capacity."),
    Quantity("variable_cost", "parameters", TY, "{money}/{activity}", 0, -inf, inf, "Cost per unit of activity, commodities bought not included."),
    Quantity("life", "parameters", (TECHNOLOGY,), "yr", inf, 0.1, inf, "Years a vintage stands in service."),
    Quantity("hurdle_rate", "parameters", (TECHNOLOGY,), "1/yr", float("nan"), -0.5, 1.0, "Rate at which its capital is repaid, if not the discount rate."),
    Quantity("loan_term", "parameters", (TECHNOLOGY,), "yr", float("nan"), 0.1, inf, "Years over which its capital is repaid at the hurdle rate; none given: its life."),
    Quantity("depreciation_time", "parameters", (TECHNOLOGY,), "yr", float("nan"), 0.1, inf, "Years over which it is written off in the books; none given: its life, with a survival curve the mean life."),
    Quantity("lead_time", "parameters", (TECHNOLOGY,), "yr", 0, 0, 50, "Years from start of construction to service."),
    Quantity("start_delay", "parameters", (TECHNOLOGY,), "yr", 0, 0, 50, "Further years that service comes later than planned."),
    Quantity("construction_years", "parameters", (TECHNOLOGY,), "yr", 1, 1, 50, "Years over which the investment is spent, evenly, from the start of construction."),
    Quantity("stock_vintage", "parameters", (TECHNOLOGY,), "year", -inf, 1900, 2200, "Year of build of what stands already, for numbers given by vintage; none given: before all vintages given."),
    Quantity("availability", "parameters", TSY, "1", 1, 0, 1, "Most of its capacity that can be used in a slice.", vintaged=True),
    Quantity("annual_availability", "parameters", TY, "1", 1, 0, 1, "Most of its capacity that can be used over a year.", vintaged=True),
    Quantity("must_run", "parameters", TSY, "1", 0, 0, 1, "Least part of what is available that has to be used."),
    Quantity("yield", "parameters", TY, "{activity}/{capacity}/yr", 1, 0, inf, "Activity of one unit of capacity used all year."),
    Quantity("full_load", "parameters", TY, "{activity}/{capacity}/yr", inf, 0, inf, "Activity of one unit of capacity at full power all year: what is decided per year has its part of it in each slice."),
    Quantity("capacity_weight", "parameters", (TECHNOLOGY,), "1", 1, 0, inf, "Capacity of the host that one unit of this mode's activity takes."),
    Quantity("most_capacity", "parameters", TY, "{capacity}", inf, 0, inf, "Potential: most capacity that can stand."),
    Quantity("least_capacity", "parameters", TY, "{capacity}", 0, 0, inf, "Least capacity that has to stand."),
    Quantity("most_build", "parameters", TY, "{capacity}/yr", inf, 0, inf, "Most capacity whose construction can start per year."),
    Quantity("least_build", "parameters", TY, "{capacity}/yr", 0, 0, inf, "Committed: least capacity whose construction starts per year."),
    Quantity("build_growth", "parameters", TY, "1/yr", inf, 0, inf, "Most growth of the build rate: g in build <= g * build a year before + seed."),
    Quantity("build_seed", "parameters", TY, "{capacity}/yr", 0, 0, inf, "Build rate that needs no history."),
    Quantity("build_before", "parameters", (TECHNOLOGY,), "{capacity}/yr", 0, 0, inf, "Build rate in the year before the plan."),
    Quantity("activity_growth", "parameters", TY, "1/yr", inf, 0, inf, "Most growth of activity: g in activity <= g * activity a year before + seed."),
    Quantity("activity_seed", "parameters", TY, "{activity}", 0, 0, inf, "Activity that needs no history."),
    Quantity("activity_before", "parameters", (TECHNOLOGY,), "{activity}", 0, 0, inf, "Activity in the year before the plan." ),
    Quantity("most_activity", "parameters", TY, "{activity}", inf, 0, inf, "Most activity of a year."),
    Quantity("least_activity", "parameters", TY, "{activity}", 0, 0, inf, "Least activity of a year."),
    Quantity("earliest_start", "parameters", (TECHNOLOGY,), "year", -inf, 1900, 2200, "First year in which construction can start."),
    Quantity("latest_start", "parameters", (TECHNOLOGY,), "year", inf, 1900, 2200, "Last year in which construction can start."),
    Quantity("unit_size", "parameters", (TECHNOLOGY,), "{capacity}", 0, 0, inf, "Capacity comes in whole units of this size; 0: any amount."),
    Quantity("least_size", "parameters", (TECHNOLOGY,), "{capacity}", 0, 0, inf, "Least capacity of one start of construction, if any."),
    Quantity("project_size", "parameters", (TECHNOLOGY,), "{capacity}", float("nan"), 0, inf, "Capacity of a forced or decided project; none given: one unit, or the least size."),
    Quantity("content", "parameters", TY, "{activity}/{capacity}", 0, 0, inf, "Level that one unit of this store's capacity can hold."),
    # survival
    Quantity("survival", "survival", (TECHNOLOGY, AGE), "1", 1, 0, 1, "Share of a vintage in service at an age in whole years; straight between ages given, zero after the last."),
    # spending
    Quantity("spending", "spending", (TECHNOLOGY, AGE), "1", 0, 0, 1, "Share of the investment paid so many whole years after construction starts; 0 is the year in which it does."),
    # flows
    Quantity("flow", "flows", (TECHNOLOGY, COMMODITY, SLICE, YEAR), "{commodity}/{activity}", 0, -inf, inf, "Commodity produced (+) or consumed (-) per unit of activity.", vintaged=True),
    Quantity("firm_credit", "flows", (TECHNOLOGY, COMMODITY, YEAR), "1", 0, 0, 1, "Part of its output capacity that counts as firm."),
    Quantity("stores", "flows", (TECHNOLOGY, COMMODITY), "1", 0, 0, 1, "1 where the technology is a store that holds this commodity's level."),
    # demands
    Quantity("demand", "demands", CY, "{commodity}", 0, -inf, inf, "What has to be delivered in a year."),
    Quantity("reserve_margin", "demands", CY, "1", float("nan"), -1, 10, "Firm capacity above peak demand; none given: no rule."),
    Quantity("peak_factor", "demands", CY, "1", 1, 1, 100, "Peak over the mean of the slice."),
    # profiles
    Quantity("profile", "profiles", ("item", SLICE, YEAR), "1", float("nan"), 0, 1, "Share of the year that falls in the slice; none given: by hours."),
    # prices
    Quantity("purchase_price", "prices", CSY, "{money}/{commodity}", float("nan"), -inf, inf, "Price when bought, without taxes; none given: cannot be bought."),
    Quantity("sale_price", "prices", CSY, "{money}/{commodity}", float("nan"), -inf, inf, "Price when sold; none given: cannot be sold."),
    Quantity("tariff", "prices", CSY, "{money}/{commodity}", float("nan"), -inf, inf, "What users pay the maker; none given: the purchase price, else the sale price."),
    Quantity("energy_tax", "prices", CY, "{money}/{commodity}", 0, 0, inf, "Tax per unit that a technology consumes, paid to the state."),
    # supplies
    Quantity("most_purchase", "supplies", CY, "{commodity}", inf, 0, inf, "Most that can be bought in a year."),
    Quantity("least_purchase", "supplies", CY, "{commodity}", 0, 0, inf, "Least that has to be bought in a year."),
    Quantity("most_sale", "supplies", CY, "{commodity}", inf, 0, inf, "Most that can be sold in a year."),
    Quantity("storage_loss", "supplies", CY, "1/yr", 0, 0, 1, "Share of a level that would leak away in a year of standing." ),
    Quantity("initial_level", "supplies", (COMMODITY,), "{commodity}", 0, 0, inf, "Level before the first year, for storage over the horizon."),
    Quantity("start_level", "supplies", CY, "{commodity}", float("nan"), 0, inf, "Level at the start of each year, for storage through the year or over the horizon; none given: free."),
    # stock
    Quantity("existing", "stock", TY, "{capacity}", 0, 0, inf, "Capacity that stands already and is still there in that year."),
    # groups
    Quantity("weight", "members", (GROUP, TECHNOLOGY), "1", 0, -inf, inf, "How much a unit of the technology counts in the group."),
    Quantity("group_most_capacity", "limits", GY, "{group}", inf, -inf, inf, "Most weighted capacity."),
    Quantity("group_least_capacity", "limits", GY, "{group}", -inf, -inf, inf, "Least weighted capacity."),
    Quantity("group_most_build", "limits", GY, "{group}/yr", inf, -inf, inf, "Most weighted build per year: crews and other scarce resources of delivery."),
    Quantity("group_least_build", "limits", GY, "{group}/yr", -inf, -inf, inf, "Least weighted build per year."),
    Quantity("group_most_activity", "limits", GY, "{group}", inf, -inf, inf, "Most weighted activity of a year."),
    Quantity("group_least_activity", "limits", GY, "{group}", -inf, -inf, inf, "Least weighted activity of a year."),
    Quantity("group_build_growth", "limits", GY, "1/yr", inf, 0, inf, "Most growth of weighted build: g in build <= g * build a year before + seed."),
    Quantity("group_build_seed", "limits", GY, "{group}/yr", 0, 0, inf, "Weighted build that needs no history."),
    Quantity("group_build_before", "limits", (GROUP,), "{group}/yr", 0, 0, inf, "Weighted build in the year before the plan."),
    Quantity("group_activity_growth", "limits", GY, "1/yr", inf, 0, inf, "Most growth of weighted activity: g in activity <= g * activity a year before + seed."),
    Quantity("group_activity_seed", "limits", GY, "{group}", 0, 0, inf, "Weighted activity that needs no history."),
    Quantity("group_activity_before", "limits", (GROUP,), "{group}", 0, 0, inf, "Weighted activity in the year before the plan."),
    Quantity("group_most_share", "limits", GY, "1", inf, 0, inf, "Most weighted activity as a share of the group named in `of`."),
    Quantity("group_least_share", "limits", GY, "1", -inf, 0, inf, "Least weighted activity as a share of the group named in `of`."),
    # logic
    Quantity("logic", "logic", (RULE, TECHNOLOGY, "other"), "as the kind says", 0, 0, inf, "Lag in years (requires, follows) or units per unit (supports)."),
    # accounts
    Quantity("factor_activity", "factors", ATY, "{account}/{activity}", 0, -inf, inf, "Per unit of a technology's activity." ),
    Quantity("factor_capacity", "factors", ATY, "{account}/{capacity}", 0, -inf, inf, "Per unit of a technology's capacity, each year."),
    Quantity("factor_build", "factors", ATY, "{account}/{capacity}", 0, -inf, inf, "Per unit of capacity, in the year its construction starts."),
    Quantity("counted_share", "factors", ATY, "1", 1, 0, 1, "Share of a technology's factors that this account may count." ),
    Quantity("factor_purchase", "factors", ACY, "{account}/{commodity}", 0, -inf, inf, "Per unit of a commodity bought." ),
    Quantity("factor_sale", "factors", ACY, "{account}/{commodity}", 0, -inf, inf, "Per unit of a commodity sold."),
    Quantity("share", "parts", APY, "1", 0, -inf, inf, "Plain share of another account that is part of this one."),
    Quantity("credit_share", "parts", APY, "1", 0, 0, inf, "Share of another account that may be credited against this one." ),
    Quantity("most_credit", "parts", APY, "{account}", inf, 0, inf, "Most that may be credited in a year."),
    Quantity("exogenous", "account_values", AY, "{account}", 0, -inf, inf, "What the account holds whatever the plan does." ),
    Quantity("account_price", "account_values", AY, "{money}/{account}", 0, -inf, inf, "What a unit costs (a carbon price, +) or is worth (a co-benefit, -)."),
    # targets
    Quantity("value", "targets", (TARGET,), "by basis", 0, -inf, inf, "The cap or floor, in the unit its basis says.", True ),
    Quantity("price", "targets", (TARGET,), "{money}/{account}", 7.0, 0, inf, "What a unit of excess costs where the target is priced; its weight where nearest."),
    # inventory
    Quantity("path_level", "path_values", (PATH, YEAR), "{path}", 1, 0, inf, "Level of a path in a year; only how it moves from the anchor of a row on counts."),
    Quantity("path_growth", "path_values", (PATH,), "1/yr", 0, -0.9, 1, "How much a path grows each year after its last `path_level`, in all years where it has none."),
    Quantity("inventory", "inventory", (ACCOUNT, INVENTORY_YEAR), "{account}", float("nan"), -inf, inf, "What statistics say of a past year."),
    *FINANCE_QUANTITIES,
)

# fmt: on

STATUS_YEAR = Quantity(
    "status_year",
    "technologies",
    (TECHNOLOGY,),
    "year",
    float("nan"),
    1900,
    2200,
    "Start of a forced or decided project.",
)
"""A label that is a year and may be moved by settings, as the quantity that it is in a scenario."""

WIDE_TABLES = ("slices", "targets")
"""Tables whose numbers stand in columns named after the quantity."""

TABLE_BY_NAME = {table.name: table for table in TABLES}
QUANTITY_BY_NAME = {quantity.name: quantity for quantity in QUANTITIES}
SETTABLE = {**QUANTITY_BY_NAME, STATUS_YEAR.name: STATUS_YEAR}
"""What settings may change: all quantities, and the years of projects."""


def quantities_of(table: str) -> tuple[Quantity, ...]:
    """The quantities written in a table, in the catalog's order.

    >>> [quantity.name for quantity in quantities_of("stock")]
    ['existing']
    """
    return tuple(quantity for quantity in QUANTITIES if quantity.table == table)
