"""What facts are made of: an immutable record, and where in a file something stands."""

from __future__ import annotations

from msgspec import Struct


class Span(Struct, frozen=True, array_like=True):
    """A half-open range of code points: `text[start:end]`."""

    start: int
    end: int


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A span in a file. `path` is POSIX and relative to the project's root."""

    path: str
    span: Span
    cell: int | None = None


class Record(Struct, frozen=True, omit_defaults=True):
    """Base of all facts: immutable, compared by value, and written without what is left at its default."""
