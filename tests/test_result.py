"""A result comes back from its folder as it went in, whatever its kind and whatever its tables hold."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_results import STARTED

from runners.keepsake import Answer, keep_answer
from runners.results.catalog import KINDS, ResultColumn, Type, list_needed, read_catalog
from runners.results.manifest import PLAN, SWEEP
from runners.results.result import CURVE, Result, is_result, make_result, open_result

CURVES = ("system", "frontier", "measures")
"""Kinds of curves: their folders say `curve`, and their facts say which."""
READ = tuple(kind for kind in KINDS if kind not in (SWEEP, PLAN))
"""A plan's folder is written by `write_run`; a sweep's by its store."""
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6).map(str.strip)


def draw_cells(column: ResultColumn) -> st.SearchStrategy[object]:
    if column.type is Type.TEXT:
        return TEXTS
    if column.type is Type.MARK:
        return st.booleans()
    if column.type is Type.WHOLE:
        return st.one_of(st.none(), st.integers(-5000, 5000))
    return st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


@st.composite
def draw_results(draw: st.DrawFn) -> Result:
    kind = draw(st.sampled_from(READ))
    tables, needed = {}, {table.name for table in list_needed(kind)}
    for name, table in read_catalog()[kind].items():
        if name in needed or draw(st.booleans()):
            rows = draw(st.integers(0, 3))
            tables[name] = (
                pd.DataFrame()
                if not rows
                else pd.DataFrame(
                    {column: [draw(draw_cells(told)) for _ in range(rows)] for column, told in table.columns.items()}
                )
            )
    drawn = draw(st.dictionaries(TEXTS, st.one_of(st.none(), st.integers(), st.floats(), TEXTS)))
    facts = drawn | ({"kind": kind} if kind in CURVES else {})
    return make_result(kind, facts, tables, {"seed": 1})


@settings(max_examples=25, deadline=None)
@given(draw_results())
def test_what_is_written_is_what_is_opened(result: Result) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        place = keep_answer(_take(result), folder / "svar", STARTED)
        opened = open_result(place)
        assert is_result(place) == (result.kind not in CURVES)
        assert (opened.kind, opened.facts) == (result.kind, result.facts)
        assert {name: opened.origin[name] for name in result.origin} == dict(result.origin)
        assert set(opened.tables) == set(result.tables)
        for name, table in result.tables.items():
            pd.testing.assert_frame_equal(opened.tables[name], table)
        again = keep_answer(_take(opened), folder / "igen", STARTED)
        for path in sorted(place.rglob("*.csv")):
            assert (again / path.relative_to(place)).read_bytes() == path.read_bytes()
    finally:
        shutil.rmtree(folder)


def _take(result: Result) -> Answer:
    said = CURVE if result.kind in CURVES else result.kind
    return Answer(said, result.facts, result.tables, lambda _: None, {"seed": 1}, result.kind)


@pytest.mark.parametrize("name", ["", "plan"])
def test_a_folder_that_is_none_is_no_result(name: str, tmp_path: Path) -> None:
    assert not is_result(tmp_path / name)
