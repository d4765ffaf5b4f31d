"""Where things stand, as reports say it: a path relative to the working directory, 1-based lines and columns."""

from __future__ import annotations

from msgspec import Struct

from promptlint.facts import Place
from promptlint.outcome import Outcome


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what machine formats hold. Paths are POSIX; columns count code points."""


class At(Row, frozen=True):
    """A point in a file."""

    path: str
    line: int
    column: int


class Extent(At, frozen=True):
    """From a point to another, that one not included."""

    end_line: int
    end_column: int


def at(place: Place, outcome: Outcome) -> At:
    """Where a place begins."""
    line, column = outcome.source(place.path).line_column(place.span.start)
    return At(path=outcome.display(place.path), line=line, column=column)


def extent(place: Place, outcome: Outcome) -> Extent:
    """Where a place begins and ends."""
    source = outcome.source(place.path)
    line, column = source.line_column(place.span.start)
    end_line, end_column = source.line_column(place.span.end)
    return Extent(path=outcome.display(place.path), line=line, column=column, end_line=end_line, end_column=end_column)
