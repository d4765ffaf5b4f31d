"""`rules/lexicon.toml`: words that may stand for each other in general, and which are verbs and which are qualities."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from promptlint.knowledge import RulesError, rules_dir

_PARTS = ("same", "derived", "verbs", "qualities")


def related(word: str, others: Iterable[str]) -> bool:
    """Whether a stem means what one of others means, or is made from it: "laboratory", "lab"."""
    return not _groups().get(word, frozenset()).isdisjoint(others)


@cache
def verbs() -> frozenset[str]:
    """Stems of words that are mostly verbs."""
    return frozenset(_table()["verbs"].split())


@cache
def qualities() -> frozenset[str]:
    """Stems of words that are mostly adjectives or adverbs."""
    return frozenset(_table()["qualities"].split())


@cache
def _groups() -> dict[str, set[str]]:
    """The stems that may stand for each stem; only made when a word is missing somewhere."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in (*_table()["same"].splitlines(), *_table()["derived"].splitlines()):
        group = line.split()
        for word in group:
            found[word].update(group)
    return dict(found)


@cache
def _table() -> dict[str, str]:
    path = rules_dir() / "lexicon.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise RulesError(f"{path}: {error}") from error
    if sorted(raw) != sorted(_PARTS) or not all(isinstance(part, str) for part in raw.values()):
        raise RulesError(f"{path}: must have the texts {', '.join(_PARTS)}, and nothing else")
    return raw
