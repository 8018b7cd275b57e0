"""What green money brings: tonnes, electricity and shares that can be reckoned by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import town
from paying import CITY, lend

from runners.accounts.green_impact import OTHERS, tabulate_green_impact
from runners.solve import find_plan


def draw_town(**loan: Any) -> dict[str, Any]:
    """10 GWh of heat from a boiler at 0.2 kt a GWh, or from a pump that takes a quarter of it as electricity.

    A tonne costs 7 SEK, so 2 kt a year cost 14 MSEK a year; 10 MW of pump cost 10 MSEK once.
    """
    return {
        "case": {"last_year": 2026, "discount_rate": 0.035},
        "commodities": [
            {"commodity": "electricity", "purchase_price": 0.5, "trader": "city"},
            {"commodity": "heat", "demand": 10, "trader": "city"},
        ],
        "technologies": [
            {"technology": "boiler", "actor": "city", "existing": 10, "flow": {"heat": 1}},
            {
                "technology": "pump",
                "actor": "city",
                "measure": "yes",
                "buildable": "yes",
                "capex": 1,
                "life": 20,
                "flow": {"heat": 1, "electricity": -0.25},
            },
        ],
        "accounts": [
            {
                "account": "co2",
                "unit": "kt CO2e",
                "role": "sector",
                "factor_activity": {"boiler": 0.2},
                "account_price": 7,
            }
        ],
        "actors": [CITY],
        "instruments": [lend(**loan)] if loan else [],
        "inflation": [{"value": 0}],
    }


def tabulate(**loan: Any) -> pd.DataFrame:
    drawn = draw_town(**loan)
    scenario = town.scenario_of(drawn)
    untouched = town.scenario_of(drawn, do_nothing=True)
    return tabulate_green_impact(scenario, find_plan(scenario), find_plan(untouched)).set_index("technology")


def test_a_pump_saves_what_the_boiler_no_longer_emits_and_takes_its_electricity() -> None:
    """10 GWh at 0.2 kt are 2 000 t a year and 4 000 t in two; a quarter of 10 GWh is 2.5 GWh more electricity."""
    table = tabulate()
    pump = table.loc["pump"]
    assert (pump["tonnes"], pump["tonnes_total"]) == (pytest.approx(2000.0), pytest.approx(4000.0))
    assert pump["electricity"] == pytest.approx(2.5)
    assert (pump["outlay"], pump["green_share"], pump["service_years"]) == (pytest.approx(10.0), 0.0, 2.0)
    assert table.loc[OTHERS, "tonnes_total"] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.slow
def test_the_share_is_that_of_green_debt_alone() -> None:
    """A free loan of at most 4 MSEK a year pays 4 of the 10 MSEK; it counts where it is green.

    A krona lent gains 0.0665 at 3.5 % and all of it 0.266. A later stage may give up a millionth of 1.266 of that:
    0.0000190 MSEK of the loan of 4, which is 4.8 millionths of the share.
    """
    green = tabulate(instrument="green_loan", rate=0.0, tenor=5, most_draw=4)
    assert green.loc["pump", "green_share"] == pytest.approx(0.4, rel=5e-6)
    plain = tabulate(instrument="loan", rate=0.0, tenor=5, most_draw=4)
    assert plain.loc["pump", "green_share"] == 0.0


def test_without_a_do_nothing_path_there_is_nothing_to_compare_with() -> None:
    scenario = town.scenario_of(draw_town())
    assert tabulate_green_impact(scenario, find_plan(scenario)).empty
