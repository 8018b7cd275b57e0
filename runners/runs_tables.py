"""What a run says for itself in a few lines, and two of them side by side: only what its summary or results hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conf.words import format_amount, format_number, read_messages, say
from runners.results.folder import find_edits
from runners.results.manifest import MANIFEST, SWEEP
from runners.results.result import SUMMARY
from runners.results.soundness import read_sound_summary
from runners.run_index import Run, read_time
from runners.sweep_store.disk import read_json
from runners.sweep_store.lock import is_locked
from runners.sweep_store.store import open_sweep
from scenarios.errors import CaseError

MONEY = "MSEK"
QUANTILES = {"least": 0.0, "tenth": 0.1, "median": 0.5, "ninetieth": 0.9, "most": 1.0}
BLANK = "–"
MISSED, GAP = "runs_missed", "runs_gap"


@dataclass(frozen=True)
class Cell:
    """A fact as it is read and, where it can be compared, as a number in a unit (blank: a count)."""

    text: str
    number: float | None = None
    unit: str = ""


def write_line(run: Run, lang: str) -> str:
    """A run on one line: when, which kind, of which case, how it ended, its name."""
    words = _count_words(run.counts, lang) or BLANK
    if not run.complete:
        total = format_number(run.total, lang, 0)
        words += f" ({say('runs_running_of' if is_locked(run.place) else 'runs_unended_of', lang, total=total)})"
    kind = say(f"runs_kind_{run.kind}", lang)
    return f"{_write_time(run.started):<16}  {kind:<5}  {run.case:<12}  {words}  {run.place.name}"


def describe_run(run: Run, lang: str) -> dict[str, Cell]:
    """The facts of a run by their label, in the order in which they are read."""
    facts = {
        say("runs_place", lang): Cell(str(run.place)),
        say("runs_case", lang): Cell(run.case),
        say("runs_started", lang): Cell(_write_time(run.started)),
    }
    return facts | (_describe_sweep(run, lang) if run.kind == SWEEP else _describe_plan(run, lang))


def show_run(run: Run, lang: str) -> list[str]:
    """The facts of one run, a line each."""
    facts = describe_run(run, lang)
    return _align([[label, cell.text] for label, cell in facts.items()])


def compare_runs(first: Run, second: Run, lang: str) -> list[str]:
    """Two runs of one kind side by side, with the difference where there is one: the second less the first."""
    mine, other = describe_run(first, lang), describe_run(second, lang)
    names = [run.place.name for run in (first, second)]
    lines = [["", *names, say("runs_difference", lang)]]
    place = say("runs_place", lang)
    for label in (label for label in dict.fromkeys([*mine, *other]) if label != place):
        cells = [facts.get(label, Cell(BLANK)) for facts in (mine, other)]
        lines.append([label, *(cell.text for cell in cells), _subtract(cells[1], cells[0], lang)])
    return _align(lines)


def _describe_plan(run: Run, lang: str) -> dict[str, Cell]:
    problems = find_edits(run.place, read_json(run.place / MANIFEST), [SUMMARY])
    if problems:
        raise CaseError(problems)
    summary = read_sound_summary(run.place / SUMMARY, (run.place / SUMMARY).read_bytes())
    targets = summary["targets"]
    missed = sum(target.get("years_missed", 0) > 0 for target in targets)
    told = say("runs_missed_of", lang, missed=missed, count=len(targets))
    return {
        say("runs_status", lang): Cell(_count_words(run.counts, lang) or BLANK),
        say("runs_cost", lang): _write_money(summary.get("objective_money"), str(summary.get("money", MONEY)), lang),
        say(MISSED, lang): Cell(told, missed),
        say(GAP, lang): _write_gap(summary.get("gap"), lang),
    }


def _describe_sweep(run: Run, lang: str) -> dict[str, Cell]:
    sweep = open_sweep(run.place)
    objectives = sweep.table("scenarios")["objective_money"].dropna()
    finished = sum(run.counts.values())
    told = {"finished": format_number(finished, lang, 0), "count": format_number(run.total, lang, 0)}
    state = _write_time(run.ended) if run.complete else say("runs_unended", lang)
    facts = {
        say("runs_ended", lang): Cell(say("runs_running", lang) if is_locked(run.place) else state),
        say("runs_varied", lang): Cell(", ".join(map(str, sweep.manifest.get("keys", []))) or BLANK),
        say("runs_scenarios", lang): Cell(say("runs_scenarios_of", lang, **told), finished),
    }
    for status, number in run.counts.items():
        facts[f"  {say(f'runs_status_{status}', lang)}"] = Cell(format_number(number, lang, 0), number)
    for name, part in QUANTILES.items():
        value = float(objectives.quantile(part)) if len(objectives) else None
        facts[say(f"runs_objective_{name}", lang)] = _write_money(value, MONEY, lang)
    return facts


def _count_words(counts: Mapping[str, int], lang: str) -> str:
    """How many ended how; of a single one only how."""
    words = [(number, say(f"runs_status_{status}", lang)) for status, number in counts.items()]
    if len(words) == 1 and words[0][0] == 1:
        return words[0][1]
    return ", ".join(f"{format_number(number, lang, 0)} {word}" for number, word in words)


def _write_money(value: float | None, unit: str, lang: str) -> Cell:
    return Cell(BLANK) if value is None else Cell(_write_amount(value, unit, lang), value, unit)


def _write_amount(value: float, unit: str, lang: str) -> str:
    key = f"money_{unit}"
    return format_amount(value, say(key, lang) if key in read_messages() else unit, lang)


def _write_gap(value: float | None, lang: str) -> Cell:
    if value is None:
        return Cell(BLANK)
    return Cell(say("runs_percent", lang, number=format_number(100.0 * value, lang, 2)))


def _write_time(text: str) -> str:
    moment = read_time(text)
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else BLANK


def _subtract(cell: Cell, base: Cell, lang: str) -> str:
    if cell.number is None or base.number is None or cell.unit != base.unit:
        return ""
    less = cell.number - base.number
    written = _write_amount(less, cell.unit, lang) if cell.unit else format_number(less, lang, 0)
    return f"+{written}" if less > 0 else written


def _align(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines with their columns under each other."""
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return ["  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip() for line in lines]
