"""What pages say of a case beside its tables: base years, levers, the outlook of each payer, what is assumed, names."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from web_site import make_folder, open_site, send_form

from conf.words import say, say_unit
from runners.web.assumed import read_assumed
from runners.web.cases import find_case
from runners.web.database import open_base
from runners.web.jobs import Jobs
from runners.web.levels import write_level
from runners.web.orders import choose_case
from runners.web.outlook import read_amounts
from runners.web.refusal import UNUSABLE
from runners.web.savings import Outputs, tell_saving
from runners.web.screens.scenarios import check_plannable
from scenarios.base_years import list_base_years
from scenarios.tables import read_tables


def add_base_years(case: Path) -> None:
    """Two base years, neither of which holds unless it is chosen: as Lund has them."""
    lines = (case / "case.csv").read_text().splitlines()
    rows = [f"{line}," for line in lines]
    rows[0] = f"{lines[0]},variant"
    rows += [f"base_year,{year},year,judgement,assumed,base_{year}" for year in (2023, 2024)]
    (case / "case.csv").write_text("\n".join(rows) + "\n")


def test_a_case_of_several_base_years_begins_from_the_newest_and_can_be_planned(tmp_path: Path) -> None:
    """A copy of Lund could neither be planned nor given a measure: nothing chose a base year for it."""
    folder = make_folder(tmp_path)
    case = find_case(folder, "town")
    assert case is not None
    assert choose_case(case) == ["case=own", f"case.path={case.folder.resolve()}"]
    add_base_years(case.folder)
    assert list_base_years(read_tables(case.folder)) == [2023, 2024]
    assert choose_case(case)[-1] == "case.base_year=2024"
    check_plannable(case)


def test_a_planner_chooses_from_which_base_year_a_plan_begins(tmp_path: Path) -> None:
    """Of 2023 and 2024 the newest stands chosen; the other is among the words and in the name of its job."""
    folder = make_folder(tmp_path, "town", "plain")
    add_base_years(folder / "cases" / "town")
    client = open_site(folder)
    options = re.findall(r"<option value=.*?</option>", client.get("/case/town/scenarios").text)
    plan_now = ['<option value="2024" selected>2024</option>', '<option value="2023">2023</option>']
    assert options == 2 * plan_now  # a plan now, and a sample: no scenario has been named yet
    assert "base_year" not in client.get("/case/plain/scenarios").text
    send_form(client, "/case/town/plans", {"base_year": "2023"})
    send_form(client, "/case/town/sweeps", {"base_year": "2024", "samples": "4"})
    sweep, plan = Jobs(open_base(folder)).list_jobs("town")
    assert [word for word in plan.words if "base_year" in word] == ["case.base_year=2023"]
    assert [word for word in sweep.words if "base_year" in word] == ["case.base_year=2024"]
    assert (plan.name, sweep.name) == ("Som fallet är (basår 2023)", say("web_samples_name"))
    refused = send_form(client, "/case/town/plans", {"base_year": "2019"})
    assert refused.status_code == UNUSABLE
    assert "&#39;2019&#39; är inget basår som fallet har tal för. Välj ett av 2024, 2023." in refused.text


@pytest.mark.slow
def test_lund_as_it_is_shipped_can_be_planned(tmp_path: Path) -> None:
    """The page refused its own case: it asked the check without the case's base year."""
    case = find_case(make_folder(tmp_path), "lund")
    assert case is not None
    check_plannable(case)


def test_money_of_each_year_is_constant_money_times_the_index() -> None:
    """Taxes 100 and 110, ceiling 0.6 of them, index 1 and 1.2: ceiling 60 and 66, in current prices 60 and 79.2."""
    names = {"taxes_and_grants": [100.0, 110.0], "debt_ceiling": [0.6, 0.6], "standing_debt": [50.0, 55.0]}
    names |= {"debt_ceiling_amount": [np.inf, np.inf], "own_funds": [np.inf, np.inf], "frame": [0.0, 0.0]}
    payer = xr.Dataset({name: ("year", np.array(each)) for name, each in names.items()}, {"year": [2025, 2026]})
    constant, current = (read_amounts(payer, np.array(index)) for index in ([1.0, 1.0], [1.0, 1.2]))
    assert set(constant) == {"taxes_and_grants", "debt_ceiling", "standing_debt"}
    assert constant["debt_ceiling"].tolist() == pytest.approx([60.0, 66.0])
    assert current["debt_ceiling"].tolist() == pytest.approx([60.0, 79.2])
    assert current["standing_debt"].tolist() == pytest.approx([50.0, 66.0])


def test_a_payer_without_taxes_has_no_ceiling_of_a_share_of_them() -> None:
    names = {"taxes_and_grants": [0.0], "debt_ceiling": [np.inf], "internal_rate": [0.02], "frame": [40.0]}
    payer = xr.Dataset({name: ("year", np.array(each)) for name, each in names.items()}, {"year": [2025]})
    assert set(read_amounts(payer, np.ones(1))) == {"frame"}


def test_what_is_assumed_is_counted_and_the_largest_named(tmp_path: Path) -> None:
    """Tables of 1 published, 2 derived and 3 assumed, and of 4 assumed: 7 of 10."""
    tables = tmp_path / "tables"
    tables.mkdir()
    assert read_assumed(tmp_path) is None
    (tables / "quality.csv").write_text("table,published,derived,assumed\nprices,1,2,3\nflows,0,0,4\n")
    with (tables / "assumptions.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["quantity", "name_sv", "name_en"])
        writer.writeheader()
        writer.writerow({"quantity": "purchase_price", "name_sv": "El", "name_en": "Electricity"})
    found = read_assumed(tmp_path)
    assert found is not None
    assert (found.count, found.total, found.share("sv")) == (7, 10, "70\u00a0%")
    assert found.tell_largest("sv") == ["Inköpspris, El"]


def test_what_a_measure_saves_is_its_flow_times_what_a_unit_does() -> None:
    """0.5 GWh of heat per unit of activity and 2 units of it a year: 1 GWh; what it takes is not told."""
    flows, names = {"pump": {"heat": 0.5, "power": -0.2}}, {"heat": "Värme"}
    outputs = Outputs(flows, {"pump": 2.0}, frozenset(), {"heat": "GWh"}, names)
    row = {"capacity_unit": "100 points", "resolution": ""}
    assert tell_saving("pump", row, outputs, "sv") == "1\u00a0GWh värme per 100 laddpunkter"
    assert tell_saving("pump", {**row, "resolution": "slice"}, outputs, "sv") == ""


def test_counted_units_are_read_out() -> None:
    assert [say_unit("1000 m2", lang) for lang in ("sv", "en")] == ["1\u00a0000 m²", "1,000 m²"]
    assert say_unit("1000 inhabitants", "sv") == "1\u00a0000 invånare"


def test_levels_are_told_as_they_are_typed() -> None:
    from runners.analyses.live.levers import Lever

    assert write_level(Lever("adjust.capex.all", "costs", 0, 2, 0.1, 1), 1.25, "sv") == "+25\u00a0%"
    assert write_level(Lever("target.roads", "targets", 0, 1, 0.1, 80, "%"), 75.0, "sv") == "75\u00a0%"


@pytest.mark.slow
def test_a_new_case_is_made_of_a_municipality_by_name(tmp_path: Path) -> None:
    client = open_site(make_folder(tmp_path))
    made = send_form(client, "/cases", {"municipality": "Hjo"})
    assert made.url.path == "/case/hjo/economy"
    assert (tmp_path / "cases" / "hjo" / "case.csv").is_file()
    again = send_form(client, "/cases", {"municipality": "Hjo"})
    assert again.status_code == 422
    unknown = send_form(client, "/cases", {"municipality": "Hjoo"})
    assert unknown.status_code == 422
    assert "Hjo" in unknown.text
