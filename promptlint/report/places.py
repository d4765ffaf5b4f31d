"""Where things stand, as reports say it: a path relative to the working directory, 1-based lines and columns."""

from __future__ import annotations

from msgspec import Struct

from promptlint.facts import Place
from promptlint.outcome import Outcome
from promptlint.report.escape import shown_path


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what machine formats hold. Paths are POSIX; columns count code points."""


class At(Row, frozen=True):
    """A point in a file. In a notebook `cell` numbers its cells, and lines count from the start of the cell."""

    path: str
    cell: int | None
    line: int
    column: int


class Extent(At, frozen=True):
    """From a point to another, that one not included."""

    end_line: int
    end_column: int


def at(place: Place, outcome: Outcome) -> At:
    """Where a place begins."""
    cell, line, column = outcome.source(place.path).located(place.span.start)
    return At(path=outcome.display(place.path), cell=cell, line=line, column=column)


def shown(place: Place, outcome: Outcome) -> str:
    """`path:line:column`, or `path:cell 3:line:column` in a notebook."""
    point = at(place, outcome)
    cell = f"cell {point.cell}:" if point.cell is not None else ""
    return f"{shown_path(point.path)}:{cell}{point.line}:{point.column}"


def extent(place: Place, outcome: Outcome) -> Extent:
    """Where a place begins and ends."""
    source = outcome.source(place.path)
    cell, line, column = source.located(place.span.start)
    end_cell, end_line, end_column = source.located(place.span.end)
    if end_cell != cell:  # the end of a cell is the start of the next
        end_line, end_column = line + source.text.count("\n", place.span.start, place.span.end), 1
    path = outcome.display(place.path)
    return Extent(path=path, cell=cell, line=line, column=column, end_line=end_line, end_column=end_column)
