"""What can be said on the command line, found by key, code and name; and taken where it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from measure_towns import family_of, filter_of, town_of
from town import build_town, write_town

from runners.commands.listing import is_meant, run_list
from runners.overrides import check_key
from scenarios.choices import Choices
from scenarios.errors import CaseError
from scenarios.naming import settle_choices
from scenarios.settings import parse_setting

TOWN = town_of(
    filter_of("bio_ccs", 1, 4, code="S2", name_sv="Bio-CCS på verket", name_en="Bio-CCS at the plant"),
    filter_of("ortofta_2", 1, 4, code="D5", name_sv="Örtofta 2", name_en="Örtofta 2", measure="no"),
)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town", build_town(**TOWN))


def show(case: Path, capsys: pytest.CaptureFixture[str], *words: str, lang: str = "sv") -> list[str]:
    assert run_list([*words, f"case.path={case}"], lang) == 0
    return capsys.readouterr().out.splitlines()


def test_measures_are_found_by_any_of_their_names(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no measure is not listed; a measure by its key, code, a part of its name in either language."""
    for word in ("bio_ccs", "S2", "verket", "plant", "ccs"):
        (line,) = show(case, capsys, "measures", word)
        assert line.split() == ["bio_ccs", "S2", "Bio-CCS", "på", "verket", "town,", "town"]
    assert show(case, capsys, "åtgärder", "Örtofta") == ["Inget heter så: Örtofta. Utan ord visas allt."]
    assert show(case, capsys, "targets", "cap")[0].split() == ["cap", "cap", "co2,", "2025"]


def test_a_case_without_any_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = write_town(tmp_path / "town", build_town())
    assert show(place, capsys, "targets") == ["Fallet har inga sådana."]
    assert show(place, capsys, "actors", lang="en") == ["The case has none."]


def test_commodities_and_actors_are_listed_for_measures_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a measure may save, with its unit, and who may own it; a measure's programme and owner by their names."""
    about = {"measure": "yes", "buildable": "yes", "actor": "city", "programme": "homes", "capex": 1, "life": 9}
    tables = build_town(
        commodities=[{"commodity": "heat", "unit": "GWh", "name_sv": "Värme", "trader": "city"}],
        technologies=[{"technology": "pump", "name_sv": "Pump", "flow": {"heat": 1}, **about}],
        actors=[{"actor": "city", "kind": "municipality", "name_sv": "Staden", "name_en": "City"}],
        programmes=[{"programme": "homes", "name_sv": "Hem", "name_en": "Homes"}],
    )
    place = write_town(tmp_path / "town", tables)
    assert [line.split() for line in show(place, capsys, "varor")] == [["heat", "Värme", "GWh"]]
    assert [line.split() for line in show(place, capsys, "actors", lang="en")] == [["city", "City"]]
    for word in ("homes", "Hem", "Staden"):
        assert [line.split() for line in show(place, capsys, "measures", word)] == [["pump", "Pump", "Hem,", "Staden"]]


def test_keys_are_found_by_what_their_number_is_called(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "adjust.life.TECHNOLOGY" in "\n".join(show(case, capsys, "keys", "livslängd"))
    rates = "\n".join(show(case, capsys, "keys", "ränta"))
    assert "convention.discount_rate" in rates
    assert "adjust.rate.INSTRUMENT" in rates
    own = "\n".join(show(case, capsys, "keys", "S2", "investering"))
    assert "adjust.capex.bio_ccs" in own


def test_a_kind_that_is_none_is_refused_whole(case: Path) -> None:
    with pytest.raises(CaseError) as refused:
        run_list(["things", f"case.path={case}"])
    assert [problem.tell("en") for problem in refused.value.problems] == [
        "list: say what is to be shown: measures, targets, commodities, actors, keys, adopted. Here it says 'things'."
    ]


def test_codes_and_names_are_taken_where_keys_are() -> None:
    """exclude=[S2] led to another plant, ortofta_2, by its letters."""
    settled = settle_choices(build_town(**TOWN), Choices(exclude=("S2", "Örtofta 2", "nothing")))
    assert settled.exclude == ("bio_ccs", "ortofta_2", "nothing")
    assert family_of(TOWN, exclude=("S2",)).choices.exclude == ("bio_ccs",)
    scenario = family_of(TOWN).scenario
    place = scenario["technology"].values.tolist().index("bio_ccs")
    for key in ("adjust.capex.bio_ccs", "adjust.capex.S2", "adjust.capex.bio-ccs på verket"):
        assert parse_setting(key, scenario).index[0] == place
    with pytest.raises(CaseError) as refused:
        parse_setting("exclude.S3", scenario)
    assert "Closest: bio_ccs" in refused.value.problems[0].tell("en") or "bio_ccs" in refused.value.problems[0].tell(
        "en"
    )


def test_a_key_that_is_none_is_looked_for_among_names() -> None:
    for word, key in (("livslängd", "adjust.life.TECHNOLOGY"), ("ränta", "adjust.rate.INSTRUMENT")):
        problem = check_key(word, "1")
        assert problem is not None
        assert key in problem.tell("sv")


@pytest.mark.parametrize(
    ("words", "texts", "meant"), [(["el"], ["El på marknaden"], True), (["el"], ["Elväg"], False), ([], ["x"], True)]
)
def test_a_short_word_is_a_whole_word(words: list[str], texts: list[str], meant: bool) -> None:
    assert is_meant(words, texts) is meant
