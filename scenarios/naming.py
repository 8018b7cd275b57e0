"""Which thing is meant by a word: its key, its code, or its name in either language; and which are nearest to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from scenarios.alike import COMPARED, FAR, find_alike
from scenarios.choices import LEXICOGRAPHIC, SOCIETY, Choices
from scenarios.tables import Tables
from scenarios.terms import ACCOUNT, ACTOR, COMMODITY, INSTRUMENT, TECHNOLOGY

SHOWN, OFFERED = 4, 3
"""Most things, and most bare words, that are offered in place of one."""
CODE = re.compile(r"[^\W\d_]{1,2}\d{1,2}[a-z]?")
"""What looks like a code: `S2`, `B10a`."""
DECLARED = {COMMODITY: "commodities", TECHNOLOGY: "technologies"}
"""Tables that are not called as what they name, with an s."""
INSIDE = 0.9
"""How near a word is to a text that it is a part of."""
SHORT = 3
"""A shorter word is looked for among the words of texts and not inside them: it is in too many."""
FAR_CODE = 0.4
"""The same of a code: of two signs one is the same."""


@dataclass(frozen=True)
class Named:
    """A thing of a case: `label` is its key; `kind` says what it is, `code` and `names` may be blank."""

    label: str
    code: str = ""
    names: tuple[str, ...] = ()
    kind: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All that it goes by."""
        return tuple(word for word in (self.label, self.code, *self.names) if word)


def find_named(things: Iterable[Named], word: str) -> list[Named]:
    """The things that a word means: the one with that key, else those with that code, else those with that name.

    >>> things = [Named("bio_ccs", "S2", ("Bio-CCS", "Bio-CCS")), Named("ortofta_2", "D5", ("Örtofta 2",))]
    >>> [found.label for word in ("bio_ccs", "s2", "örtofta 2", "S") for found in find_named(things, word)]
    ['bio_ccs', 'bio_ccs', 'ortofta_2']
    """
    exact, plain = word.strip(), word.strip().casefold()
    by_label, by_code, by_name = [], [], []
    for thing in things:
        by_label += [thing] if thing.label == exact else []
        by_code += [thing] if plain and thing.code.casefold() == plain else []
        by_name += [thing] if plain in {name.casefold() for name in (thing.label, *thing.names)} else []
    return by_label or by_code or by_name


def rank_named(things: Iterable[Named], word: str, most: int = SHOWN, least: float = FAR) -> list[Named]:
    """The things alike to a word, the nearest first, by whichever of their key, code and names is nearest.

    >>> things = [Named("ortofta_2", "D5", ("Örtofta 2",)), Named("bio_ccs", "S2", ("Bio-CCS på ett Örtoftaverk",))]
    >>> [[found.label for found in rank_named(things, word, 1)] for word in ("S2", "ccs", "ortofta")]
    [['bio_ccs'], ['bio_ccs'], ['ortofta_2']]
    """
    scored = [(score_word(word, thing.words), -place, thing) for place, thing in enumerate(things)]
    ranked = sorted(scored, key=lambda found: found[:2], reverse=True)
    return [thing for score, _, thing in ranked[:most] if score >= least]


def score_word(word: str, texts: Sequence[str]) -> float:
    """How near a word is to the nearest of several texts: 1 where it is one of them, 0 where nothing is alike."""
    return max((_compare(_settle(word), _settle(text)) for text in texts), default=0.0)


def _compare(word: str, text: str) -> float:
    if word == text:
        return 1.0
    if word in text.split() or (len(word) >= SHORT and word in text):
        return INSIDE + (1 - INSIDE) * len(word) / len(text) / 2
    matcher = SequenceMatcher(None, word, text)
    return matcher.ratio() * INSIDE if matcher.real_quick_ratio() > 0 else 0.0


def _settle(text: str) -> str:
    """A text as it is compared: its beginning in small letters, words apart by blanks, no signs of the language."""
    return (
        text.strip()[:COMPARED].casefold().replace("_", " ").replace("-", " ").translate(str.maketrans("åäöé", "aaoe"))
    )


def name_rows(tables: Tables, dim: str) -> list[Named]:
    """What a table of a case names, such as its technologies."""
    frame = tables.frames[f"{DECLARED.get(dim, dim + 's')}"]
    codes = frame["code"] if "code" in frame else [""] * len(frame)
    rows = zip(frame[dim], codes, frame["name_sv"], frame["name_en"], strict=True)
    return [Named(str(label), str(code), (str(sv), str(en)), dim) for label, code, sv, en in rows if label]


def settle_choices(tables: Tables, choices: Choices) -> Choices:
    """Choices with codes and names of what a case has as the labels that they mean.

    What means nothing, or several things, stays as it is: the checks tell it.
    """
    technologies, commodities, accounts = (name_rows(tables, dim) for dim in (TECHNOLOGY, COMMODITY, ACCOUNT))
    actors, instruments = (name_rows(tables, dim) for dim in (ACTOR, INSTRUMENT))
    points_of_view = [Named(SOCIETY), Named(LEXICOGRAPHIC), *actors]
    return replace(
        choices,
        exclude=tuple(_settle_label(technologies, name) for name in choices.exclude),
        price_scale={_settle_label(commodities, name): value for name, value in choices.price_scale.items()},
        perspective=_settle_label(points_of_view, choices.perspective),
        instruments=tuple(_settle_label(instruments, name) for name in choices.instruments),
        account_price={_settle_label(accounts, name): value for name, value in choices.account_price.items()},
    )


def settle_word(things: Sequence[Named], word: str) -> str | None:
    """The label of the one thing that a word means by key, code or name; None where it means none, or several."""
    found = find_named(things, word)
    return found[0].label if len(found) == 1 else None


def offer_names(things: Sequence[Named], word: str, most: int = SHOWN) -> str:
    """Labels to offer in place of a word, in one text; blank where nothing is like it."""
    return ", ".join(list_nearest(things, word, most))


def offer_words(words: Iterable[str], word: str, most: int = OFFERED) -> str:
    """Words to offer in place of one that is none of them, in one text; blank where nothing is like it.

    >>> offer_words(["boiler", "wind"], "boilr", 1), offer_words(["boiler", "wind"], "zqxw"), offer_words([], "boiler")
    ('boiler', '', '')
    """
    return offer_names([Named(one) for one in words], word, most)


def _settle_label(things: Sequence[Named], word: str) -> str:
    return settle_word(things, word) or word


def list_nearest(things: Sequence[Named], word: str, most: int = SHOWN) -> list[str]:
    """Labels to offer in place of a word: those whose code or name it is or is part of, then those spelled alike.

    None for a word that is like no key, code or name of any.

    >>> list_nearest([Named("pump"), Named("ship_power", "T2", ("Elanslutna fartyg",))], "zqxw")
    []
    """
    coded = CODE.fullmatch(word) and any(thing.code for thing in things)
    sure = [thing.label for thing in rank_named(things, word, most, FAR_CODE if coded else INSIDE)]
    spelled = find_alike(word, [thing.label for thing in things], most)
    return list(dict.fromkeys([*sure, *spelled, *(thing.label for thing in rank_named(things, word, most))]))[:most]
