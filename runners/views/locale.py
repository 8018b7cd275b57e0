"""How a report speaks of figures in one language: money, tonnes, percent, names, and where a cell is blank."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from conf.words import LANGUAGES, choose_decimals, format_number, read_messages, say, say_unit
from runners.results.result import Result
from runners.views.names import name_heading, name_known, name_money
from runners.views.prices import tell_price
from scenarios.headings import Names
from scenarios.terms import PROGRAMME

BLANK = "–"
NBSP = "\xa0"


@dataclass(frozen=True)
class Speech:
    """One language, the money of the case and the names of its labels; `current` prices are those of each year.

    `programmes` are called otherwise than labels of the same name: theirs are by language.
    """

    lang: str
    money_unit: str
    price_year: str
    names: Mapping[str, str]
    current: bool = False
    programmes: Names = field(default_factory=dict)

    def say(self, key: str, /, **fields: object) -> str:
        """The report's message `report_<key>`."""
        return say(f"report_{key}", self.lang, **fields)

    def number(self, value: object, decimals: int = 1) -> str:
        """A number as the language writes it; a dash where there is none."""
        return BLANK if _missing(value) else format_number(_read(value), self.lang, decimals)

    def whole(self, value: object) -> str:
        """A number without decimals."""
        return self.number(value, 0)

    def amount(self, value: object) -> str:
        """A quantity with as many decimals as it needs: two below one, else one, none from a thousand."""
        if _missing(value):
            return BLANK
        return self.number(value, choose_decimals(_read(value)))

    def money(self, value: object, decimals: int = 0) -> str:
        """Money with its unit: `1 234 mnkr`."""
        return f"{self.number(value, decimals)}{NBSP}{self.unit}"

    def unit_of(self, unit: object) -> str:
        """A unit of the case as it is read, money too."""
        return say_unit(str(unit), self.lang).replace(self.money_unit, self.unit)

    def year(self, value: object) -> str:
        """A year, or a dash."""
        return BLANK if value is None or value is pd.NA or _missing(value) else str(int(_read(value)))

    @property
    def unit(self) -> str:
        """The unit of money as it is read."""
        return name_money(self.money_unit, self.lang)

    @property
    def name_column(self) -> str:
        """The column of names in this language."""
        return f"name_{self.lang}"

    @property
    def price_level(self) -> str:
        """`Mnkr, fasta priser i 2025 års nivå`, without the year where a sweep does not say it; or current prices."""
        if self.current:
            return self.say("price_level_current", money=self.unit)
        key = "price_level" if self.price_year else "price_level_plain"
        return self.say(key, money=self.unit, year=self.price_year)

    def in_current_prices(self) -> Speech:
        """The same language where money is that of each year."""
        return replace(self, current=True)

    def price_of(self, price: object, unit: str) -> str:
        """What one unit of an account costs: `7 000 kr/ton` for 7 MSEK per kt."""
        if _missing(price):
            return BLANK
        return tell_price(_read(price), unit, self.money_unit, self.lang).replace(" ", NBSP)

    def name(self, label: str) -> str:
        """What a label is called; the label itself in words where nobody named it."""
        return self.names.get(label, label.replace("_", " "))

    def name_programme(self, label: object) -> str:
        """What a programme is called."""
        return name_heading(str(label), self.lang, self.programmes)

    def name_item(self, item: object) -> str:
        """An item of an account, or an instrument, as a reader calls it."""
        return name_known(f"item_{item}", self.lang, self.name(str(item)))

    def name_component(self, component: object) -> str:
        """A part of the cost as a reader calls it."""
        return name_known(f"workbook_component_{component}", self.lang, str(component))

    def name_measure(self, row: pd.Series[Any]) -> str:
        """`B6 Pit storage (decided)`: code and name, and whether it is a project that is no option."""
        word = self.known(f"project_{row['status']}", "")
        name = f"{row['code']} {row[self.name_column]}".strip()
        return f"{name} ({word})" if word else name

    def known(self, key: str, otherwise: str) -> str:
        """The report's message of a word that the case may have made up."""
        return self.say(key) if f"report_{key}" in read_messages() else otherwise.replace("_", " ")

    def join(self, parts: Sequence[str]) -> str:
        """Words in a row: `a, b och c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self.say("join", first=", ".join(parts[:-1]), last=parts[-1])


def read_names(labels: pd.DataFrame, lang: str) -> dict[str, str]:
    """Names by label in a language; the first dimension that has a label names it."""
    known = labels.drop_duplicates("label")
    return dict(zip(known["label"].astype(str), known[f"name_{lang}"].astype(str), strict=True))


def read_programmes(labels: pd.DataFrame) -> Names:
    """What programmes are called, by label and language."""
    own = labels[labels["dimension"] == PROGRAMME]
    return {str(row["label"]): {lang: str(row[f"name_{lang}"]) for lang in LANGUAGES} for _, row in own.iterrows()}


def speak_of(result: Result, lang: str) -> Speech:
    """The language of what is said of a plan."""
    chosen = result.tables["conventions"].set_index("item")["choice"]
    names = read_names(result.tables["labels"], lang)
    programmes = read_programmes(result.tables["labels"])
    return Speech(lang, str(chosen["money"]), str(chosen["price_year"]), names, programmes=programmes)


def note_grid(speech: Speech, key: str) -> str:
    """The note under a table: price level, sign and definition."""
    return begin(speech.say(f"{key}_note", level=speech.price_level, money=speech.unit, year=speech.price_year))


def begin(sentence: str) -> str:
    """A sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def _missing(value: object) -> bool:
    return value is pd.NA or value is None or math.isnan(_read(value))


def _read(value: object) -> float:
    return float(value)  # type: ignore[arg-type]
