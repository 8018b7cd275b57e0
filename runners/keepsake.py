"""How is an answer that is no plan kept? One folder: tables, figures, one JSON, and a manifest with digests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runners.record import digest_files, write_aside, write_json
from runners.reports.drawing import DPI, SIZE, STYLE
from runners.reports.run_folder import FILES, MANIFEST, PROGRAM, TABLES_FOLDER

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FIGURES_FOLDER = "figures"
Draw = Callable[["Figure"], None]


@dataclass(frozen=True)
class Answer:
    """What a command found: its name, JSON, tables and figures by file name, and what the manifest says of it."""

    kind: str
    content: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    figures: Mapping[str, Draw]
    origin: Mapping[str, Any]


def keep_answer(answer: Answer, place: Path, started: datetime) -> Path:
    """Write the folder of an answer, aside and then into place; gives the place.

    Raises:
        CaseError: the place is taken by something else, or cannot be written. Then nothing is left behind.
    """
    with write_aside(place) as folder:
        (folder / TABLES_FOLDER).mkdir()
        for name, table in answer.tables.items():
            table.to_csv(folder / TABLES_FOLDER / f"{name}.csv", index=False, lineterminator="\n")
        (folder / FIGURES_FOLDER).mkdir()
        draw_answer(answer.figures, folder / FIGURES_FOLDER)
        write_json(folder / f"{answer.kind}.json", answer.content)
        manifest = {"program": PROGRAM, "kind": answer.kind, "started": started.isoformat(timespec="seconds")}
        write_json(folder / MANIFEST, {**manifest, **answer.origin, FILES: digest_files(folder)})
    return place


def draw_answer(figures: Mapping[str, Draw], folder: Path) -> None:
    """Draw figures as SVG and PNG into a folder that exists."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        for name, draw in figures.items():
            figure = Figure(figsize=SIZE, dpi=DPI)
            FigureCanvasAgg(figure)
            draw(figure)
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
            figure.savefig(folder / f"{name}.png", metadata={"Software": None})
