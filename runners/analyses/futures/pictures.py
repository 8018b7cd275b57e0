"""The pictures of a folder of futures: fans of paths, and what is regretted in each future."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from conf.words import say, say_unit
from runners.analyses.futures.result import Result
from runners.analyses.futures.subject import choose_paths
from runners.views.names import name_money

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from runners.keepsake import Draw


def draw_pictures(result: Result, lang: str) -> Mapping[str, Draw]:
    """How to draw each picture, by its file's name."""
    return {
        "regret": partial(_draw_regret, result=result, lang=lang),
        "paths": partial(_draw_paths, result=result, lang=lang),
    }


def _draw_regret(figure: Figure, result: Result, lang: str) -> None:
    from runners.reports.drawing import PALETTE, open_axes

    futures = result.tables["futures"]
    rows = futures[futures["status"] == "solved"].sort_values("regret")
    money = name_money(result.content["money"], lang)
    ax = open_axes(figure, say("futures_regret_chart", lang), say("futures_axis_regret", lang, money=money), right=0.97)
    ax.barh(rows["future"].astype(str), rows["regret"], color=PALETTE[4])


def _draw_paths(figure: Figure, result: Result, lang: str) -> None:
    """The fan of the account that differs most between the futures."""
    from runners.reports.drawing import PALETTE, open_axes

    chosen = choose_paths(result)
    if not chosen:
        return
    rows = result.tables["paths"].query("account == @chosen[0]")
    name, unit = str(rows[f"name_{lang}"].iloc[0]), say_unit(str(rows["unit"].iloc[0]), lang)
    ax = open_axes(figure, say("futures_path_chart", lang, name=name, unit=unit), unit, right=0.97)
    for low, high, shade in (("least", "most", 0.2), ("low", "high", 0.4)):
        ax.fill_between(rows["year"], rows[low], rows[high], color=PALETTE[0], alpha=shade, linewidth=0)
    ax.plot(rows["year"], rows["middle"], color=PALETTE[0], linewidth=2.2)
