"""What a table, a label and a quantity of a case are, and what its dimensions are called."""

from __future__ import annotations

from dataclasses import dataclass

YEAR = "year"
SLICE = "slice"
TECHNOLOGY = "technology"
COMMODITY = "commodity"
ACCOUNT = "account"
PART = "part"
TARGET = "target"
GROUP = "group"
VINTAGE = "vintage"
RULE = "rule"
SOURCE = "source"
INVENTORY_YEAR = "inventory_year"
AGE = "age"
ACTOR = "actor"
INSTRUMENT = "instrument"
ACTION = "action"
FAMILY = "family"
PROGRAMME, SECTOR = "programme", "sector"
TIE = "tie"
PATH = "path"
"""A path over the years, and the column that names the paths which a number follows."""
DRAWN = "drawn"
FLOWN = "flown"
"""Pairs of technology and commodity whose flow is given by vintage."""
DATED = "dated"
"""Technologies whose availability is given by vintage."""
CALENDAR = "calendar"
OUTSIDE = "outside_year"
"""Calendar years between the price year and the plan."""
INFLATION_OUTSIDE = "inflation_outside"
"""Rise of prices in each of them."""

CONFIDENCES = ("published", "derived", "assumed")


@dataclass(frozen=True)
class Label:
    """A text column of a label table: allowed words, whether it must be filled, its default."""

    name: str
    sentence: str
    words: tuple[str, ...] = ()
    required: bool = False
    default: str = ""
    refers: str = ""


@dataclass(frozen=True)
class Quantity:
    """A number of the case: where it is written, over which labels, in which unit and bounds.

    Where it has a year and not every year is written, straight lines run between the years given, and it is
    constant outside them. One that is `vintaged` may be given by year of build as well as by year.
    """

    name: str
    table: str
    dims: tuple[str, ...]
    unit: str
    default: float
    lower: float
    upper: float
    sentence: str
    required: bool = False
    vintaged: bool = False

    @property
    def yearly(self) -> bool:
        """True where the quantity has a year, so that sparse years are filled by straight lines."""
        return YEAR in self.dims


@dataclass(frozen=True)
class Table:
    """One CSV file: `keys` say which row is meant, `labels` are its words, quantities its numbers.

    `declares` names the dimension whose labels the table lists. A table of `WIDE_TABLES` has one column per
    quantity; any other with numbers has `value`, and `quantity` among its keys where it holds several. What stands
    `aside` is told beside a plan and is no part of a scenario.
    """

    name: str
    sentence: str
    keys: tuple[str, ...]
    declares: str = ""
    labels: tuple[Label, ...] = ()
    optional: bool = True
    numbers: bool = True
    aside: bool = False


NAMES = (
    Label("name_sv", "Name in Swedish, as a reader sees it.", required=True),
    Label("name_en", "Name in English, as a reader sees it.", required=True),
)
YES_NO = ("yes", "no")
