"""What a configuration chooses: the folder of a case, choices about it, and how the solver is to work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import scenarios
from conf.schema import CaseConfig, Config, ConventionConfig, FinanceConfig
from runners.overrides import SWITCHED
from runners.word_bounds import check_section
from scenarios.base_years import name_base_year
from scenarios.checks.consequences import CHOICES
from scenarios.choices import LIMIT_CHOICES, Choices
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from model.solver.solution import SolverOptions

KEY_OF_CHOICE: Mapping[str, str] = {
    "exclude": "exclude",
    "benefits": "benefits",
    "price_scale": "price.scale",
    "account_price": "price.account",
    "target_mode": "target.mode",
    "excess_price": "target.excess_price",
} | {
    name: f"{group}.{name}"
    for group, kind in (("case", CaseConfig), ("convention", ConventionConfig), ("finance", FinanceConfig))
    for name in (item.name for item in fields(kind))
}
"""Field of `Choices` to the key of the configuration that sets it."""
ABOUT_CASE = ("case", "target", "price", "finance", "convention")
"""Parts of the configuration that choose about a case."""
CASES_FOLDER = Path(scenarios.__file__).parent
WHOLE, ROLLING, MYOPIC = HORIZONS = ("whole", "rolling", "myopic")
"""How far a plan looks ahead: over all years at once, or anew as years pass over all or some of those left."""


def find_folder(config: Config) -> Path:
    """The folder of the case.

    Raises:
        CaseError: there is no such folder, or no case was named.
    """
    if config.case.path is not None:
        folder = Path(config.case.path).expanduser()
        if folder.is_dir():
            return folder
        raise CaseError([Problem("case_path_missing", f"case.path={config.case.path}")])
    cases = sorted(path.parent.name for path in CASES_FOLDER.glob("*/case.csv"))
    if config.case.name in cases:
        return CASES_FOLDER / str(config.case.name)
    name = config.case.name or ""
    found = {"value": name, "names": ", ".join(cases)}
    raise CaseError([Problem("override_choice" if name else "case_missing", f"case.name={name}", fields=found)])


def choose(config: Config) -> Choices:
    """What the configuration chooses about a case.

    Raises:
        CaseError: values that no case could take, all at once.
    """
    convention = config.convention
    limits = {name: SWITCHED.get(mode := str(getattr(config.finance, name)), mode) for name in LIMIT_CHOICES}
    finance = replace(config.finance, ceiling=limits["ceiling"], frames=limits["frames"], result=limits["result"])
    settled = replace(config, finance=finance)
    _require([problem for name in ABOUT_CASE for problem in check_section(getattr(settled, name), f"{name}.")])
    case = config.case
    scale, left_out = _fit_prices(config)
    return Choices(
        years=tuple(case.years),
        first_year=case.first_year,
        last_year=case.last_year,
        last_length=case.last_length,
        variants=list_variants(case),
        exclude=tuple(config.exclude),
        do_nothing=config.do_nothing,
        benefits=config.benefits,
        target_mode=config.target.mode or "",
        excess_price=config.target.excess_price,
        discount_rate=convention.discount_rate,
        discount_capital=convention.discount_capital,
        discount_operation=convention.discount_operation,
        salvage=convention.salvage,
        service=convention.service,
        investment=convention.investment,
        price_scale=scale,
        left_out=left_out,
        account_price=dict(config.price.account),
        perspective=config.finance.perspective,
        **limits,
        instruments=tuple(config.finance.instruments),
        tolerance=config.finance.tolerance,
    )


def _fit_prices(config: Config) -> tuple[dict[str, float], tuple[str, ...]]:
    """Factors on prices, those of a ready-made choice as far as the case has the goods; and which it has not."""
    written, ready = dict(config.price.scale), dict(config.price.ready_made)
    if not ready:
        return written, ()
    from scenarios.ready_made import list_unpriced
    from scenarios.tables import read_tables

    left = list_unpriced(read_tables(find_folder(config)), list_variants(config.case), ready)
    return {name: scale for name, scale in ready.items() if name not in left} | written, tuple(left)


def list_variants(case: CaseConfig) -> tuple[str, ...]:
    """The variants of a case that are chosen, its base year among them."""
    base = () if case.base_year is None else (name_base_year(case.base_year),)
    return (*base, *case.variants)


def open_request(config: Config, *, actuals: bool = False) -> tuple[Choices, Path, SolverOptions]:
    """What a command that solves is asked: choices about a case, its folder, and how the solver is to work.

    `actuals`: the command knows what outcomes are.

    Raises:
        CaseError: what is wrong with any of them, or `config.out` names a place that is taken.
    """
    from runners.atomic_write import check_place

    if not actuals:
        refuse_actuals(config)
    asked = choose(config), find_folder(config), choose_solver(config)
    if config.out is not None:
        check_place(Path(config.out), config.force)
    return asked


def refuse_actuals(config: Config) -> None:
    """Raise a CaseError where outcomes are asked for of a command that would plan as if nothing had been."""
    until = config.case.actuals_until
    if until is not None:
        raise CaseError([Problem("actuals_elsewhere", f"case.actuals_until={until}")])


def name_choice(problem: Problem) -> Problem:
    """The problem with the key that a person writes, where it is about a choice and not about a file.

    >>> name_choice(Problem("chosen_technology", "choices", None, "exclude")).file
    'exclude'
    """
    if problem.file != CHOICES or problem.column is None:
        return problem
    key = KEY_OF_CHOICE[problem.column]
    filled = {**problem.fields, "quantity": key} if "quantity" in problem.fields else problem.fields
    return replace(problem, file=key, column=None, fields=filled)


def check_horizon(config: Config) -> None:
    """Raise a CaseError where the horizon is none of those there are."""
    _require(list(check_section(config.horizon, "horizon.")))


def choose_solver(config: Config, stand_in: bool = False) -> SolverOptions:
    """How the solver is to work.

    Args:
        config: what was chosen.
        stand_in: HiGHS in place of a solver that is not here, to look at a plan that was found elsewhere.

    Raises:
        CaseError: an unknown solver or method, one that is not installed, or a number that no solver can keep to.
    """
    from model.solver.lacks import find_lack
    from model.solver.registry import CHOOSE_METHOD, HIGHS_NAME
    from model.solver.solution import SolverOptions

    _require(list(check_section(config.solver, "solver.")))
    lack = find_lack(config.solver.name, config.solver.method)
    options = SolverOptions(**asdict(config.solver))
    if lack is None:
        return options
    if not stand_in:
        raise CaseError([Problem(lack.key, lack.word, fields=lack.fields)])
    return replace(options, name=HIGHS_NAME, method=CHOOSE_METHOD)


def _require(problems: Sequence[Problem]) -> None:
    if problems:
        raise CaseError(problems)
