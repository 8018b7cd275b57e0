"""The pictures of a plan that a test solved, drawn as its run folder has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xarray as xr

from runners.helper import Here
from runners.reports.background import tabulate_background
from runners.reports.plan_charts import draw_plan
from runners.reports.tables import tabulate_run
from runners.results.result import write_texts


def draw_pictures(
    scenario: xr.Dataset, plan: xr.Dataset, folder: Path, lang: str = "sv", reference: xr.Dataset | None = None
) -> dict[str, str]:
    """The SVG of every picture by its name; a plan made by hand without prices has none."""
    if "shadow_price" not in plan:
        nothing = xr.zeros_like(scenario["cap"])
        plan = plan.assign(shadow_price=nothing, marginal_cost=nothing)
    tables = tabulate_run(scenario, plan, reference) | tabulate_background(scenario, plan, reference)
    years = dict(zip(map(str, scenario["year"].values.tolist()), scenario["length"].values.tolist(), strict=True))
    names: dict[str, Any] = {name: scenario.attrs[name] for name in ("name_sv", "name_en", "digest", "price_year")}
    draw_plan(write_texts("plan", tables), {**names, "years": years}, lang, Here())(folder)
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.svg"))}
