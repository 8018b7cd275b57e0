"""Figures kept between runs: what is drawn follows from numbers and words, the text of the program, and fonts.

Drawing takes longer than all else that a plan does which was solved before, and longer than composing a report. Every
file of a folder of figures, and the charts of a report on paper, are kept in the user's cache folder under the digest
of all that they follow from; what is not what was written is drawn again (docs/decisions/28-kept-between-runs.md).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import conf
from conf.cache import cache_folder, digest_source, keep, read_kept
from runners.helper import work_beside
from runners.views.renderers.picture import draw_svg
from runners.views.section import Chart

MOST_KEPT = 16
"""Folders of figures, and reports, kept at the most, of some megabytes each; the longest unused go first."""
ROOT = Path(conf.__file__).parents[1]
ROOMS = {"conf": (".py", ".toml"), "scenarios": (".py",), "runners": (".py", ".csv")}
"""Where the program stands that makes charts of tables, and how its text, its words and its columns end."""
ENGINES = ("vl-convert-python", "pandas", "numpy")
FONTS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"),
    *("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts"),
)
"""Where systems have their fonts: a letter is as wide as its font has it."""
HEAD_END = b"\n"


def draw_once(
    about: Any, texts: Mapping[str, bytes], draw: Callable[[], Callable[[], dict[str, bytes]]]
) -> Callable[[Path], None]:
    """What fills a folder with its figures: as `find_drawn` gives them."""
    find = find_drawn(about, texts, draw)
    return lambda folder: _unpack(find(), folder)


def draw_charts(charts: Sequence[Chart], lang: str) -> dict[str, str]:
    """Charts as SVG by their key: those drawn before of the same, else half of them by a copy of this process.

    Args:
        charts: of a document, each with a key of its own.
        lang: of numbers at axes.
    """

    def draw() -> Callable[[], dict[str, bytes]]:
        with work_beside(partial(_draw_all, charts[1::2], lang)) as (take,):
            files = {**_draw_all(charts[::2], lang), **take()}
        return lambda: files

    about = ["report", lang, {chart.key: chart.spec for chart in charts}]
    return {name: text.decode() for name, text in _split(find_drawn(about, {}, draw)())} if charts else {}


def _draw_all(charts: Sequence[Chart], lang: str) -> dict[str, bytes]:
    return {chart.key: draw_svg(chart, lang).encode() for chart in charts}


def find_drawn(
    about: Any, texts: Mapping[str, bytes], draw: Callable[[], Callable[[], dict[str, bytes]]]
) -> Callable[[], bytes]:
    """What waits for packed figures: those that were drawn before of the same, else what `draw` begins now.

    Args:
        about: what is drawn beside the tables, as JSON can hold it.
        texts: of the tables that are drawn.
        draw: begins to draw from nothing but these, and gives what waits for the files, by their names.
    """
    path = cache_folder("figures") / f"{_digest(about, texts)}.figures"
    kept = read_kept(path)
    if kept is not None:
        return lambda: kept
    finish = draw()

    def find() -> bytes:
        packed = _pack(finish())
        keep(path, packed, MOST_KEPT)
        return packed

    return find


def _digest(about: Any, texts: Mapping[str, bytes]) -> str:
    tables = {name: hashlib.sha256(text).hexdigest() for name, text in texts.items()}
    return hashlib.sha256(json.dumps([about, tables, _digest_drawing()]).encode()).hexdigest()


@cache
def _digest_drawing() -> str:
    """The digest of all that a figure follows from but what it shows."""
    sources = [digest_source(ROOT / room, endings) for room, endings in ROOMS.items()]
    told = [sources, {name: version(name) for name in ENGINES}, _list_fonts()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _list_fonts() -> list[tuple[str, int]]:
    """Folders of fonts, and when a font last came or went."""
    below = [each for folder in FONTS for each, _, _ in os.walk(Path(folder).expanduser())]
    return [(folder, os.stat(folder).st_mtime_ns) for folder in sorted(below)]


def _pack(files: Mapping[str, bytes]) -> bytes:
    """Files one after the other behind a line that names them."""
    head = json.dumps({name: len(content) for name, content in files.items()})
    return head.encode() + HEAD_END + b"".join(files.values())


def _unpack(packed: bytes, folder: Path) -> None:
    for name, content in _split(packed):
        (folder / name).write_bytes(content)


def _split(packed: bytes) -> Iterator[tuple[str, bytes]]:
    """The files that `_pack` laid one after the other, by their names."""
    head, _, rest = packed.partition(HEAD_END)
    place = 0
    for name, length in json.loads(head).items():
        yield name, rest[place : place + length]
        place += length
