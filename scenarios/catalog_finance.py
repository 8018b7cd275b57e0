"""What the tables of actors, their money and their instruments hold (see docs/finance.md)."""

from __future__ import annotations

from math import inf, nan

from scenarios.terms import ACTOR, INSTRUMENT, NAMES, PATH, TECHNOLOGY, YEAR, Label, Quantity, Table

ACTOR_KINDS = ("municipality", "company", "region", "state", "private", "households")
INSTRUMENT_KINDS = ("loan", "bond", "grant", "private_capital", "support")
GRANT, SUPPORT = "grant", "support"
DEBTS = tuple(kind for kind in INSTRUMENT_KINDS if kind not in (GRANT, SUPPORT))
"""Kinds of instrument that are paid back."""

# Declarations are tables: one row a line reads best.
# fmt: off
FINANCE_TABLES: tuple[Table, ...] = (
    Table(
        "actors",
        "Who owns and pays; a case without any says nothing of who pays.",
        (ACTOR,),
        declares=ACTOR,
        labels=(*NAMES, Label("kind", "What kind of owner it is.", ACTOR_KINDS, required=True)),
        numbers=False,
    ),
    Table("ownership", "Who owns a technology; no row: its `actor` owns it all.", (TECHNOLOGY, ACTOR)),
    Table("finances", "Money of actors; amounts in `nominal {money}` are deflated by the inflation path.", (ACTOR, "quantity", YEAR, PATH)),
    Table("inflation", "How fast prices rise.", (YEAR,)),
    Table(
        "instruments",
        "How outlays are paid, beside own money.",
        (INSTRUMENT,),
        declares=INSTRUMENT,
        labels=(
            *NAMES,
            Label("kind", "A loan, a bond, a grant, private capital from outside, or support by output.", INSTRUMENT_KINDS, required=True),
            Label("repayment", "straight: equal repayments; annuity: equal payments; bullet: all at the end.", ("straight", "annuity", "bullet"), default="straight"),
            Label("basis", "Whether its rate is nominal or real.", ("nominal", "real"), default="nominal"),
            Label("output", "What a support pays for: activity where blank, else a commodity that is made or an account that is added to."),
        ),
        numbers=False,
    ),
    Table("instrument_values", "Rates, terms and limits of instruments.", (INSTRUMENT, "quantity", YEAR, PATH)),
    Table("eligibility", "Which actors may use an instrument.", (INSTRUMENT, ACTOR)),
    Table("grant_shares", "What share of a technology's investment a grant pays.", (INSTRUMENT, TECHNOLOGY)),
    Table("support_rates", "What a support pays for what a technology puts out; `nominal {money}` is deflated.", (INSTRUMENT, TECHNOLOGY, YEAR)),
)

AY = (ACTOR, YEAR)
IY = (INSTRUMENT, YEAR)

FINANCE_QUANTITIES: tuple[Quantity, ...] = (
    Quantity("owned", "ownership", (TECHNOLOGY, ACTOR), "1", 0, 0, 1, "Share of the technology that the actor owns."),
    Quantity("inflation", "inflation", (YEAR,), "1/yr", 0.02, -0.2, 0.5, "Rise of prices from the year before."),
    Quantity("taxes_and_grants", "finances", AY, "{money}/yr", 0, 0, inf, "Taxes, general grants and equalisation."),
    Quantity("own_funds", "finances", AY, "{money}/yr", inf, 0, inf, "Most own money for outlays of the plan in a year."),
    Quantity("frame", "finances", AY, "{money}/yr", inf, 0, inf, "Most outlay of the plan, less grants, in a year."),
    Quantity("frame_carried", "finances", AY, "1", 0, 0, 1, "Share of what is unspent of a year's frame that may be spent in later years."),
    Quantity("frame_carried_years", "finances", (ACTOR,), "yr", 1, 1, inf, "Years for which unspent frame may be carried over."),
    Quantity("own_carried", "finances", AY, "1", 0, 0, 1, "Share of a year's unused own money that may be used in later years."),
    Quantity("own_carried_years", "finances", (ACTOR,), "yr", inf, 1, inf, "Years for which unused own money is kept."),
    Quantity("saving_share", "finances", AY, "1", 0, 0, 1, "Share of what a year's operation brings more than with nothing done that is kept as own money of later years."),
    Quantity("outlay_step", "finances", AY, "{money}/yr", inf, 0, inf, "Most that outlay less grants may rise from the year before."),
    Quantity("planned_outlay", "finances", AY, "{money}/yr", 0, 0, inf, "Net investments decided outside the plan."),
    Quantity("reprioritised_share", "finances", AY, "1", 0, 0, 1, "Share of planned_outlay that may give way to measures."),
    Quantity("planned_depreciation", "finances", AY, "{money}/yr", 0, 0, inf, "Depreciation of what stands and of planned outlay."),
    Quantity("planned_result", "finances", AY, "{money}/yr", 0, -inf, inf, "Result before the plan."),
    Quantity("least_result", "finances", AY, "1", -inf, -1, 1, "Least result as a share of taxes and general grants."),
    Quantity("standing_debt", "finances", AY, "{money}", 0, 0, inf, "Net debt at the end of the year without the plan, its own repayments made."),
    Quantity("standing_rate", "finances", AY, "1/yr", nan, -0.2, 0.5, "Interest of standing debt until it is fixed anew, nominal."),
    Quantity("market_rate", "finances", AY, "1/yr", nan, -0.2, 0.5, "Interest at which standing debt is fixed anew that year, nominal."),
    Quantity("refixed_share", "finances", AY, "1", nan, 0, 1, "Share of standing debt that takes the market rate of the year."),
    Quantity("fixing_period", "finances", (ACTOR,), "yr", nan, 1, 100, "Years for which standing debt then keeps its rate."),
    Quantity("loss_borrowed", "finances", AY, "1", 1, 0, 1, "Share of what taxes and rates take from the budget's result that is borrowed."),
    Quantity("debt_ceiling", "finances", AY, "1", inf, 0, 5, "Most net debt as a share of taxes and general grants."),
    Quantity("debt_ceiling_amount", "finances", AY, "{money}", inf, 0, inf, "Most net debt."),
    Quantity("ceiling_price", "finances", AY, "1/yr", 0.1, 0.001, inf, "What a krona above the debt ceiling costs each year, where ceilings are priced."),
    Quantity("frame_price", "finances", AY, "1", 1, 0.001, inf, "What a krona beyond frame, own funds or step costs, where frames are priced."),
    Quantity("result_price", "finances", AY, "1", 1, 0.001, inf, "What a krona below the least result costs, where results are priced."),
    Quantity("internal_rate", "finances", AY, "1/yr", 0, -0.2, 0.5, "Internal interest on opening book value, nominal."),
    Quantity("own_rate", "finances", (ACTOR,), "1/yr", nan, -0.5, 1, "Real discount rate of the actor, if not society's."),
    Quantity("most_loss", "finances", (ACTOR,), "{money}", inf, -inf, inf, "Most that the plan of another actor's perspective may cost this one, in present value against doing nothing."),
    Quantity("inhabitants", "finances", AY, "1", nan, 1, inf, "Inhabitants, for debt per inhabitant."),
    Quantity("rate", "instrument_values", IY, "1/yr", 0, -0.2, 0.5, "Interest of the year on the opening balance, nominal or real by its basis."),
    Quantity("tenor", "instrument_values", (INSTRUMENT,), "yr", 0, 0, 100, "Years from draw to last repayment."),
    Quantity("grace", "instrument_values", (INSTRUMENT,), "yr", 0, 0, 100, "Years before the first repayment."),
    Quantity("least_issue", "instrument_values", (INSTRUMENT,), "{money}", 0, 0, inf, "Least amount of one draw."),
    Quantity("most_draw", "instrument_values", IY, "{money}/yr", inf, 0, inf, "Most drawn in a year by all actors together."),
    Quantity("pool", "instrument_values", IY, "{money}/yr", inf, 0, inf, "A grant's money for constructions that start that year."),
    Quantity("most_per_project", "instrument_values", (INSTRUMENT,), "{money}", inf, 0, inf, "Most granted to one technology over the horizon."),
    Quantity("first_start", "instrument_values", (INSTRUMENT,), "year", -inf, 1900, 2200, "First start of construction that a grant or support takes."),
    Quantity("last_start", "instrument_values", (INSTRUMENT,), "year", inf, 1900, 2200, "Last start of construction that a grant or support takes."),
    Quantity("support_years", "instrument_values", (INSTRUMENT,), "yr", inf, 1, inf, "Years from the start of service in which a support pays for what a vintage puts out."),
    Quantity("most_support", "instrument_values", IY, "{money}/yr", inf, 0, inf, "Most support paid in a year, to all technologies and actors together."),
    Quantity("most_support_in_all", "instrument_values", (INSTRUMENT,), "{money}", inf, 0, inf, "Most support paid over the horizon, to all technologies and actors together."),
    Quantity("eligible", "eligibility", (INSTRUMENT, ACTOR), "1", 0, 0, 1, "1 where the actor may draw it, or its part of a technology counts."),
    Quantity("grant_share", "grant_shares", (INSTRUMENT, TECHNOLOGY), "1", 0, 0, 1, "Grant as a share of the investment it counts."),
    Quantity("support_rate", "support_rates", (INSTRUMENT, TECHNOLOGY, YEAR), "{money}/{output}", 0, 0, inf, "What a unit of output brings in a year."),
)
# fmt: on
