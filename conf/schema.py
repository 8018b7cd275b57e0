"""Which choices there are, and of which type: the dataclasses that every configuration is checked against.

Hydra's ConfigStore wants them plain, not frozen. What is left None follows the case or the written default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, get_type_hints

GROUPS = ("case", "target", "price", "finance", "solver", "convention", "horizon", "experiment", "sweep", "runners")
"""Folders of choices under `conf/`; the word before the equals sign in `target=hard`."""


@dataclass
class CaseConfig:
    """Which case, and which of its years and variants."""

    name: str | None = None
    """A folder of this name under `scenarios/`."""
    path: str | None = None
    """A folder anywhere; goes before the name."""
    base_year: int | None = None
    """Chooses the variant `base_<year>` of the case's rows."""
    variants: list[str] = field(default_factory=list)
    """Further variants of the case's rows."""
    first_year: int | None = None
    last_year: int | None = None
    years: list[int] = field(default_factory=list)
    """The plan's years one by one, instead of every year from first to last."""
    last_length: int | None = None
    """Calendar years that the last plan year stands for."""
    actuals_until: int | None = None
    """The last year whose outcomes (actuals.csv) are facts, in `plan` and `replan`; None: none are."""
    actuals_forward: str = "hold"
    """hold, fade or drop: what becomes in later years of the difference between measured and modelled."""


@dataclass
class TargetConfig:
    """How targets are treated."""

    mode: str | None = None
    """hard, priced or nearest for every target; None: as each target says."""
    excess_price: float | None = None
    """What a unit of excess costs, in money of the case per unit of account."""


@dataclass
class PriceConfig:
    """What prices are."""

    scale: dict[str, float] = field(default_factory=dict)
    """Commodity to a factor on its prices."""
    ready_made: dict[str, float] = field(default_factory=dict)
    """The same of a ready-made choice: commodities that the case lacks, or gives no price, are left out and told."""
    account: dict[str, float] = field(default_factory=dict)
    """Account to what a unit of it costs, such as a carbon price in MSEK/kt."""


@dataclass
class ConventionConfig:
    """How money of different years is compared."""

    discount_rate: float | None = None
    discount_capital: str = "start"
    discount_operation: str = "middle"
    salvage: str = "sinking_fund"
    service: str = "spread"
    """spread or start: from when in a period of several years what is begun in it serves."""
    investment: str = "spread"
    """spread or start: when in a period of several years what is begun in it is paid."""


@dataclass
class FinanceConfig:
    """Whose cost counts, and what limits those who pay."""

    perspective: str = "society"
    """society, lexicographic (then the cheapest finance, then the smoothest outlay), or an actor of the case."""
    ceiling: str = "hard"
    """How debt ceilings hold: hard, priced (broken at `ceiling_price`, and told) or off."""
    frames: str = "hard"
    """The same of frames, limits of own funds and steps of outlay, at `frame_price`."""
    result: str = "hard"
    """The same of least results, at `result_price`."""
    instruments: list[str] = field(default_factory=list)
    """Loans, bonds, grants and private capital to leave out."""
    tolerance: float = 1e-3
    """Part of the money that the plan decides that the later stages of lexicographic may give up."""


@dataclass
class SolverConfig:
    """Which solver works, and how long and how well (docs/solvers.md)."""

    name: str = "highs"
    """highs, which is always there, or glpk, cbc, scip, gurobi, cplex, xpress where they are installed."""
    method: str = "choose"
    """For linear programs: choose, simplex (dual), dual, primal, ipm, ipx, hipo or pdlp; not every solver has all."""
    gap: float = 1e-4
    time_limit: float = 300.0
    threads: int = 1
    seed: int = 0
    relax: bool = False
    log: bool = False


@dataclass
class MeasuresConfig:
    """How the cost of each measure is shown (docs/measures.md)."""

    levels: list[str] = field(default_factory=lambda: ["measure", "programme"])
    """measure, programme, or both."""
    account: str | None = None
    """Whose tonnes are counted; None: emissions net of removals where there is such an account, else the total."""
    year: int | None = None
    """The year of the annuity; None: that of the account's first target after the first year of the plan."""
    definition: str = "undiscounted"
    """Which cost per tonne ranks and is drawn: annuity, undiscounted or discounted; the tables have all three."""
    samples: int = 20
    """Orders drawn where players are too many for all sets; 0: no shares there."""
    seed: int = 0


@dataclass
class SweepConfig:
    """Which scenarios a sweep has beside those of the command line, and how they are worked through."""

    grid: dict[str, Any] = field(default_factory=dict)
    """Key to its levels: a list, or text as after the equals sign on the command line."""
    design: str | None = None
    """A table of scenarios: csv, parquet or xlsx, one row each, keys as columns."""
    vary: dict[str, Any] = field(default_factory=dict)
    """Key to the range or distribution from which its values are sampled (docs/sweeps.md)."""
    ready_made: dict[str, Any] = field(default_factory=dict)
    """As `vary`, of a ready-made choice: keys about what the case lacks are left out and told."""
    together: dict[str, Any] = field(default_factory=dict)
    """Groups of varied keys that go together: name to `{keys: [a, b], rank: 0.8}`, a rank correlation of each two."""
    method: str = "latin_hypercube"
    """latin_hypercube or sobol."""
    samples: int = 1000
    seed: int = 0
    most: int = 1_000_000
    """More scenarios than this are refused."""
    workers: int | None = None
    """Scenarios solved at a time; None: as many as there are processors."""
    verify: str = "all"
    """all, or sample: a part of the plans only."""
    chunk_seconds: float = 5.0
    """About how long a worker is to be busy with one chunk of scenarios."""
    memory_mb: int = 2000
    """A worker that takes more is replaced by a fresh one."""


@dataclass
class RunnersConfig:
    """Where scenarios are solved."""

    kind: str = "local"
    """local: processes of this machine; dask: a cluster."""
    address: str | None = None
    """Scheduler of a cluster that runs already: `tcp://host:8786` or a scheduler file; None: a new cluster."""
    queue: str | None = None
    """Slurm's partition; with one, workers are started as jobs of Slurm."""
    account: str | None = None
    """Slurm's account that pays."""
    jobs: int = 1
    """Jobs of Slurm, each with `cores` workers."""
    cores: int = 1
    walltime: str = "01:00:00"
    interface: str | None = None
    """Network interface over which workers reach the scheduler."""
    directives: list[str] = field(default_factory=list)
    """Further lines of `#SBATCH`, such as `--constraint=cpu`."""
    prologue: list[str] = field(default_factory=list)
    """Lines of shell before a worker starts, such as `module load python`."""


@dataclass
class NearConfig:
    """How near to the cheapest plan other plans are looked for, and how many are shown."""

    levels: list[float] = field(default_factory=lambda: [1.0, 2.0, 5.0])
    """Percent of the money that the plan moves against doing nothing, or of its whole cost, that they may cost more."""
    plans: int = 3
    """Alternatives for each level."""
    share: float = 0.1
    """From which part of its most a measure counts as had, or as begun."""


@dataclass
class CurveConfig:
    """Which cost curve, and how finely it is drawn."""

    kind: str = "system"
    """system: cost over the level of a target; frontier: over two at once; measures: measure by measure."""
    target: str | None = None
    """The target whose level moves; None, and no account: the last yearly cap on the total."""
    account: str | None = None
    """Instead of a target: an account, on which a cap (`sense`) is put from `year` to `until`."""
    year: int | None = None
    """First year of that cap; None: the last of the plan."""
    until: int | None = None
    """Last year of that cap; None: the last of the plan."""
    cumulative: bool = False
    """Whether that cap is on the sum over its years."""
    sense: str = "at_most"
    """at_most or at_least."""
    others: str = "aside"
    """aside: the case's targets do not count; kept: all but the one asked about hold as they are."""
    start: float | None = None
    """Level where the curve begins, in the account's unit; None: where the cap begins to bind."""
    end: float | None = None
    """Level where it ends; None: the tightest that any plan reaches, or that `most_price` pays for."""
    most_price: float | None = 100_000.0
    """SEK per tonne at which the curve ends by itself; None: at no price."""
    error: float = 1e-3
    """Certified error at which it is fine enough, as a share of the range of cost."""
    points: int = 200
    """Points at the most."""
    whole: bool = False
    """Whether units are whole; else parts of them may be built, and the certificate is tight."""
    second: str | None = None
    """Frontier: the other account, or `debt.ACTOR` for the most that an actor may owe for the plan."""
    second_year: int | None = None
    """Frontier: first year of the other cap; None: as the first."""
    levels: int = 5
    """Frontier: levels of the other, evenly spread over what it can be."""


@dataclass
class WhyConfig:
    """What is explained, and how much of it is looked at again (docs/why.md)."""

    measure: str | None = None
    """A technology: everything about this one measure; None: a summary of all."""
    prices: bool = True
    """Whether targets, frames, limits and speeds are priced."""
    measures: bool = True
    """Whether measures are explained."""
    checks: int = 5
    """With whole units: how many of the prices and measures are solved again with them free."""
    seconds: float = 15.0
    """With whole units: how long rules are let go one by one and the plan solved again."""
    impasses: int = 3
    """Where targets are out of reach: how many of them get a conflict and repairs of their own."""


@dataclass
class DossierConfig:
    """What a dossier is about and how much of it is worked out (docs/dossier.md)."""

    about: list[str] = field(default_factory=list)
    """Measures and families, by key, code or name; none: all families of the case."""
    levels: list[float] = field(default_factory=lambda: [1.0, 2.0, 5.0])
    """Percent of the money that the plan moves which plans may cost more, for the least and most of an entry."""
    samples: int = 4
    """Orders drawn for shares where players are too many for all sets; 0: no shares there."""
    seed: int = 0


@dataclass
class CheckConfig:
    """What `fardplan check` finds out beside mistakes (docs/confidence.md)."""

    numbers: int = 0
    """How many numbers are named that would change the plan most within their ranges; 0: none, nothing is solved."""


@dataclass
class HorizonConfig:
    """How far a plan looks ahead, and how often it is made anew (docs/futures.md)."""

    kind: str = "whole"
    """whole: once, over all years; rolling: anew as years pass, over all years left; myopic: over a window of them."""
    window: int = 5
    """myopic: years that are seen."""
    step: int = 1
    """rolling and myopic: years between plans."""


@dataclass
class RiskConfig:
    """Which futures one plan is for, and what of them is to be least (docs/futures.md)."""

    path: str | None = None
    """Folder with futures.csv, probabilities.csv and uncertain.csv; None: `futures` in the case's folder."""
    decide_until: int | None = None
    """What begins before this year is begun in all futures alike; None: five years after the plan begins."""
    measure: str = "mean"
    """mean, cvar (the worst part of the futures), regret (against knowing) or worst."""
    alpha: float = 0.9
    """cvar: the part of the futures that is not among the worst."""
    weight: float = 1.0
    """cvar: what the worst part counts beside the expected cost, which counts the rest of one."""
    of: str = "cost"
    """What is looked at in each future: cost, misses, debt, debt.ACTOR or net_cost.ACTOR."""
    relative: bool = False
    """regret: as a part of what the future costs by itself."""
    samples: int = 10
    """Futures drawn from uncertain.csv where futures.csv says none."""
    seed: int = 0
    fresh: int = 0
    """Fresh futures on which what begins now is tried; 0: none."""
    keep: int | None = None
    """Futures that stand for all of them, chosen by fast forward selection; None: all are planned for."""
    method: str = "choose"
    """block (all futures as one program), cuts (future by future, for costs in two stages) or choose (cuts where they
    serve and the block is large)."""


@dataclass
class Config:
    """Everything that a person may choose on the command line."""

    case: CaseConfig = field(default_factory=CaseConfig)
    target: TargetConfig = field(default_factory=TargetConfig)
    price: PriceConfig = field(default_factory=PriceConfig)
    finance: FinanceConfig = field(default_factory=FinanceConfig)
    convention: ConventionConfig = field(default_factory=ConventionConfig)
    solver: SolverConfig = field(default_factory=SolverConfig)
    sweep: SweepConfig = field(default_factory=SweepConfig)
    runners: RunnersConfig = field(default_factory=RunnersConfig)
    near: NearConfig = field(default_factory=NearConfig)
    curve: CurveConfig = field(default_factory=CurveConfig)
    why: WhyConfig = field(default_factory=WhyConfig)
    check: CheckConfig = field(default_factory=CheckConfig)
    dossier: DossierConfig = field(default_factory=DossierConfig)
    horizon: HorizonConfig = field(default_factory=HorizonConfig)
    risk: RiskConfig = field(default_factory=RiskConfig)
    settings: dict[str, float] = field(default_factory=dict)
    """Changes of the case's numbers by their keys, such as `adjust.price.electricity`."""
    exclude: list[str] = field(default_factory=list)
    """Technologies that the plan may not build."""
    do_nothing: bool = False
    benefits: str = "beside"
    """beside, or in_objective: benefits with a value count into what the plan costs (docs/benefits.md)."""
    """Leave out every measure."""
    measures: MeasuresConfig = field(default_factory=MeasuresConfig)
    lang: str = "sv"
    out: str | None = None
    """Run folder; None: a new one under `runs/`."""
    force: bool = False
    """Whether an earlier run in that folder is replaced; `--force` says it too."""


def list_keys(schema: type = Config, prefix: str = "") -> dict[str, Any]:
    """Every key of the configuration with its type, as it is written in an override.

    >>> list_keys()["solver.gap"]
    <class 'float'>
    """
    keys: dict[str, Any] = {}
    hints = get_type_hints(schema)
    for item in fields(schema):
        kind = hints[item.name]
        if isinstance(kind, type) and is_dataclass(kind):
            keys |= list_keys(kind, f"{prefix}{item.name}.")
        else:
            keys[prefix + item.name] = kind
    return keys


def build_config(content: Mapping[str, Any], schema: type = Config) -> Any:
    """The configuration of plain values, as a manifest keeps them; what they do not say is as by default."""
    hints, made = get_type_hints(schema), {}
    for item in fields(schema):
        if item.name in content:
            kind, value = hints[item.name], content[item.name]
            nested = isinstance(kind, type) and is_dataclass(kind)
            made[item.name] = build_config(value, kind) if nested else value
    return schema(**made)
