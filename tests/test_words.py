"""The message catalogue: each text in both languages, with the same fields; numbers as it writes them."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

import conf.words
from conf.words import LANGUAGES, format_amount, format_gap, format_number, read_messages, say, say_unit
from scenarios.catalog import ACCOUNT, COMMODITY, GROUP, SLICE, SOURCE, TECHNOLOGY

FILES = sorted((Path(conf.words.__file__).parent / "messages").glob("*.toml"))


def fields_of(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_message_has_both_languages_with_the_same_fields(path: Path) -> None:
    for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
        assert set(texts) == set(LANGUAGES), key
        assert fields_of(texts["sv"]) == fields_of(texts["en"]), key
        assert all(text.strip() == text or path.name != "errors.toml" for text in texts.values()), key
        assert "" not in fields_of(texts["sv"]), f"{key} has a field without a name"


def test_a_key_stands_in_one_file_only() -> None:
    keys = [key for path in FILES for key in tomllib.loads(path.read_text(encoding="utf-8"))]
    assert len(keys) == len(set(keys)) == len(read_messages())


def test_every_kind_of_name_has_its_messages() -> None:
    for dim in (TECHNOLOGY, COMMODITY, ACCOUNT, GROUP, SLICE, SOURCE, "item"):
        assert f"unknown_{dim}" in read_messages()
    assert f"none_{GROUP}" in read_messages()


def test_say_fills_the_fields_in_the_language_asked_for() -> None:
    assert say("place_row", "sv", row=7) == "rad 7"
    assert say("place_row", "en", row=7) == "row 7"
    with pytest.raises(KeyError):
        say("no_such_message")
    with pytest.raises(KeyError):
        say("place_row", "sv")


def test_numbers_are_written_as_each_language_does() -> None:
    assert format_number(1234.5, "sv") == "1\u00a0234,5"
    assert format_number(-1234.5, "en") == "\u22121,234.5"
    assert format_number(-0.04, "sv") == "0,0"
    assert format_number(1999.6, "sv", 0) == "2\u00a0000"
    assert format_number(1234567.0, "en", 0) == "1,234,567"
    assert format_number(2.675, "sv", 2) == "2,68"  # as it is written, not as it is held: 2.67499...
    assert [format_number(half, "sv", 0) for half in (0.5, 1.5, 2.5)] == ["0", "2", "2"]
    assert [format_number(end, "en") for end in (math.inf, -math.inf, math.nan)] == ["∞", "−∞", "NaN"]


def test_amounts_are_written_with_units_that_a_reader_knows() -> None:
    """13.84 of a hundred points are 1 384 points; a unit that the catalogue does not know stays as it is."""
    assert format_amount(13.84, "100 points", "sv") == "1\u00a0384 laddpunkter"
    assert format_amount(13.84, "100 points", "en") == "1,384 points"
    assert format_amount(80.71, "GWh/yr", "sv") == "80,7 GWh/år"
    assert format_amount(2.0, "1000 m2", "sv") == "2\u00a0000 m²"
    assert format_amount(0.5, "% of car km", "sv") == "0,5 % av bilarnas km"
    assert format_amount(4.13, "10 teams", "sv") == "41,3 teams"


@pytest.mark.parametrize(
    ("unit", "swedish", "english"),
    [
        ("GWh/yr", "GWh/år", "GWh/yr"),
        ("GWh/yr/yr", "GWh/år per år", "GWh/yr per year"),
        ("t CO2e/inhabitant", "t CO2e/invånare", "t CO2e/inhabitant"),
        ("MSEK/1000 inhabitants", "tkr per invånare", "kSEK per inhabitant"),
    ],
)
def test_a_unit_is_said_in_its_language(unit: str, swedish: str, english: str) -> None:
    assert (say_unit(unit, "sv"), say_unit(unit, "en")) == (swedish, english)


def test_how_far_a_plan_lies_from_the_best_is_never_rounded_down() -> None:
    """0.002 % was told as "at most 0.00 %" by the report and as "at most 0.01 %" by the screen."""
    assert [format_gap(share, "en") for share in (0.0, 0.0000195, 0.0001, 0.000101, 0.01)] == [
        *("0.00", "0.01", "0.01", "0.02", "1.00"),
    ]


def test_a_figure_says_what_it_is_shared_by_once() -> None:
    from runners.views.subjects.climate_budget.money import _name_figure

    told = [_name_figure("per_inhabitant", "MSEK/1000 inhabitants", lang) for lang in ("sv", "en")]
    assert told == ["Nettoskuld per invånare, tkr", "Net debt per inhabitant, kSEK"]


def test_messages_are_what_their_files_say() -> None:
    """Read one by one as they are asked for, they are those of the whole files."""
    folder = Path(conf.words.__file__).parent / "messages"
    whole = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    assert dict(read_messages()) == {key: texts for part in whole for key, texts in part.items()}


@pytest.mark.parametrize(
    ("key", "fields", "one", "several"),
    [
        ("dossier_place", ("plans",), "1 plan löst och kontrollerad", "2 planer lösta och kontrollerade"),
        ("report_row_count", ("count",), "(1 rad)", "(2 rader)"),
        ("why_times", ("times",), "1 gång så dyr", "2 gånger så dyr"),
        ("adopted_text", ("count",), "1 antagen plan.", "2 antagna planer."),
        ("verify_refused", ("count",), "1 avvikelse från", "2 avvikelser från"),
        ("watch_end", ("done", "total"), "1 av 1 scenario", "2 av 2 scenarier"),
        ("portfolio_new_done", ("count",), "Ett fall och", "2 fall och"),
    ],
)
def test_a_text_of_one_is_in_the_singular(key: str, fields: tuple[str, ...], one: str, several: str) -> None:
    """ "1 planer lösta", "1 gånger" and "1 rader" were said."""
    blank = dict.fromkeys(fields_of(read_messages()[key]["sv"]), "x")
    assert one in say(key, "sv", **blank | dict.fromkeys(fields, 1))
    assert several in say(key, "sv", **blank | dict.fromkeys(fields, "2"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_has_a_count_beside_a_plural_alone(lang: str) -> None:
    """What follows a count goes with it: `{count} {count:plan|planer}`."""
    plurals = {
        "sv": "planer|rader|scenarier|åtgärder|tabeller|tekniker|framtider|regler|kommuner|avvikelser|gånger",
        "en": "plans|rows|scenarios|measures|tables|technologies|futures|rules|municipalities|violations|cells",
    }
    alone = re.compile(rf"(?<!\|)(?<!\|de )\{{(count|plans|rows|tables|total|all|times)\}} ({plurals[lang]})\b")
    assert [key for key, texts in read_messages().items() if alone.search(texts[lang])] == []
