"""The same commands from Python: what a command found, as tables, arrays and pictures (see docs/python.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conf.words import LANGUAGES
from runners.atomic_write import claim_folder
from runners.cli import COMMANDS
from runners.commands.report import open_material
from runners.keepsake import RUNS
from runners.overrides import read_config
from runners.record import PLAN as PLAN_FILE
from runners.reports.document import compose_document
from runners.reports.page import write_still
from runners.results.catalog import Type, find_table
from runners.results.folder import find_kind
from runners.results.manifest import SWEEP
from runners.results.result import open_result
from runners.results.sweep import open_sweep_folder, read_manifest
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

OUT = "out="
STAMP = "%Y%m%d-%H%M%S"
DIGEST_LENGTH = 10
FRAME = '<iframe srcdoc="{page}" style="width: 100%; height: 40rem; border: 0"></iframe>'


@dataclass(frozen=True)
class Found:
    """What a command found: its folder, opened. Printed it is what the command shows; in a notebook it is its report.

    Args:
        kind: under which the catalog of results declares its tables (docs/result-model.md).
        place: of its folder.
        tables: by name, with the types of the catalog.
        facts: its one JSON; of a sweep what its manifest says.
        shown: what the command says on a screen.
    """

    kind: str
    place: Path
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    shown: str = field(default="", repr=False)

    def array(self, table: str) -> xr.Dataset:
        """A table over its keys: one variable per column of numbers, each with its unit where all rows have the same.

        Args:
            table: its name.

        Raises:
            KeyError: there is no such table.
        """
        frame, declared = self.tables[table], find_table(self.kind, table)
        keys = [key for key in declared.keys if key in frame]
        numbers = [name for name in frame if name in declared.list_typed(Type.NUMBER, Type.WHOLE) and name not in keys]
        found: xr.Dataset = frame.set_index(keys)[numbers].to_xarray()
        units = set(frame["unit"]) if "unit" in frame else set()
        for name in numbers:
            unit = declared.columns[name].unit
            own = unit.replace("{money}", str(self.facts.get("money") or "MSEK"))
            if "{unit}" not in own:
                found[name].attrs["unit"] = own
            elif len(units) == 1:
                found[name].attrs["unit"] = own.replace("{unit}", str(next(iter(units))))
        return found

    def plan(self) -> xr.Dataset:
        """Every decision of a plan on the labels of its case.

        Raises:
            FileNotFoundError: it is no plan.
        """
        import xarray

        with xarray.open_dataset(self.place / PLAN_FILE, engine="netcdf4") as opened:
            loaded: xr.Dataset = opened.load()
        return loaded

    def __str__(self) -> str:
        return self.shown or f"{self.kind} {self.place}"

    def _repr_html_(self) -> str:
        lang = str(dict(self.facts.get("config") or {}).get("lang") or LANGUAGES[0])
        page = write_still(compose_document(open_material([self.place]), lang))
        return FRAME.format(page=escape(page, quote=True))


def ask(command: str, *words: str) -> Found:
    """Run a command as the command line does, and open what it found.

    Args:
        command: `sweep`, or one that keeps a folder of results: `plan`, `curve`, `why`, `near`, `compare` and more.
        words: those after it on the command line. Without `out=FOLDER` a new folder is made under `runs/`; a sweep
            has the same folder for the same words, and goes on with what is there.

    Raises:
        CaseError: words, case or folders that cannot be used; `str(error)` says all that is wrong.
        NoPlan: no plan keeps all hard rules, or none was found in time.
        PlanRefused: the verifier did not accept a plan.
    """
    started = datetime.now().astimezone()
    said = [word.removeprefix(OUT) for word in words if word.startswith(OUT)]
    rest = [word for word in words if not word.startswith(OUT)]
    if command == SWEEP:
        place = Path(said[-1]) if said else RUNS / f"sweep-{_digest(rest)}"
        return open_found(place, _sweep([*rest, f"{OUT}{place}"], started))
    _require(command)
    place = Path(said[-1]) if said else claim_folder(RUNS / f"{command}-{started:{STAMP}}")
    try:
        shown = _run(command, rest, place, started)
    except BaseException:
        with suppress(OSError):
            place.rmdir()
        raise
    return open_found(place, shown)


def open_found(place: Path | str, shown: str = "") -> Found:
    """What a command found before, from its folder.

    Raises:
        CaseError: it is no such folder, or anything in it was changed since.
    """
    folder = Path(place)
    if find_kind(folder) != SWEEP:
        result = open_result(folder)
        facts = {**result.facts, "config": result.origin.get("config")}
        return Found(result.kind, folder, result.tables, facts, shown)
    import pandas

    open_sweep_folder(folder, ())  # refuses what is no finished sweep, or was changed
    tables = {path.stem: pandas.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    return Found(SWEEP, folder, tables, read_manifest(folder) or {}, shown)


def _require(command: str) -> None:
    kept = [name for name, each in COMMANDS.items() if each.keeps]
    if command not in kept:
        fields = {"word": command, "names": ", ".join([SWEEP, *kept])}
        raise CaseError([Problem("cli_unknown_command", "", fields=fields)])


def _run(command: str, words: Sequence[str], place: Path, started: datetime) -> str:
    """Run a command into a folder; gives what it shows."""
    found = COMMANDS[command]
    module, _, name = (found.answer or found.reader).partition(":")
    function = getattr(import_module(module), name)
    if found.answer:
        named = [word for word in words if "=" not in word]
        choices = [word for word in words if "=" in word]
        if named and found.named:
            choices.append(f"{found.named}=[{','.join(named)}]")
        return str(function(read_config([*choices, f"{OUT}{place}"]), started))
    lang = next((word.removeprefix("lang=") for word in words if word.startswith("lang=")), LANGUAGES[0])
    with redirect_stdout(StringIO()) as shown:
        function([*words, "--out", str(place)], lang)
    return shown.getvalue().rstrip("\n")


def _sweep(words: Sequence[str], started: datetime) -> str:
    from runners.sweeps.run import run_sweep_command

    with redirect_stdout(StringIO()) as shown:
        run_sweep_command(words, started)
    return shown.getvalue().rstrip("\n")


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:DIGEST_LENGTH]
