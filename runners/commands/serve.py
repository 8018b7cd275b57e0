"""`fardplan serve [FOLDER]`: the page on this machine, or for a municipality whose users sign in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conf.whole_numbers import is_whole_within
from conf.words import say
from runners.command_words import Grammar, Mistake, sort_words
from runners.exit_codes import DONE
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    from runners.web.site import Site

COMMAND = "fardplan serve"
PORT, HOST, NAME, USERS = "--port", "--host", "--name", "--users"
GRAMMAR = Grammar((PORT, HOST, NAME), (USERS,))
LOCAL, USUAL = "127.0.0.1", "8000"
LOOPBACK = (LOCAL, "localhost", "::1")
LAST_PORT = 65535
FIRST = "administrator"
"""What the first user is called."""


def run_serve(words: Sequence[str], lang: str) -> int:
    """Serve a folder until it is stopped; gives the exit code.

    Args:
        words: those after `fardplan serve`: the folder, `--port`, `--host`, `--name` and `--users`.
        lang: of what is said here; pages are told in the language of who looks.

    Raises:
        CaseError: words that cannot be used (exit code 2).
    """
    said = sort_words(words, GRAMMAR)
    problems = said.explain(_tell_mistake)
    folder = Path(said.names[0] if said.names else ".").expanduser()
    host, port = said.last(HOST) or LOCAL, said.last(PORT) or USUAL
    if len(said.names) > 1 or not folder.is_dir():
        problems.append(Problem("serve_folder", COMMAND, fields={"found": " ".join(said.names)}))
    if not is_whole_within(port, 0, LAST_PORT):
        problems.append(Problem("serve_port", COMMAND, fields={"found": port}))
    if host not in LOOPBACK and USERS not in said.switches:
        problems.append(Problem("serve_open", COMMAND, fields={"found": host}))
    if problems:
        raise CaseError(problems)
    from runners.web.app import create_app
    from runners.web.database import reach
    from runners.web.serve import serve_app
    from runners.web.site import LOOPBACK as NAMES
    from runners.web.site import Site

    names = tuple(name.lower() for name in said.values.get(NAME, ()))
    site = Site(folder.resolve(), (*NAMES, *names), users=USERS in said.switches, secure=bool(names))
    address = f"https://{names[0]}/" if names else f"http://{host}:{port}/"
    reach(site.base)
    app = create_app(site.folder, site)
    print(say("serve_begun", lang, address=address, folder=site.folder), flush=True)
    if site.users and not any(not user.invited for user in site.accounts.list_users()):
        print(say("serve_invited", lang, address=f"{address}invited/{invite_first(site)}"), flush=True)
    serve_app(app, host, int(port))
    return DONE


def invite_first(site: Site) -> str:
    """The secret with which the first administrator chooses a password."""
    return site.accounts.invite_first(FIRST)


def _tell_mistake(mistake: Mistake) -> Problem:
    if mistake.blank:
        return Problem("exchange_option_blank", COMMAND, fields={"option": mistake.option})
    return Problem("exchange_option_unknown", COMMAND, fields={"option": mistake.option, "nearest": mistake.nearest[0]})
