"""Every table and unit is told in the reader's language, and what a help text shows can be copied."""

from __future__ import annotations

import re

import pytest

from conf.words import LANGUAGES, read_messages, say_unit
from runners.chosen import CASES_FOLDER
from runners.overrides import check_key, check_pair
from runners.views.names import name_unit
from scenarios.catalog import COMMODITY, TABLES
from scenarios.naming import name_rows, settle_word
from scenarios.tables import read_tables

HELPS = sorted(key for key in read_messages() if key.startswith("help_"))
WORD = re.compile(r"(?<![\w.=])([a-z_]+(?:\.\w+)+)=(\[[^\]]*\]|[^\s\])(;]*)")
"""A word of a command as a help text shows it."""
PRICE = re.compile(r"adjust\.price\.(\w+)")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_of_the_catalog_has_a_name(lang: str) -> None:
    """The report's table of numbers and confidence showed `path values` in Swedish."""
    assert [table.name for table in TABLES if not read_messages().get(f"report_table_{table.name}", {}).get(lang)] == []


def test_units_of_several_parts_are_translated_part_by_part() -> None:
    assert say_unit("Mvkm/100 vans/yr", "sv") == "Mvkm/100 lätta lastbilar/år"
    assert say_unit("MSEK/unit", "sv") == "MSEK/st"
    assert name_unit("MSEK/GWh", "sv") == "mnkr/GWh"
    assert name_unit("MSEK/100 vans", "en") == "MSEK/100 vans"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", HELPS)
def test_keys_of_a_help_text_are_keys(key: str, lang: str) -> None:
    """`stress --help` showed adjust.price.el, and no case has `el`; each word shown is a key with its value."""
    text = read_messages()[key][lang]
    goods = name_rows(read_tables(CASES_FOLDER / "lund"), COMMODITY)
    assert [name for name in PRICE.findall(text) if not name.isupper() and settle_word(goods, name) is None] == []
    wrong = [
        f"{name}={value}"
        for name, values in WORD.findall(text)
        for value in ([values] if values.startswith("[") else re.split("[|,]", values.rstrip(".`")))
        if not re.search("[A-ZÅÄÖ]|\\.\\.", name + value)
        and (check_pair(name, value) if value else check_key(name)) is not None
    ]
    assert wrong == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_number_in_a_help_text_is_written_as_it_is_typed(lang: str) -> None:
    """`forms --help` gave rate=11,24, which is refused: it is two numbers."""
    texts = {key: read_messages()[key][lang] for key in HELPS}
    assert [key for key, text in texts.items() if re.search(r"\brate=\d+,\d", text)] == []
