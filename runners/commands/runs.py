"""`fardplan runs`: which runs there are, what one came to, how two differ, and clearing old ones away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from conf.whole_numbers import read_whole
from conf.words import format_number, say
from runners.command_words import LANG_KEY, Grammar, Mistake, settle_language, sort_words
from runners.exit_codes import DONE
from runners.keepsake import RUNS
from runners.results.manifest import MANIFEST, SWEEP
from runners.results.register import find_adoption
from runners.run_index import Catalogue, Run
from runners.runs_tables import compare_runs, show_run, write_line
from runners.sweep_store.lock import FolderLock, is_locked
from scenarios.errors import CaseError, Problem, explain_disk
from scenarios.naming import offer_words

COMMAND = "fardplan runs"
FOLDER, KEEP, OLDER, YES = "--folder", "--keep", "--older", "--yes"
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Request:
    """What was asked: a verb, names of runs, and options with their values."""

    verb: str
    names: tuple[str, ...]
    options: Mapping[str, str]

    @property
    def folder(self) -> Path:
        """Where the runs lie."""
        return Path(self.options.get(FOLDER, RUNS))

    def count(self, option: str) -> int | None:
        """The whole number of an option, None where it is not there; raises CaseError."""
        text = self.options.get(option)
        number = read_whole(text)
        if text is None or number is not None:
            return number
        raise CaseError([Problem("runs_bad_number", COMMAND, fields={"option": option, "value": text})])


@dataclass(frozen=True)
class Verb:
    """What can be asked: how many names of runs it takes, its options, and what does it."""

    names: int
    options: tuple[str, ...]
    run: Callable[[Request, str, datetime], None]


def run_runs(words: Sequence[str], lang: str, now: datetime | None = None) -> int:
    """Do what the words after `fardplan runs` ask for, and give the exit code.

    Args:
        words: a verb, names of runs and options; `lang=` among them is passed over.
        lang: of what is said.
        now: what ages are counted from; None: the clock's.

    Raises:
        CaseError: the words ask for nothing that there is (exit code 2).
    """
    words = [word for word in settle_language(words) if not word.startswith(LANG_KEY)]
    if not words:
        print(say("help_runs", lang).strip("\n"), flush=True)
        return DONE
    request = _read_request(words)
    VERBS[request.verb].run(request, lang, now or datetime.now().astimezone())
    return DONE


def _list_runs(request: Request, lang: str, _now: datetime) -> None:
    runs = Catalogue(request.folder).list_runs()
    lines = [write_line(run, lang) for run in runs] or [say("runs_none", lang, folder=request.folder)]
    print("\n".join(lines), flush=True)


def _show_run(request: Request, lang: str, _now: datetime) -> None:
    print("\n".join(show_run(_find_run(request, request.names[0]), lang)), flush=True)


def _compare_runs(request: Request, lang: str, _now: datetime) -> None:
    first, second = (_find_run(request, name) for name in request.names)
    if first.kind != second.kind:
        swept, planned = (first, second) if first.kind == SWEEP else (second, first)
        names = {"first": swept.place.name, "second": planned.place.name}
        raise CaseError([Problem("runs_unlike", COMMAND, fields=names)])
    print("\n".join(compare_runs(first, second, lang)), flush=True)


def _prune_runs(request: Request, lang: str, now: datetime) -> None:
    keep, older = request.count(KEEP), request.count(OLDER)
    if keep is None and older is None:
        raise CaseError([Problem("runs_prune_what", COMMAND)])
    removable = _choose_old(request.folder, keep or 0, timedelta(days=older or 0), now)
    for run in removable:
        print(_remove_run(run, YES in request.options, lang), flush=True)
    if not removable:
        print(say("runs_nothing_to_remove", lang), flush=True)
    elif YES not in request.options:
        print(say("runs_add_yes", lang), flush=True)


def _choose_old(folder: Path, keep: int, age: timedelta, now: datetime) -> list[Run]:
    """Runs in the folder itself beyond the newest `keep` and older than an age; without a date a run is not old.

    A run that was adopted is kept, however old it is.
    """
    inside = [run for run in Catalogue(folder).list_runs() if run.place.parent == folder]
    old = [run for run in inside[keep:] if run.began is not None and now - run.began >= age]
    return [run for run in old if find_adoption(run.place) is None]


def _remove_run(run: Run, really: bool, lang: str) -> str:
    """Remove a run unless it is written to or was stopped half way.

    Its manifest goes last, so that what is left of it is still known as ours.
    """
    name = run.place.name
    if is_locked(run.place):
        return say("runs_kept_running", lang, name=name)
    if not run.complete:
        return say("runs_kept_unended", lang, name=name)
    size = sum(path.lstat().st_size for path in run.place.rglob("*")) / MEGABYTE
    if really:
        try:
            lock = FolderLock.take(run.place)
            for path in run.place.iterdir():
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                elif path.name != MANIFEST:
                    path.unlink()
            shutil.rmtree(run.place)
            lock.release()
        except OSError as error:
            reason = explain_disk(error)
            raise CaseError([Problem("runs_unremovable", str(run.place), fields={"reason": reason})]) from error
    return say("runs_removed" if really else "runs_would_remove", lang, name=name, size=format_number(size, lang))


def _find_run(request: Request, name: str) -> Run:
    """The run of that name, or in the folder of that path."""
    catalogue = Catalogue(request.folder)
    runs = catalogue.list_runs()
    for place in (request.folder / name, Path(name)):
        found = [run for run in runs if run.place.resolve() == place.resolve()]
        if not found and (place / MANIFEST).is_file():
            found = [run for run in Catalogue(place.parent).list_runs() if run.place.resolve() == place.resolve()]
        if found:
            return found[0]
    names = [run.place.name for run in runs]
    nearest = offer_words(names, name)
    fields = {"name": name, "folder": request.folder, "nearest": nearest}
    raise CaseError([Problem("runs_unknown_run", COMMAND, fields=fields)])


def _read_request(words: Sequence[str]) -> Request:
    verb, *rest = words
    if verb not in VERBS:
        raise CaseError([Problem("runs_unknown_verb", COMMAND, fields={"word": verb})])
    known = VERBS[verb].options
    said = sort_words(rest, Grammar(tuple(name for name in known if name != YES), tuple({YES} & set(known))))

    def tell(mistake: Mistake) -> Problem:
        if mistake.blank:
            return Problem("runs_missing_value", COMMAND, fields={"option": mistake.option})
        fields = {"verb": verb, "word": mistake.word, "options": ", ".join(known)}
        return Problem("runs_unknown_option", COMMAND, fields=fields)

    if said.mistakes:
        raise CaseError(said.explain(tell))
    names = said.names
    options = {option: values[-1] for option, values in said.values.items()} | dict.fromkeys(said.switches, "")
    if len(names) != VERBS[verb].names:
        raise CaseError([_refuse_names(verb, names)])
    return Request(verb, names, options)


def _refuse_names(verb: str, names: Sequence[str]) -> Problem:
    key = ("runs_wrong_none", "runs_wrong_one", "runs_wrong_two")[VERBS[verb].names]
    return Problem(key, COMMAND, fields={"verb": verb, "found": " ".join(names) or "–"})


VERBS: Mapping[str, Verb] = {
    "list": Verb(0, (FOLDER,), _list_runs),
    "show": Verb(1, (FOLDER,), _show_run),
    "compare": Verb(2, (FOLDER,), _compare_runs),
    "prune": Verb(0, (FOLDER, KEEP, OLDER, YES), _prune_runs),
}
"""Every verb by its word."""
