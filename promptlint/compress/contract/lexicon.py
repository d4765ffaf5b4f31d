"""`rules/lexicon.toml`: which words are mostly verbs, and which are qualities; `rules/thesaurus.toml`: which say the same."""

from __future__ import annotations

import tomllib
from collections.abc import Set
from functools import cache

from promptlint.knowledge.tables import RulesError, rules_dir

_PARTS = ("qualities", "verbs")


@cache
def verbs() -> frozenset[str]:
    """Stems of words that are mostly verbs."""
    return frozenset(_table()["verbs"].split())


@cache
def qualities() -> frozenset[str]:
    """Stems of words that are mostly adjectives or adverbs."""
    return frozenset(_table()["qualities"].split())


@cache
def known() -> frozenset[str]:
    """The stems of all words of both tables."""
    return verbs() | qualities() | frozenset(word for one, others in _thesaurus().items() for word in (one, *others))


def alike(one: str, other: str) -> bool:
    """Whether the stem of one word may stand for that of another."""
    return other in alternatives(one)


def alternatives(word: str) -> Set[str]:
    """The stems of the words that may stand for that of another, and it for them."""
    return _both_ways().get(word, frozenset())


@cache
def _both_ways() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for word, others in _thesaurus().items():
        found.setdefault(word, set()).update(others)
        for other in others:
            found.setdefault(other, set()).add(word)
    return found


@cache
def _thesaurus() -> dict[str, frozenset[str]]:
    path = rules_dir() / "thesaurus.toml"
    try:
        lines = tomllib.loads(path.read_text(encoding="utf-8"))["alike"].splitlines()
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise RulesError(f"{path}: {error}") from error
    return {word: frozenset(others) for word, *others in map(str.split, lines)}


@cache
def _table() -> dict[str, str]:
    path = rules_dir() / "lexicon.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RulesError(f"{path}: {error}") from error
    if sorted(raw) != list(_PARTS) or not all(isinstance(part, str) for part in raw.values()):
        raise RulesError(f"{path}: must have the texts {', '.join(_PARTS)}, and nothing else")
    return raw
