"""`rules/constraints.toml`: what prompts ask of the form of an answer, in all its wordings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from promptlint.knowledge.tables import RulesError, rules_dir


class Constraint(Struct, frozen=True):
    """A demand on the answer. `name` completes "asks ... twice"."""

    name: str
    pattern: re.Pattern[str]


class Asked(Struct, frozen=True):
    """A sentence asks for something. `key` tells apart demands of one kind that differ: two numbers, two languages."""

    name: str
    key: str


@cache
def constraints() -> tuple[Constraint, ...]:
    """The table, compiled once. Raises `RulesError`."""
    path = rules_dir() / "constraints.toml"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        words = {key: f"(?:{'|'.join(values)})" for key, values in raw["words"].items()}
        return tuple(_compiled(entry["name"], entry["patterns"], words) for entry in raw["constraint"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, re.error) as error:
        raise RulesError(f"{path}: {error}") from error


def _compiled(name: str, patterns: list[str], words: dict[str, str]) -> Constraint:
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    for key, value in words.items():
        joined = joined.replace(f"<{key}>", value)
    return Constraint(name, re.compile(joined.replace(" ", r"\s+"), re.IGNORECASE))


def asked(sentence: str) -> Iterator[Asked]:
    """What a sentence asks of the answer."""
    for constraint in constraints():
        match = constraint.pattern.search(sentence)
        if match is not None:
            key = " ".join(group.casefold() for group in match.groups() if group)
            yield Asked(constraint.name, key)
