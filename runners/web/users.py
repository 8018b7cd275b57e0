"""Users: passwords as argon2 hashes, invitations to choose one, roles by case, and visits that end by themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from runners.web.base import Base, Writing
from runners.web.refusal import UNUSABLE, Refusal
from runners.web.roles import Role

NAME = re.compile(r"[\w.@-]{1,80}")
"""What a user may be called: letters of any language, digits, and what addresses of mail have."""
SHORTEST, LONGEST = 12, 200
"""Letters of a password."""
WHOLE_DAY, IDLE, INVITED = 12 * 3600.0, 2 * 3600.0, 72 * 3600.0
"""Seconds after which a visit ends, however much is done; after which it ends where nothing is; for an invitation."""
SEEN_EVERY = 60.0
AT_ONCE = 2
"""Passwords that are tried at once: each takes 64 MB."""
USUAL = ("password", "losenord", "lösenord", "123456", "qwerty", "sommar", "vinter", "fardplan", "kommun", "welcome")
"""Words that a password is guessed to begin with."""
REPEATED = 4


@dataclass(frozen=True)
class User:
    """A user, and what they may do."""

    name: str
    everywhere: Role
    active: bool
    roles: Mapping[str, Role]
    invited: bool


class Users:
    """The users of a site."""

    def __init__(self, base: Base, hasher: PasswordHasher | None = None) -> None:
        self.base = base
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(token_urlsafe())
        self._room = BoundedSemaphore(AT_ONCE)

    def list_users(self) -> list[User]:
        """All of them, by name."""
        rows = self.base.ask('select name, everywhere, active, password, subject from "user" order by name')
        roles: dict[str, dict[str, Role]] = {}
        for row in self.base.ask('select "user", "case", role from role'):
            roles.setdefault(row["user"], {})[row["case"]] = Role(row["role"])
        return [
            User(row["name"], Role(row["everywhere"]), bool(row["active"]), roles.get(row["name"], {}),
                 not row["password"] and not row["subject"])
            for row in rows
        ]  # fmt: skip

    def find(self, name: str) -> User | None:
        """A user by name; None where there is none."""
        users = {user.name: user for user in self.list_users()}
        return users.get(choose_name(name, users) or "")

    def add(self, name: str, everywhere: Role = Role.NONE) -> None:
        """A user who cannot sign in yet.

        Raises:
            Refusal: the name is no name, or taken.
        """
        if not NAME.fullmatch(name):
            raise Refusal(UNUSABLE, "web_user_name", {"found": name})
        with self.base.write() as base:
            if choose_name(name, _list_names(base)) is not None:
                raise Refusal(UNUSABLE, "web_user_taken", {"found": name})
            order = 'insert into "user" (name, everywhere, created) values (?, ?, clock())'
            base.execute(order, [name, int(everywhere)])

    def invite(self, name: str) -> str:
        """The secret of a page on which a user chooses a password; earlier ones are void."""
        secret = token_urlsafe()
        with self.base.write() as base:
            base.execute('delete from invitation where "user" = ?', [name])
            _note_invited(base, name, secret)
        return secret

    def invite_first(self, name: str) -> str:
        """The same for the first administrator, who is made here; hosts that begin together make one.

        What each of them says holds, until a password is chosen by one.
        """
        secret = token_urlsafe()
        with self.base.write() as base:
            if choose_name(name, _list_names(base)) is None:
                order = 'insert into "user" (name, everywhere, created) values (?, ?, clock())'
                base.execute(order, [name, int(Role.ADMINISTRATOR)])
            base.execute("delete from invitation where until < clock()")
            _note_invited(base, name, secret)
        return secret

    def find_invited(self, secret: str) -> str | None:
        """Who chooses a password with a secret; None where it is void."""
        order = 'select "user" from invitation where digest = ? and until > clock()'
        rows = self.base.ask(order, [digest(secret)])
        return str(rows[0]["user"]) if rows else None

    def set_password(self, name: str, password: str) -> None:
        """Give a user a password; all visits and invitations of theirs end.

        Raises:
            Refusal: the password is short, long, or easy to guess.
        """
        check_password(name, password)
        with self._room:
            hashed = self._hasher.hash(password)
        with self.base.write() as base:
            base.execute('update "user" set password = ? where name = ?', [hashed, name])
            base.execute('delete from invitation where "user" = ?', [name])
            base.execute('delete from visit where "user" = ?', [name])

    def check(self, name: str, password: str) -> str | None:
        """The name of who signs in, as it was given; None where name or password is wrong, in the same time."""
        rows = {row["name"]: row for row in self.base.ask('select name, password, active from "user"')}
        called = choose_name(name[:LONGEST], rows) or ""
        hashed = rows[called]["password"] if called and rows[called]["active"] else ""
        with self._room:
            try:
                self._hasher.verify(hashed or self._nobody, password[:LONGEST])
            except (VerificationError, InvalidHashError):
                return None
        return called if hashed else None

    def set_role(self, name: str, case: str, role: Role) -> None:
        """What a user may do with a case; with every case where none is named. Holds from the next request."""
        with self.base.write() as base:
            if not case:
                base.execute('update "user" set everywhere = ? where name = ?', [int(role), name])
                return
            base.execute('delete from role where "user" = ? and "case" = ?', [name, case])
            if role is not Role.NONE:
                base.execute("insert into role values (?, ?, ?)", [name, case, int(role)])

    def begin_case(self, name: str, case: str) -> None:
        """Let who made a case administer it; roles with an earlier case of that name end."""
        with self.base.write() as base:
            base.execute('delete from role where "case" = ?', [case])
            base.execute("insert into role values (?, ?, ?)", [name, case, int(Role.ADMINISTRATOR)])

    def set_active(self, name: str, active: bool) -> None:
        """Let a user in, or out: all visits of theirs end at once."""
        with self.base.write() as base:
            base.execute('update "user" set active = ? where name = ?', [int(active), name])
            base.execute('delete from visit where "user" = ?', [name])

    def admit_subject(self, subject: str, name: str) -> str | None:
        """Who signs in by another service: the user of that subject, made where there is none; None: not let in."""
        with self.base.write() as base:
            rows = base.execute('select name, active from "user" where subject = ?', [subject]).fetchall()
            if rows:
                return str(rows[0]["name"]) if rows[0]["active"] else None
            plain = re.sub(r"[^\w.@-]", "_", name)[:60] or "user"
            taken = _list_names(base)
            tried = (f"{plain}_{number}" if number else plain for number in range(len(taken) + 2))
            free = next(each for each in tried if choose_name(each, taken) is None)
            base.execute('insert into "user" (name, subject, created) values (?, ?, clock())', [free, subject])
            return free

    def begin_visit(self, name: str) -> str:
        """The secret of a new visit."""
        secret = token_urlsafe()
        with self.base.write() as base:
            base.execute("delete from visit where began < clock() - ? or seen < clock() - ?", [WHOLE_DAY, IDLE])
            base.execute("insert into visit values (?, ?, clock(), clock())", [digest(secret), name])
        return secret

    def find_visit(self, secret: str) -> User | None:
        """Whose visit it is, where it has not ended."""
        order = """select "user".name, everywhere, seen < clock() - ? as due
            from visit join "user" on "user".name = visit."user"
            where digest = ? and active = 1 and began > clock() - ? and seen > clock() - ?"""
        rows = self.base.ask(order, [SEEN_EVERY, digest(secret), WHOLE_DAY, IDLE])
        if rows and rows[0]["due"]:
            self.base.change("update visit set seen = clock() where digest = ?", [digest(secret)])
        return self._read_user(rows)

    def _read_user(self, rows: Sequence[Any]) -> User | None:
        if not rows:
            return None
        given = self.base.ask('select "case", role from role where "user" = ?', [rows[0]["name"]])
        roles = {row["case"]: Role(row["role"]) for row in given}
        return User(rows[0]["name"], Role(rows[0]["everywhere"]), True, roles, False)

    def make_key(self, name: str, purpose: str) -> str:
        """A key by which a program may do what its user may: one for each purpose, the last that was made."""
        secret = token_urlsafe()
        with self.base.write() as base:
            base.execute('delete from key where "user" = ? and name = ?', [name, purpose])
            base.execute("insert into key values (?, ?, ?, clock())", [digest(secret), name, purpose])
        return secret

    def drop_key(self, name: str, purpose: str) -> None:
        """End a key."""
        self.base.change('delete from key where "user" = ? and name = ?', [name, purpose])

    def list_keys(self, name: str) -> list[str]:
        """For which purposes a user has keys."""
        rows = self.base.ask('select name from key where "user" = ? order by name', [name])
        return [str(row["name"]) for row in rows]

    def find_key(self, secret: str) -> User | None:
        """Whose key it is."""
        order = """select "user".name, everywhere from key join "user" on "user".name = key."user"
            where digest = ? and active = 1"""
        return self._read_user(self.base.ask(order, [digest(secret)]))

    def end_visit(self, secret: str) -> None:
        """End a visit."""
        self.base.change("delete from visit where digest = ?", [digest(secret)])


def choose_name(name: str, names: Iterable[str]) -> str | None:
    """The user whose name it is: as it is written, else without regard to capitals, of all letters; None: nobody's.

    >>> choose_name("åsa", ["Bo", "Åsa"]), choose_name("åsa", ["Åsa", "åsa"]), choose_name("eva", [])
    ('Åsa', 'åsa', None)
    """
    known = sorted(names)
    alike = [each for each in known if each.casefold() == name.casefold()]
    return name if name in alike else next(iter(alike), None)


def _list_names(base: Writing) -> list[str]:
    return [str(row["name"]) for row in base.execute('select name from "user"').fetchall()]


def _note_invited(base: Writing, name: str, secret: str) -> None:
    base.execute("insert into invitation values (?, ?, clock() + ?)", [digest(secret), name, INVITED])


def check_password(name: str, password: str) -> None:
    """Refuse a password that is easily guessed."""
    plain = password.lower()
    guessed = any(word in plain and len(plain) < SHORTEST + len(word) for word in USUAL)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refusal(UNUSABLE, "web_password_length", {"least": SHORTEST, "most": LONGEST})
    if guessed or name.lower() in plain or len(set(plain)) <= REPEATED:
        raise Refusal(UNUSABLE, "web_password_guessed")


def digest(secret: str) -> str:
    """What is kept of a secret: who reads the database cannot visit with it."""
    return hashlib.sha256(secret.encode()).hexdigest()
