"""Cases planned together: who gains by sharing, what the shared is worth, what more would bring, and each city."""

from __future__ import annotations

import pandas as pd

from conf.words import format_gap, format_number, say, say_unit
from runners.results.result import Result
from runners.views.names import name_kind, name_money
from runners.views.section import Block, Chart, Points, Section, Text
from runners.views.tables import count_out, lay_table
from runners.views.theme import PALETTE

CITY = "city"
KINDS = ("pool", "supply", "plant", "target")
PRINTED = 40
MOST_BARS = 30
MOST_NAMED = 3
SHOWN = 0.05
"""Money below which a change is written as nothing."""
TINY = 1e-6
PERCENT = 100.0


def write_portfolio(result: Result, lang: str) -> list[Section]:
    """The section of all, and one for each city."""
    cities = result.tables["cities"]
    return [*write_front(result, lang), *(_write_city(result, row, lang) for _, row in cities.iterrows())]


def write_front(result: Result, lang: str) -> list[Section]:
    """The section of all together: what a screen shows."""
    blocks: list[Block] = [Text(_tell_head(result, lang)), Points(tuple(_tell_points(result, lang)))]
    blocks += _draw_gains(result, lang)
    note = say("portfolio_note_cities", lang)
    columns = [f"name_{lang}", "alone", "together", "gain", "payment", "after", "missed_alone", "missed"]
    blocks.append(lay_table(result, "cities", lang, columns, note=note, summed=("alone", "together", "gain")))
    note = say("portfolio_note_prices", lang)
    kinds = {"kind": {kind: say(f"portfolio_kind_{kind}", lang) for kind in KINDS}}
    rows = _choose_prices(result)
    blocks.append(lay_table(result, "prices", lang, rows=rows, note=note, words=kinds, printed=PRINTED))
    if result.table("plants") is not None:
        blocks.append(
            lay_table(result, "plants", lang, note=say("portfolio_note_costs", lang), words=_name(result, lang))
        )
    return [Section(result.kind, name_kind(result.kind, lang), tuple(blocks))]


def _name(result: Result, lang: str) -> dict[str, dict[str, str]]:
    """What cities are called."""
    cities = result.tables["cities"]
    return {CITY: dict(zip(cities[CITY], cities[f"name_{lang}"], strict=True))}


def _choose_prices(result: Result) -> pd.DataFrame:
    """Rows that bind, and of every link its first."""
    prices = result.tables["prices"]
    return prices[(prices["price"] > TINY) | ~prices.duplicated("link")]


def _tell_head(result: Result, lang: str) -> str:
    facts, money = result.facts, name_money(result.money, lang)
    saved = float(facts["alone"]) - float(facts["cost"])
    amount = f"{format_number(abs(saved), lang, 1)} {money}"
    key = "portfolio_gain" if saved > SHOWN else "portfolio_loss" if saved < -SHOWN else "portfolio_even"
    one = say(
        "portfolio_one",
        lang,
        together=format_number(float(facts["cost"]), lang, 1),
        alone=format_number(float(facts["alone"]), lang, 1),
        money=money,
        change=say(key, lang, amount=amount, misses=f"{format_number(float(facts['misses']), lang, 1)} {money}"),
        bound=format_number(float(facts["bound"]), lang, 1),
        gap=format_gap(float(facts["gap"]), lang),
    )
    method = say(f"portfolio_method_{facts['method']}", lang, rounds=facts["rounds"])
    single = "_one" if len(facts["cases"]) == 1 else ""
    verified = say(f"portfolio_verified{single}", lang, count=facts["verified"])
    return " ".join([say(f"portfolio_title{single}", lang, count=len(facts["cases"])) + ".", one, method, verified])


def _tell_points(result: Result, lang: str) -> list[str]:
    told = [
        say("portfolio_left_out", lang, name=case, reason=words[lang])
        for case, words in result.facts["left_out"].items()
    ]
    return [*told, *_tell_stated(result, lang), *_tell_links(result, lang), *_tell_gainers(result, lang)]


def _tell_stated(result: Result, lang: str) -> list[str]:
    """Limits written as amounts for cases of which some are left out."""
    stated = result.facts.get("stated", [])
    if not stated:
        return []
    prices = result.tables["prices"]
    names = prices[prices["link"].isin(stated)].drop_duplicates("link")[f"name_{lang}"].tolist()
    key = "portfolio_stated_one" if len(result.facts["cases"]) == 1 else "portfolio_stated"
    return [say(key, lang, names=", ".join(names), count=len(result.facts["cases"]))] if names else []


def _tell_links(result: Result, lang: str) -> list[str]:
    """What more of each link would bring, and where."""
    money = name_money(result.money, lang)
    prices, moves = count_out(result.tables["prices"], ["used", "limit"]), result.table("moves")
    told = []
    for link, rows in prices.groupby("link", sort=False):
        name = str(rows.iloc[0][f"name_{lang}"])
        own = moves[moves["link"] == link] if moves is not None else None
        if own is None or own.empty:
            used, limit = (format_number(float(rows[side].sum()), lang, 1) for side in ("used", "limit"))
            unit = _name_unit(str(rows.iloc[0]["unit"]), result, lang)
            told.append(say("portfolio_slack", lang, name=name, used=used, limit=limit, unit=unit))
            continue
        first = count_out(own, ["step"]).iloc[0]
        unit = _name_unit(str(first["unit"]), result, lang)
        span = f"{first['first']}" if first["first"] == first["last"] else f"{first['first']}–{first['last']}"
        told.append(
            say(
                "portfolio_scarce",
                lang,
                name=name,
                years=span,
                step=f"{format_number(float(first['step']), lang, 2)} {unit}",
                saved=format_number(float(first["saved"]), lang, 2),
                money=money,
                where=_tell_where(result, own, lang),
                tonnes=_tell_tonnes(own, lang),
            )
        )
    return told


def _name_unit(unit: str, result: Result, lang: str) -> str:
    """The unit of a link as a reader writes it."""
    return name_money(unit, lang) if unit in ("", result.money) else say_unit(unit, lang)


def _tell_where(result: Result, own: pd.DataFrame, lang: str) -> str:
    step = float(own.iloc[0]["step"])
    more = own[own["change"].abs() > SHOWN * step].sort_values("change", ascending=False, kind="stable")
    if more.empty:
        return ""
    names = _name(result, lang)[CITY]
    return say("portfolio_where", lang, names=", ".join(names[city] for city in more[CITY].head(MOST_NAMED)))


def _tell_tonnes(own: pd.DataFrame, lang: str) -> str:
    less, unit = float(own["tonnes"].sum()), str(own.iloc[0]["tonnes_unit"])
    if abs(less) < TINY:
        return ""
    key = "portfolio_tonnes" if less > 0 else "portfolio_tonnes_more"
    return say(key, lang, amount=format_number(abs(less), lang, 3), unit=unit)


def _tell_gainers(result: Result, lang: str) -> list[str]:
    cities = result.tables["cities"]
    sorted_ = cities.sort_values("gain", ascending=False, kind="stable")
    won, lost = sorted_[sorted_["gain"] > SHOWN], sorted_[sorted_["gain"] < -SHOWN][::-1]
    pairs = (("portfolio_gainers", won), ("portfolio_losers", lost))
    money = name_money(result.money, lang)
    return [
        say(key, lang, names=", ".join(_tell_amount(row, money, lang) for _, row in rows.head(MOST_NAMED).iterrows()))
        for key, rows in pairs
        if len(rows)
    ]


def _tell_amount(row: pd.Series, money: str, lang: str) -> str:
    return f"{row[f'name_{lang}']} ({format_number(abs(float(row['gain'])), lang, 1)} {money})"


def _draw_gains(result: Result, lang: str) -> list[Block]:
    """A bar for each city: what it gains by sharing."""
    from runners.views.charts import draw_bars

    cities = result.tables["cities"]
    if (cities["gain"].abs() < SHOWN).all():
        return []
    rows = cities.sort_values("gain", ascending=False, kind="stable").head(MOST_BARS)
    title = say("result_portfolio_cities", lang)
    shown = [format_number(gain, lang, 1) for gain in rows["gain"]]
    bars = rows.assign(name=rows[f"name_{lang}"], value=rows["gain"].astype(float), shown=shown, group=title)
    spec = draw_bars(bars, name_money(result.money, lang), {title: PALETTE[0]}, (("name", "N", ""),))
    told = " ".join(_tell_gainers(result, lang)) or title
    return [Chart("portfolio_gains", title, told, spec)]


def _write_city(result: Result, row: pd.Series, lang: str) -> Section:
    """What one city gets, builds and reaches."""
    city, money = str(row[CITY]), name_money(result.money, lang)
    costs = {side: format_number(float(row[side]), lang, 1) for side in ("alone", "together")}
    blocks: list[Block] = [
        Text(say("portfolio_city", lang, money=money, **costs) + " " + _tell_targets(result, city, lang))
    ]
    for name in ("draws", "builds"):
        table = result.table(name)
        own = None if table is None else table[table[CITY] == city]
        if own is not None and len(own):
            columns = [c for c in own.columns if c not in (CITY, "link", "technology") and not c.startswith("name_")]
            key, note = f"portfolio_{name}_{city}", say(f"portfolio_note_{name}", lang)
            blocks.append(
                lay_table(result, name, lang, [f"name_{lang}", *columns], own, key=key, note=note, printed=PRINTED)
            )
    return Section(f"{result.kind}_{city}", str(row[f"name_{lang}"]), tuple(blocks))


def _tell_targets(result: Result, city: str, lang: str) -> str:
    table = result.table("targets")
    if table is None:
        return ""
    missed = table[(table[CITY] == city) & ~table["met"].astype(bool)]
    if missed.empty:
        return say("portfolio_city_meets", lang)
    names = "; ".join(
        f"{row[f'name_{lang}']} ({format_number(float(row['excess']), lang, 1)} {row['unit']})"
        for _, row in missed.iterrows()
    )
    return say("portfolio_city_misses", lang, names=names)
