"""The tables of the page's database, step by step as they came to be: an older database takes the steps it lacks."""

from __future__ import annotations

STEPS = (
    """
    create table setting (name text primary key, value text not null);
    create table "user" (
        name text primary key collate nocase, password text not null default '', subject text unique,
        everywhere integer not null default 0, active integer not null default 1, created real not null);
    create table role (
        "user" text not null references "user"(name) on delete cascade, "case" text not null, role integer not null,
        primary key ("user", "case"));
    create table invitation (
        digest text primary key, "user" text not null references "user"(name) on delete cascade, until real not null);
    create table visit (
        digest text primary key, "user" text not null references "user"(name) on delete cascade, began real not null,
        seen real not null);
    create table key (
        digest text primary key, "user" text not null references "user"(name) on delete cascade, name text not null,
        created real not null);
    create table deed (
        id integer primary key, at real not null, "user" text not null, verb text not null, "case" text not null,
        about text not null);
    create table job (
        id text primary key, "case" text not null, "user" text not null, kind text not null, name text not null,
        words text not null, place text not null, state text not null, created real not null, began real, ended real,
        code integer, lease real not null default 0, holder text not null default '', tries integer not null default 0,
        told text not null default '');
    create table scenario (id integer primary key, "case" text not null, name text not null, settings text not null);
    create table excluded ("case" text not null, technology text not null, primary key ("case", technology));
    create index job_state on job(state, created);
    """,
    """
    create table begun (
        state text primary key, session text not null, nonce text not null, verifier text not null,
        until real not null);
    """,
)


def list_orders(made: int) -> list[str]:
    """The statements that a database lacks which has taken so many steps."""
    return [order.strip() for step in STEPS[made:] for order in step.split(";") if order.strip()]
