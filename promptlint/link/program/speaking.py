"""Which files have a say in what others do: tests have none in what they test."""

from __future__ import annotations

from promptlint.files import scope_of


def speaks_for(place: str, other: str) -> bool:
    """Whether what stands in the file `place` says how code of the file `other` is used: tests say so only of tests."""
    return scope_of(place) != "tests" or scope_of(other) == "tests"
