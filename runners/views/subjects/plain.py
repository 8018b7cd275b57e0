"""Any result as its tables, with the heads of the catalog: what a kind without a subject of its own shows."""

from __future__ import annotations

from runners.results.catalog import read_catalog
from runners.results.result import Result
from runners.views.names import name_kind
from runners.views.section import Block, Section
from runners.views.tables import lay_table

SHOWN, MOST_PRINTED = 30, 30
"""Rows of a table that are shown unasked, and that are set on paper."""


def write_plain(result: Result, lang: str) -> list[Section]:
    """A section with every table of a result, in the order of the catalog; long ones are opened by the reader."""
    blocks: list[Block] = []
    for name in read_catalog()[result.kind]:
        table = result.table(name)
        if table is not None:
            blocks.append(lay_table(result, name, lang, folded=len(table) > SHOWN, printed=MOST_PRINTED))
    return [Section(result.kind, name_kind(result.kind, lang), tuple(blocks))]
