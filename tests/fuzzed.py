"""What fuzzing spoils, and how: cases, overrides, design tables, workbooks and run folders of a small town."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pandas as pd
import test_cli
from sealed import rewrite_manifest
from spoiled import spoil
from town import write_town

from conf.schema import GROUPS, list_keys
from runners.cli import main
from runners.commands.exchange import MARK
from runners.keepsake import digest_files

NASTY = (
    *("", " ", "0", "-1", "1e999", "-1e300", "1e-300", "nan", "inf", "9" * 400, "1,5", "0,04", "1 000", "12 %"),
    *("\u0663", "\u22125", "\u202eabc", "\x1b[31m", "a\nb", "a\tb", '"', "'", ";", "=1+1", "#REF!", "true", "null"),
    *(
        "a" * 5000,
        "värmepump",
        "varmepump",
        "../../etc/passwd",
        "/dev/zero",
        "{a: 1}",
        "[a]",
        "[[a]]",
        "[",
        "${oc.env:A}",
    ),
    *(
        "2025",
        "2025-2030",
        "1800",
        "99999",
        "-2025000000",
        "2025.5",
        "all",
        "only",
        "next",
        "hard",
        "\ufeff",
        "a,b",
        "%s",
    ),
)
"""Texts in cells and after equals signs."""
VALUES = (
    *NASTY,
    *("a,b,c", "range(0,1,0.1)", "interval(0,1)", "choice(1,2)", "glob(*)", "[1,2]", "[1,1]", "[null]", "[värmepump]"),
    *(
        "{electricity: 1.3}",
        "{a: {b: 1}}",
        "{low: 1, high: 2}",
        "{choices: [1, 2]}",
        "int(3)",
        "1e5",
        "0.5",
        "10",
        "sv",
    ),
)
VERBS = ("set", "adjust", "shift", "target", "exclude", "price.scale", "price.account")
NAMES = (
    "capex",
    "price",
    "demand",
    "life",
    "all",
    "pump",
    "boiler",
    "gas",
    "heat",
    "co2",
    "2025",
    "2025-2030",
    "x",
    "",
)


@dataclass(frozen=True)
class Trial:
    """A command line; `told` says what was spoiled, `allowed` are files that it may write although it refuses."""

    kind: str
    number: int
    words: tuple[str, ...]
    told: str
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Bench:
    """A folder with what is whole (`whole/`), and one in which trials work (`work/`)."""

    folder: Path
    tables: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def prepare(cls, folder: Path) -> Bench:
        """Write a town with tables of most kinds, its workbook, a design, and two plans of a smaller town."""
        whole = folder / "whole"
        whole.mkdir()
        case, planned = write_town(whole / "case", spoil({})), test_cli.write_case(whole / "planned")
        with redirect_stdout(io.StringIO()):
            codes = [main(["template", "--path", str(case), str(whole / "case.xlsx")])]
            for name in ("a", "b"):
                codes.append(main(["plan", f"case.path={planned}", f"out={whole / name}"]))
        if any(codes):
            raise ValueError(f"the town has no plan or no workbook: {codes}")
        frame = pd.DataFrame(
            {"target": ["hard", "priced"], "adjust.capex.pump": [1.0, 2.0], "exclude": ["[]", "[pump]"]}
        )
        frame.to_csv(whole / "design.csv", index=False)
        frame.to_parquet(whole / "design.parquet")
        frame.to_excel(whole / "design.xlsx", index=False)
        made = cls(folder, {path.stem: path.read_bytes() for path in case.glob("*.csv")})
        made.work.mkdir()
        return made

    @property
    def whole(self) -> Path:
        """What is whole."""
        return self.folder / "whole"

    @property
    def work(self) -> Path:
        """Where trials work."""
        return self.folder / "work"

    @property
    def case(self) -> str:
        """The choice of the whole case."""
        return f"case.path={self.whole / 'case'}"

    def list_files(self) -> frozenset[str]:
        """Everything in either folder, by its path."""
        return frozenset(str(path.relative_to(self.folder)) for path in self.folder.rglob("*"))

    def clear(self) -> None:
        """Empty the folder of trials."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()


def make_override(random: Random, bench: Bench, number: int) -> Trial:
    """Keys that there are, and that there are not, with values of all kinds; composed, and now and then checked."""
    words = [f"{_choose_key(random)}={random.choice(VALUES)}" for _ in range(random.choice((1, 1, 1, 2, 3)))]
    if random.random() < 0.1:
        words[0] = _scramble(random, words[0])
    command = random.choice((["plan", "--cfg", "job"], ["check", bench.case], ["plan", "-m", "--dry-run", bench.case]))
    return Trial("overrides", number, (*command, *words), "words")


def _choose_key(random: Random) -> str:
    if random.random() < 0.3:
        return ".".join([random.choice(VERBS), *random.choices(NAMES, k=random.randint(1, 4))])
    return random.choice(
        [*list_keys(), *GROUPS, "sweep.grid.price", "sweep.vary.price.scale.gas", "settings.x", "hydra.x"]
    )


def make_case(random: Random, bench: Bench, number: int) -> Trial:
    """A case of which one to three tables are spoiled, checked or planned."""
    place = bench.work / "case"
    place.mkdir()
    tables, told = dict(bench.tables), []
    for _ in range(random.choice((1, 1, 2, 3))):
        name = random.choice(sorted(tables))
        how = random.choice(sorted(SPOILS))
        tables[name] = SPOILS[how](random, tables[name])
        told.append(f"{name}: {how}")
    for name, data in tables.items():
        (place / f"{name}.csv").write_bytes(data)
    out = f"out={bench.work / 'out'}"
    command = ["check"] if random.random() < 0.8 else ["plan", "solver.time_limit=5", "target=priced", out]
    return Trial("cases", number, (*command, f"case.path={place}"), ", ".join(told))


def make_design(random: Random, bench: Bench, number: int) -> Trial:
    """A design table of any kind, spoiled."""
    source = bench.whole / f"design.{random.choice(('csv', 'csv', 'parquet', 'xlsx'))}"
    place, data = bench.work / source.name, source.read_bytes()
    how = (
        random.choice(sorted(SPOILS)) if source.suffix == ".csv" else random.choice(("cut", "bytes", "empty", "other"))
    )
    place.write_bytes(SPOILS[how](random, data) if how != "other" else bench.tables["case"])
    words = ("plan", "-m", "--dry-run", bench.case, f"sweep.design={place}")
    return Trial("designs", number, words, f"{source.name}: {how}")


def make_workbook(random: Random, bench: Bench, number: int) -> Trial:
    """The workbook of the case with a part of it changed, imported."""
    place, told = bench.work / "case.xlsx", "cut"
    data = (bench.whole / "case.xlsx").read_bytes()
    if random.random() < 0.2:
        place.write_bytes(SPOILS[random.choice(("cut", "bytes", "empty"))](random, data))
    else:
        with ZipFile(bench.whole / "case.xlsx") as source, ZipFile(place, "w") as target:
            names = source.namelist()
            spoiled = random.choice([name for name in names if name.endswith(".xml")])
            told = f"{spoiled} of {place.name}"
            for name in names:
                part = source.read(name)
                target.writestr(name, _spoil_xml(random, part) if name == spoiled else part)
    words = ("import", str(place), "--out", str(bench.work / "out"))
    return Trial("workbooks", number, words, told, frozenset({f"work/{place.stem}{MARK}.xlsx"}))


def make_run(random: Random, bench: Bench, number: int) -> Trial:
    """The folder of a plan of which one file is spoiled, its digest made right or not, shown by one of the readers."""
    place = bench.work / "a"
    shutil.copytree(bench.whole / "a", place)
    paths = sorted(path for path in place.rglob("*") if path.suffix in (".csv", ".json", ".nc"))
    path = random.choice(paths)
    texts = (
        [*SPOILS] if path.suffix == ".csv" else ["cut", "bytes", "empty", "json"] if path.suffix == ".json" else ["cut"]
    )
    how = random.choice(sorted(texts))
    path.write_bytes((_spoil_json if how == "json" else SPOILS[how])(random, path.read_bytes()))
    sealed = path.name != "manifest.json" and random.random() < 0.7
    if sealed:
        seal(place)
    out = str(bench.work / "out")
    command = random.choice(
        (
            ("compare", str(place), str(bench.whole / "b"), f"out={out}"),
            ("workbook", str(place), "--csv", out),
            ("runs", "show", "a", "--folder", str(bench.work)),
            ("runs", "list", "--folder", str(bench.work)),
        )
    )
    told = f"{path.relative_to(place)}: {how}{', sealed' if sealed else ''}"
    return Trial("runs", number, command, told, frozenset(("work/catalogue.sqlite",)))


def seal(place: Path) -> None:
    """Make the digests in a manifest, and its seal, those of the files as they are."""
    files = {name: digest for name, digest in digest_files(place).items() if name != "manifest.json"}
    rewrite_manifest(place, files=files)


MAKERS: Mapping[str, Callable[[Random, Bench, int], Trial]] = {
    "overrides": make_override,
    "cases": make_case,
    "designs": make_design,
    "workbooks": make_workbook,
    "runs": make_run,
}


def _cut(random: Random, data: bytes) -> bytes:
    return data[: random.randint(0, len(data))]


def _change_bytes(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 3, 20))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _empty(_: Random, __: bytes) -> bytes:
    return b""


def _scramble(random: Random, text: str) -> str:
    place = random.randint(0, len(text))
    return text[:place] + random.choice(NASTY)[:40] + text[place:]


def _change_cells(random: Random, data: bytes) -> bytes:
    rows = _read_rows(data)
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        row = random.choice(rows or [[]])
        if row:
            row[random.randrange(len(row))] = random.choice(NASTY)
    return _write_rows(rows)


def _change_header(random: Random, data: bytes) -> bytes:
    rows = _read_rows(data)
    if rows and rows[0]:
        rows[0][random.randrange(len(rows[0]))] = random.choice(NASTY)
    return _write_rows(rows)


def _swap_columns(random: Random, data: bytes) -> bytes:
    rows = _read_rows(data)
    one, other = (random.randrange(max(1, len(rows[0]))) for _ in range(2)) if rows else (0, 0)
    for row in rows[1:]:
        if max(one, other) < len(row):
            row[one], row[other] = row[other], row[one]
    return _write_rows(rows)


def _change_rows(random: Random, data: bytes) -> bytes:
    rows = _read_rows(data)
    if len(rows) > 1:
        place = random.randrange(1, len(rows))
        rows[place : place + 1] = random.choice(([], [rows[place]] * 2, [rows[place][:-1]], [[*rows[place], "x"]]))
    return _write_rows(rows)


def _encode(random: Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    return random.choice(
        (text.encode("utf-16"), b"\xef\xbb\xbf" + data, text.encode("cp1252", "replace"), data + b"\0")
    )


def _change_marks(random: Random, data: bytes) -> bytes:
    return data.replace(
        *random.choice(((b",", b";"), (b",", b"\t"), (b"\n", b"\r"), (b".", b","), (b"\n", b"\r\n\r\n")))
    )


SPOILS: Mapping[str, Callable[[Random, bytes], bytes]] = {
    "cut": _cut,
    "bytes": _change_bytes,
    "empty": _empty,
    "cells": _change_cells,
    "header": _change_header,
    "columns swapped": _swap_columns,
    "rows": _change_rows,
    "encoding": _encode,
    "marks": _change_marks,
}


def _spoil_xml(random: Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    place = text.find(">", random.randint(0, len(text)))
    nasty = random.choice(NASTY).replace("&", "&amp;").replace("<", "&lt;")
    spoiled = random.choice((text[: place + 1] + nasty + text[place + 1 :], text[:place], text.replace("1", nasty, 3)))
    return spoiled.encode("utf-8", "replace")


def _spoil_json(random: Random, data: bytes) -> bytes:
    """A value somewhere replaced by one of another type, a key dropped, or an entry made null."""
    content = json.loads(data)
    holder: object = content
    while isinstance(holder, dict) and holder:
        key = random.choice(sorted(holder))
        inner = holder[key]
        if isinstance(inner, dict) and inner and random.random() < 0.7:
            holder = inner
            continue
        if random.random() < 0.2:
            del holder[key]
        else:
            holder[key] = random.choice((None, "text", 1e300, -1, [], {}, [[1]], True, 20261129, "nan"))
        break
    return json.dumps(content).encode()


def _read_rows(data: bytes) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(data.decode("utf-8", "replace"))))
    except csv.Error:
        return []


def _write_rows(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
