"""What a cell of a workbook says as the text that a table would hold: years, numbers, words."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import isfinite

from openpyxl.utils.datetime import to_excel

from runners.exchange.reading import Unusable
from runners.exchange.sheets import Kind
from scenarios.cells import FIRST_YEAR, LAST_YEAR
from scenarios.files import point_decimal

_MINUS = str.maketrans({"−": "-", "\u00a0": " ", "\u202f": " "})
_WHOLE = 2**53
"""Up to here a float holds every whole number."""


def write_value(value: object, kind: Kind) -> str | Unusable:
    """The text of a cell in a column of a kind; Unusable where there is none.

    A date stands for its year where a year is wanted. A number with a date's format that would be a year of ours is
    that year: whoever typed 2030 into such a cell sees 1905-07-22.

    >>> write_value(2030.0, Kind.YEAR), write_value(datetime(2030, 6, 1), Kind.YEAR), write_value("1,5 ", Kind.NUMBER)
    ('2030', '2030', '1.5')
    """
    if isinstance(value, Unusable):
        return value
    if isinstance(value, bool):
        yes_no = "yes" if value else "no"
        return yes_no if kind is Kind.YES_NO else str(value).upper()
    if isinstance(value, int | float):
        return _write_number(value)
    if isinstance(value, date | time | timedelta):
        return _write_date(value, kind)
    text = str(value).strip()
    return point_decimal(text.translate(_MINUS)) if kind is Kind.NUMBER else text


def _write_number(number: float) -> str:
    if isinstance(number, float) and isfinite(number) and number.is_integer() and abs(number) < _WHOLE:
        number = int(number)
    return repr(number)


def _write_date(value: date | time | timedelta, kind: Kind) -> str | Unusable:
    if isinstance(value, date) and kind is Kind.YEAR:
        serial = float(to_excel(value))
        return str(int(serial)) if serial.is_integer() and FIRST_YEAR <= serial <= LAST_YEAR else str(value.year)
    text = str(value).removesuffix(" 00:00:00") if isinstance(value, datetime) else str(value)
    return text if kind in (Kind.TEXT, Kind.YES_NO) else Unusable("exchange_date", text)
