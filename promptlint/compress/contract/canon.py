"""`rules/contract.toml`: what a word counts as, and how much it says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct

from promptlint.knowledge.tables import RulesError, rules_dir

_SUFFIXES = ("ations", "ation", "ments", "ment", "ingly", "edly", "ities", "ness", "ings", "ions", "able", "ible", "ally", "ure", "ing", "ied", "ies", "ion", "ity", "ive", "ers", "ed", "es", "ly", "er", "or", "al", "s", "e", "y")  # fmt: skip
# Behind an ending that was taken off, an "s" is a part of the word: "parsed", "pars".
_INNER_SUFFIXES = tuple(s for s in _SUFFIXES if s not in ("s", "es"))


_KIN = 5
# "archive", "archived"
_INNER = ("iv", "at", "abl", "iz", "if")
# "caller" is not what "call" is.
_PERSONS = ("er", "ers", "or", "ors", "ist", "ists")
# "tries" is "try"; in longer words the ending goes as a whole.
_SHORT = 7
_ENDING = 4
# Their ending is no ending.
_WHOLE = {w + s: w for w in ("news", "letter", "number", "order", "chapter", "character", "paper", "matter", "filter", "offer", "director", "directory", "factory", "memory", "category", "president", "university", "policy", "company") for s in ("", "s")} | {"directories": "directory", "categories": "category", "universities": "university", "companies": "company", "policies": "policy", "memories": "memory", "factories": "factory"}  # fmt: skip

# A phrase, and the words that stand for it.
Phrase = tuple[tuple[str, ...], tuple[str, ...]]


class Forms(Struct, frozen=True):
    """The tables of `contract.toml`, indexed."""

    phrases: dict[tuple[str, str], tuple[Phrase, ...]]
    openings: frozenset[tuple[str, str]]
    separable: dict[str, dict[str, str]]
    single: dict[str, tuple[str, ...]]
    synonyms: dict[str, str]
    markers: dict[str, str]
    groups: frozenset[str]
    stop: frozenset[str]
    generic: frozenset[str]
    plain: frozenset[str]
    silent: frozenset[str]
    quiet: frozenset[str]
    filler: frozenset[str]
    light: frozenset[str]
    limiting: frozenset[str]
    carried: frozenset[str]
    acts: frozenset[str]
    does: frozenset[str]
    verbs: frozenset[str]
    qualities: frozenset[str]
    answering: frozenset[str]
    collective: frozenset[str]
    limits: frozenset[str]
    numbers: dict[str, str]
    units: frozenset[str]
    placed: frozenset[str]
    counted: frozenset[str]
    same_unit: dict[str, str]
    languages: frozenset[str]
    capital_languages: dict[str, str]
    opposites: dict[str, frozenset[str]]


@cache
def forms() -> Forms:
    """The tables, read once."""
    path = rules_dir() / "contract.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        path = rules_dir() / "contract-words.toml"
        return _index(raw, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise RulesError(f"{path}: {error}") from error


def _index(raw: dict[str, Any], more: dict[str, Any]) -> Forms:  # Any: as the files have it
    carriers = more["carriers"]
    phrases: dict[tuple[str, str], list[Phrase]] = {}
    single: dict[str, tuple[str, ...]] = {}
    for phrase, canonical in raw["phrases"].items():
        parts = tuple(phrase.split())
        if len(parts) == 1:
            single[phrase] = tuple(canonical.split())
        else:
            phrases.setdefault((parts[0], parts[1]), []).append((parts, tuple(canonical.split())))
    words = raw["words"]
    numbers = {word: str(n) for n, word in enumerate(words["number_words"])} | {
        k: str(v) for k, v in words["tens"].items()
    }
    opposites: dict[str, set[str]] = {}
    synonyms = {member: head for head, members in raw["synonyms"].items() for member in members}
    for one, other in raw["opposites"]["pairs"]:
        opposites.setdefault(stem(one), set()).add(stem(other))
        opposites.setdefault(stem(other), set()).add(stem(one))
    generic = frozenset(words["generic"]) | {m for m, head in synonyms.items() if head in words["generic"]}
    stop, filler = frozenset(words["stop"]), frozenset(words["filler"])
    markers = {word: group for group, members in raw["markers"].items() for word in members}
    return Forms(
        plain=stop | generic | filler,
        silent=stop | filler | markers.keys(),
        quiet=stop | filler | frozenset(words["answering"]),
        phrases={k: tuple(sorted(v, key=lambda pair: -len(pair[0]))) for k, v in phrases.items()},
        openings=frozenset(phrases),
        separable=more["separable"],
        single=single,
        generic=generic,
        # A word as it is written goes before its stem: "conversation" has the stem of "conversion".
        synonyms={
            **{stem(m): stem(h) for m, h in synonyms.items()},
            **{stem(h): stem(h) for h in raw["synonyms"]},
            **{m: stem(h) for m, h in synonyms.items()},
            **{h: stem(h) for h in raw["synonyms"]},
        },
        markers=markers,
        groups=frozenset(raw["markers"]),
        stop=stop,
        filler=filler,
        limiting=frozenset(words["limiting"]),
        light=frozenset(words["light"]).union(*carriers.values()),
        carried=frozenset(stem(w) for kind in carriers.values() for w in kind if len(w) > 4),
        does=frozenset(stem(w) for w in carriers["verbs"]),
        qualities=frozenset(stem(synonyms.get(w, w)) for w in (*carriers["describing"], *carriers["adverbs"])),
        verbs=frozenset(stem(w) for w in (*carriers["verbs"], *more["acts"]["verbs"])),
        acts=frozenset(w + s for w in more["acts"]["verbs"] for s in ("", "s")),
        answering=frozenset(words["answering"]),
        limits=frozenset(stem(w) for w in words["limits"]),
        collective=frozenset(stem(w) for w in words["collective"]),
        numbers=numbers,
        units=frozenset(raw["units"]["plain"]),
        placed=frozenset(raw["units"]["placed"]),
        counted=frozenset(raw["units"]["counted"]),
        same_unit=raw["units"]["same"],
        languages=frozenset(raw["languages"]["names"]),
        capital_languages=raw["languages"]["capital"],
        opposites={k: frozenset(v) for k, v in opposites.items()},
    )


@cache
def _irregular() -> dict[str, str]:
    """`irregular` of `contract-words.toml`: "kept" is "keep"."""
    path = rules_dir() / "contract-words.toml"
    known: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["irregular"]
    return known


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its endings: `explaining` and `explains` are one word."""
    if (known := _WHOLE.get(word)) is not None:
        return known
    word = _irregular().get(word, word)
    if len(word) < _SHORT and word.endswith(("ies", "ied")):
        word = word[:-3] + "y"
    for suffixes in (_SUFFIXES, _INNER_SUFFIXES):
        for suffix in suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= (
                2 if suffix == "s" else 3 if len(suffix) < 3 else 4
            ):
                word = word[: -len(suffix)]
                break
        else:
            break
    if len(word) > 3 and word[-1] in "ie":
        # "implement" and "implementing" lose their endings in another order.
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lse":
        word = word[:-1]
    return word


def kin(one: str, other: str) -> bool:
    """Whether one stem is the beginning of another: "minimiz", "minim"."""
    short, long = sorted((one, other), key=len)
    if len(short) >= _ENDING and long.startswith(short) and long[len(short) :] in _INNER:
        return True
    return len(short) >= _KIN and len(long) - len(short) <= _ENDING and long.startswith(short)


def by_beginning(words: Iterable[str]) -> dict[str, list[str]]:
    """Stems by their first letters, to look for kin."""
    found: dict[str, list[str]] = {}
    for word in words:
        if len(word) >= _ENDING:
            found.setdefault(word[:_ENDING], []).append(word)
    return found


def akin(word: str, others: dict[str, list[str]]) -> bool:
    """Whether kin of a stem is among others."""
    return any(kin(word, other) for other in others.get(word[:_ENDING], ()))


@lru_cache(maxsize=20_000)
def meaning(word: str) -> str:
    """What a word counts as: the first of its synonyms, or its stem."""
    known = forms().synonyms
    if word.startswith("un "):
        return "un " + meaning(word[3:])
    return known.get(word) or known.get(stem(word)) or stem(word)


@lru_cache(maxsize=20_000)
def weight(word: str) -> float:
    """How much a word says: 1, a little for what is said in every prompt, or nothing."""
    tables = forms()
    if word in tables.stop or word in tables.filler or word in tables.markers or not word[:1].isalnum():
        return 0.0
    said_anywhere = stem(word) in tables.collective or any(base in tables.generic for base in _bases(word))
    return 0.0 if said_anywhere else 1.0


@lru_cache(maxsize=20_000)
def common(word: str) -> bool:
    """Whether a word has a meaning, and is said in every prompt: "showing"."""
    tables = forms()
    return not weight(word) and word[:1].isalnum() and word not in tables.silent


@lru_cache(maxsize=20_000)
def light(word: str) -> bool:
    """Whether a word says little without its neighbours: "the process of", "ability"."""
    if any(base in forms().light for base in _bases(word)):
        return True
    if meaning(word) in forms().does and not word.endswith(_PERSONS):
        return True
    if word.endswith(_PERSONS):
        return False
    return stem(word) in forms().carried


def _bases(word: str) -> Iterator[str]:
    """A word, and what it may be an inflection of."""
    yield word
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            yield word.removesuffix(ending)
    if word.endswith("ing"):
        yield word[:-3] + "e"


def unit(word: str) -> str:
    """The name of a unit in the singular."""
    tables = forms()
    if word in tables.same_unit:
        return tables.same_unit[word]
    single = word[:-1] if word.endswith("s") and len(word) > 3 else word
    return tables.same_unit.get(single, single)
