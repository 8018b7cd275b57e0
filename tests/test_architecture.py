"""The page of the architecture lists every module under its room, each with the first sentence of its docstring.

`FARDPLAN_ARCHITECTURE=write pytest tests/test_architecture.py` writes the list anew.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
PACKAGES = ("conf", "scenarios", "model", "runners")
LISTED = re.compile(r"(?<=<!-- modules -->\n\n).*(?=\n<!-- end of modules -->)", re.DOTALL)
SENTENCE = re.compile(r"(.+?[.?!])(?:\s|$)", re.DOTALL)
WRITING = os.environ.get("FARDPLAN_ARCHITECTURE") == "write"


def read_sentence(module: Path) -> str:
    """The first sentence of a module's docstring, in one line."""
    told = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    found = SENTENCE.match(told)
    return " ".join((found.group(1) if found else told).split())


def list_rooms() -> list[Path]:
    """The folders that hold modules, packages in the order of their layers."""
    return [folder for name in PACKAGES for folder in sorted({path.parent for path in (ROOT / name).rglob("*.py")})]


def write_list() -> str:
    """Every room with what it is for, and its modules with what is in them."""
    lines: list[str] = []
    for room in list_rooms():
        lines += [f"**`{room.relative_to(ROOT)}/`** {read_sentence(room / '__init__.py')}", ""]
        modules = [path for path in sorted(room.glob("*.py")) if path.stem != "__init__"]
        lines += [f"* `{path.stem}`: {read_sentence(path)}" for path in modules]
        lines += [""] if modules else []
    return "\n".join(lines)


def test_every_module_stands_on_the_page_under_its_room() -> None:
    if WRITING:
        PAGE.write_text(LISTED.sub(lambda _: write_list(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    found = LISTED.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found.group() == write_list()


def test_every_module_says_what_is_in_it() -> None:
    silent = [
        str(path.relative_to(ROOT)) for room in list_rooms() for path in room.glob("*.py") if not read_sentence(path)
    ]
    assert silent == []
