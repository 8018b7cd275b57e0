"""Names and amounts inside a notice, as each language has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import xarray as xr

from conf.words import LANGUAGES, format_number
from runners.views.names import name_money, name_outcomes


@dataclass(frozen=True)
class Names:
    """Names of things by language, set one after the other."""

    names: Mapping[str, tuple[str, ...]]

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """The names, in a row."""
        return ", ".join(self.names[lang])


@dataclass(frozen=True)
class Counts:
    """How many outcomes are known, by kind: `built 1, price 1`."""

    counts: Mapping[str, int]

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """The kinds with their counts, in a row."""
        return name_outcomes(self.counts, lang)


@dataclass(frozen=True)
class Amount:
    """A number; `signed` shows a plus, too."""

    value: float
    decimals: int = 1
    signed: bool = False

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """The number as the language writes it."""
        text = format_number(self.value, lang, self.decimals)
        return f"+{text}" if self.signed and self.value > 0 else text


@dataclass(frozen=True)
class MoneyUnit:
    """The unit of a case's money."""

    money: str

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """As a reader writes it: MSEK is `mnkr` in Swedish."""
        return name_money(self.money, lang)


def name_labels(scenario: xr.Dataset, dim: str, labels: Iterable[str]) -> Names:
    """The names of labels of a dimension."""
    known = scenario[dim].values.tolist()
    places = [known.index(label) for label in labels]
    return Names({lang: tuple(str(scenario[f"{dim}_name_{lang}"].values[i]) for i in places) for lang in LANGUAGES})
