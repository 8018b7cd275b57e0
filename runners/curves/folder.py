"""Where a study of a case is kept: a folder with its tables, figures, one JSON and a manifest, moved in whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from runners.record import DIGEST_LENGTH, RUNS, describe_run, digest_files, write_aside, write_json
from runners.reports.run_folder import FILES, MANIFEST, TABLES_FOLDER

if TYPE_CHECKING:
    from conf.schema import Config
    from runners.family import Outcome


def write_study(
    kind: str,
    tables: Mapping[str, pd.DataFrame],
    content: Mapping[str, Any],
    draw: Callable[[Path], object],
    outcome: Outcome,
    config: Config,
    case_folder: Path,
    started: datetime,
) -> Path:
    """Write the folder of a study and give its place.

    Args:
        kind: what it is; also the name of its JSON, and in the manifest.
        tables: by file name.
        content: of the JSON.
        draw: puts figures into a folder.
        outcome: a plan of the case, for the manifest.
        config: as composed; `config.out` is the place, None a new folder under `runs/`.
        case_folder: whose files are digested.
        started: when the command began.

    Raises:
        CaseError: the place is taken by something else, or cannot be written.
    """
    attrs = outcome.scenario.attrs
    name = f"{kind}-{attrs['case']}-{started:%Y%m%d-%H%M%S}-{attrs['digest'][:DIGEST_LENGTH]}"
    place = Path(config.out) if config.out is not None else RUNS / name
    with write_aside(place) as folder:
        (folder / TABLES_FOLDER).mkdir()
        for table, frame in tables.items():
            frame.to_csv(folder / TABLES_FOLDER / f"{table}.csv", index=False, lineterminator="\n")
        (folder / "figures").mkdir()
        draw(folder / "figures")
        write_json(folder / f"{kind}.json", content)
        manifest = {"kind": kind, **describe_run(outcome, config, case_folder, started)}
        write_json(folder / MANIFEST, manifest | {FILES: digest_files(folder)})
    return place
