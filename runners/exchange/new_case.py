"""A case of a municipality, made from its published facts: its layers, and what the recipes made."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from runners.atomic_write import put_folder
from scenarios.errors import CaseError, Problem
from scenarios.recipes.facts import Facts
from scenarios.recipes.recipes import choose_layers, list_columns, make_rows, read_library, write_layers
from scenarios.tables import CASE, QUANTITY, UNIT, VALUE

RECIPES = "recipes"
"""Folder of what the recipes made, inside the case."""
NAMES = ("name_sv", "name_en")


def check_free(place: Path) -> None:
    """Refuse a place where anything stands: a new case is never written over another.

    Raises:
        CaseError: one problem that names the place.
    """
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise CaseError([Problem("new_place_taken", str(place))])


def write_new_case(place: Path, facts: Facts) -> list[str]:
    """Write the folder of a municipality's case, and give the layers that it lies on.

    Raises:
        CaseError: the place is taken or cannot be written. Then nothing is left behind.
    """
    library = choose_layers(facts)
    layers, made = [*library, RECIPES], make_rows(facts, read_library(library))
    with put_folder(place, check_free, str(place)) as folder:
        write_layers(folder, layers)
        names = [{QUANTITY: name, VALUE: facts.municipality} for name in NAMES]
        write_rows(folder / f"{CASE}.csv", [QUANTITY, VALUE, UNIT, "source", "confidence"], names)
        (folder / RECIPES).mkdir()
        for table, rows in made.items():
            write_rows(folder / RECIPES / f"{table}.csv", list_columns(table, rows), rows)
    return layers


def write_rows(file: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> None:
    """Write a table; cells that a row does not have are blank."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, columns, restval="", delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
