"""What a comparison of measures writes and says: its folder, its screen, and every text about bad choices."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from measure_towns import compare_town, family_of, filter_of, town_of
from test_towns_measures import enabling_town, hard_town
from town import build_town

from conf.schema import Config, MeasuresConfig
from runners.analyses.abatement.abatement_metrics import UNDISCOUNTED
from runners.analyses.abatement.measures import answer_measures, read_request
from runners.analyses.abatement.measures_screen import write_screen
from runners.keepsake import digest_files
from scenarios.errors import CaseError

STARTED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def told(config: MeasuresConfig) -> list[str]:
    with pytest.raises(CaseError) as caught:
        read_request(config, family_of(town_of(filter_of("a", 1, 4))).scenario)
    return [problem.tell("sv") for problem in caught.value.problems]


def test_every_choice_that_cannot_be_is_told_at_once() -> None:
    config = MeasuresConfig(levels=["sector"], account="ch4", year=2040, definition="yearly", samples=3)
    assert told(config) == [
        "measures.levels=[sector]: 'sector' finns inte. Välj: measure, programme.",
        "measures.definition=yearly: 'yearly' finns inte. Välj: annuity, undiscounted, discounted.",
        "measures.samples=3: 3 är för litet. Skriv 4 eller mer, eller 0 för att avstå.",
        "measures.account=ch4: 'ch4' finns inte. Välj: co2.",
        "measures.year=2040: '2040' finns inte. Välj: 2025.",
    ]
    assert told(MeasuresConfig(levels=[])) == ["measures.levels=[]: listan har 0 värden. Skriv 1 till 2."]


def write_case(folder: Path, town: dict[str, object]) -> Path:
    folder.mkdir()
    for name, frame in build_town(**town).frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def config_of(case: Path, **chosen: object) -> Config:
    config = Config(**chosen)  # type: ignore[arg-type]
    config.case.path = str(case)
    return config


def test_a_case_without_measures_is_told_what_it_lacks(tmp_path: Path) -> None:
    case = write_case(tmp_path / "stad", town_of(filter_of("a", 1, 4)))
    with pytest.raises(CaseError) as caught:
        answer_measures(config_of(case, exclude=["a"]), STARTED)
    assert caught.value.problems[0].tell("sv") == (
        "technologies.csv: fallet har ingen åtgärd som planen får välja: alla är uteslutna eller redan beslutade. "
        "Ta bort något ur exclude, eller ge en teknik measure = yes och buildable = yes."
    )


@pytest.mark.slow
def test_the_folder_holds_tables_figures_the_curve_and_a_manifest(tmp_path: Path) -> None:
    """a: 4 kt at 1, b: 3 kt at 2: the curve goes 0, 4, 7 kt at 0, 4, 10 MSEK, 1000 and 2000 SEK/t."""
    case = write_case(tmp_path / "stad", town_of(filter_of("a", 1, 4), filter_of("b", 2, 3)))
    place = tmp_path / "ut"
    shown = answer_measures(config_of(case, out=str(place)), STARTED)
    curve = json.loads((place / "curve.json").read_text(encoding="utf-8"))
    steps = [(p["level"], p["cost_money"], p["marginal_per_t"]) for p in curve["points"]]
    np.testing.assert_allclose(np.array(steps[1:]), [(4, 4, 1000), (7, 10, 2000)], atol=1e-6)
    assert steps[0] == (0, 0, None)
    assert (curve["definition"], curve["account"], curve["year"], curve["span"]) == (
        "undiscounted",
        "co2",
        2025,
        "2025-2025",
    )
    assert curve["kind"] == "measures"
    assert curve["certified_error"] is None
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["program"], manifest["kind"]) == ("fardplan", "curve")
    files = {path: digest for path, digest in digest_files(place).items() if path != "manifest.json"}
    assert manifest["files"] == files
    names = {
        *(f"figures/{n}.{s}" for n in ("macc", "programmes", "ways") for s in ("svg", "png")),
        "figures/macc.html",
        "curve.json",
    }
    tables = ("measures", "programmes", "costs_per_tonne", "enabling")
    assert set(files) == names | {f"tables/{name}.csv" for name in tables}
    labelled = pd.read_csv(place / "tables" / "costs_per_tonne.csv")
    assert set(zip(labelled["definition"], labelled["over"].astype(str), strict=True)) == {
        ("annuity", "2025"),
        ("undiscounted", "2025-2025"),
        ("discounted", "2025-2025"),
    }
    assert f"Allt ligger i {place}" in shown


def screen_of(town: dict[str, object], lang: str, **choices: object) -> str:
    comparison = compare_town(town)
    scenario = family_of(town).scenario
    return write_screen(scenario, comparison, UNDISCOUNTED, Path("ut"), 1.0, lang)


@pytest.mark.slow
def test_the_screen_says_what_is_counted_and_which_measures_enable_others() -> None:
    assert screen_of(enabling_town(), "sv").splitlines() == [
        "town: vad åtgärderna kostar per ton, på tre sätt",
        "Ton: co2. Kostnad: samhällets nuvärde i mnkr, 2025 års priser, 0,0 % ränta, utan priset på missade mål.",
        "kr/ton = nuvärde delat med odiskonterade ton, 2025–2025.",
        "Alla åtgärder tillsammans: 12 mnkr och 6 kt mot att inget göra.",
        "",
        "Program (mnkr/kt)                     ensam      sist in        andel  kr/ton",
        "town                                   12/6         12/6         12/6   2\u00a0000",
        "Andelarna är exakta och summerar till helheten.",
        "",
        "Åtgärder som kostar (mnkr/kt)         ensam      sist in        andel  kr/ton",
        "cars                                    0/0         12/6          6/3   2\u00a0000 !",
        "charger: möjliggör cars (sätter taket för hur mycket som ryms)",
        "cars med allt den behöver: 12 mnkr, 6 kt",
        "Sätten skiljer sig med över 20 % för 2 av 2 (märkta !): en enda siffra för dem vilseleder.",
        "Andelarna är exakta och summerar till helheten.",
        "",
        "Allt ligger i ut (8 verifierade planer, 1,0 s).".replace("8", str(screen_plans(enabling_town()))),
    ]


def screen_plans(town: dict[str, object]) -> int:
    return sum(level.solved for level in compare_town(town).levels.values())


@pytest.mark.slow
def test_what_saves_stands_apart_and_what_cannot_be_left_out_is_named() -> None:
    saving = screen_of(town_of(filter_of("big", -1, 8), filter_of("small", -3, 1)), "en")
    assert "Save both money and emissions: not ranked by SEK/t (* = another saves at least as much of both)" in saving
    assert any(line.startswith("small ") and line.endswith(" – *") for line in saving.splitlines())
    hard = screen_of(hard_town(0), "sv")
    assert "a: utan den finns ingen plan" in hard
    assert "Andelar finns inte: utan vissa åtgärder finns ingen plan. Ge målen ett pris med target.mode=priced." in hard
