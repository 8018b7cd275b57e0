"""Do plans that decide the same have one array of it, and is each of them what it would be by itself?"""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from test_chain import cap_town, set_target, town

from model.solver.chain import solve_program
from model.solver.layout import PLANS_HELD
from model.solver.plan import Labeller, label_plan


def test_plans_that_differ_in_what_they_miss_alone_have_one_array_of_all_else() -> None:
    """What was found for a cap of one kt, labelled for that and for half of it, is missed by half a kt more."""
    scenario, compiled = town("priced")
    found = solve_program(cap_town(1.0, "priced"))
    labeller = Labeller(compiled)
    first = labeller.label(set_target(scenario, "cap", 1.0), found)
    other = labeller.label(set_target(scenario, "cap", 0.5), found)
    for name in ("build", "activity", "purchase", "account_value", "credit"):
        assert other[name].values is first[name].values
        assert other[name].variable is first[name].variable
        with pytest.raises(ValueError, match="read-only"):
            other[name].values[...] = 1.0
    assert other["excess"].values is not first["excess"].values
    np.testing.assert_allclose(other["excess"].sel(year=2026) - first["excess"].sel(year=2026), 0.5)


def test_each_plan_of_a_series_is_what_it_would_be_by_itself() -> None:
    """Caps come and go, more of them than are held; the profile that activity falls on is another one in between."""
    scenario, compiled = town("priced")
    labeller = Labeller(compiled)
    dirty = scenario.assign(activity_profile=scenario["activity_profile"] * 0.5)
    caps = [1.0, 0.5, 1.0, 0.0, 0.5, 3.0]
    assert len(set(caps)) > PLANS_HELD
    for cap in caps:
        found = solve_program(cap_town(cap, "priced"))
        for changed in (set_target(scenario, "cap", cap), set_target(dirty, "cap", cap)):
            xr.testing.assert_identical(labeller.label(changed, found), label_plan(changed, compiled, found))
