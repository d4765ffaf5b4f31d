"""Where each code point of a prompt's text stands in its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from promptlint.facts import Span
from promptlint.parse.slots import Slot, TemplateError, scanner

NOWHERE = -1
# What a text in a template syntax writes for one character of its own.
DOUBLED = {"format": "{}", "fstring": "{}", "percent": "%", "dollar": "$"}


class CannotWrite(Exception):  # noqa: N818  # a verdict, not a fault
    """Why a change cannot be written, as a clause: `the text is folded`."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A stretch of source that holds text of one way of writing: a string literal's inside, or that of a file.

    `quote` is empty in files; `formatted`: braces are doubled by the literal itself (an f-string).
    `indent`: what stands before each line (a YAML block), else None.
    """

    span: Span
    quote: str = ""
    raw: bool = False
    formatted: bool = False
    indent: str | None = None


@dataclass(frozen=True, eq=False)
class HoleAt:
    """A hole: where it is in the text, and where it stands. `piece` is NOWHERE when no literal holds it.

    `between`: it is no value but what is put between two lines that are joined.
    """

    start: int
    end: int
    source: str
    span: Span
    piece: int
    between: bool = False


@dataclass(eq=False)
class Layout:
    """The text of a prompt with a source span and a piece for each code point. `gaps`: what stands unseen before one."""

    newline: str = "\n"
    pieces: list[Piece] = field(default_factory=list)
    holes: list[HoleAt] = field(default_factory=list)
    characters: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    piece_of: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text as the program sees it, holes as their source."""
        return "".join(self.characters)

    def add(self, characters: str, start: int, end: int, piece: int) -> None:
        """Add text that stands at one place. Several characters for one place are not to be parted."""
        for character in characters:
            self.characters.append(character)
            self.starts.append(start)
            self.ends.append(end)
            self.piece_of.append(piece)

    def add_hole(self, source: str, span: Span, piece: int, *, between: bool = False) -> None:
        """Add a hole."""
        at = len(self.characters)
        self.holes.append(HoleAt(at, at + len(source), source, span, piece, between))
        self.add(source, span.start, span.end, NOWHERE)


Placed = tuple[str, int, int]  # a character and its place in the source


def fill(layout: Layout, piece: int, placed: Sequence[Placed], syntax: str | None) -> None:
    """Add the text of one piece, cut at the holes of a template syntax as `parse.holes` cuts it.

    Raises `CannotWrite` for a template that its syntax rejects.
    """
    text = "".join(p[0] for p in placed)
    position, trim = 0, False
    for slot in (*_slots(text, syntax), Slot(len(text), len(text), None)):
        start, end = position, slot.start
        if trim:
            start = end - len(text[start:end].lstrip())
        if slot.trims_before:
            end = start + len(text[start:end].rstrip())
        for character, first, last in placed[start:end]:
            layout.add(character, first, last, piece)
        position, trim = slot.end, slot.trims_after
        if slot.start == slot.end:
            continue
        span = Span(placed[slot.start][1], placed[slot.end - 1][2])
        if slot.name is None:
            layout.add(slot.stands_for, span.start, span.end, piece)
        else:
            layout.add_hole(text[slot.start : slot.end], span, piece)


def _slots(text: str, syntax: str | None) -> list[Slot]:
    scan = scanner(syntax) if syntax and text else None
    if scan is None:
        return []
    try:
        return list(scan(text))
    except TemplateError as error:
        raise CannotWrite(f"the template would not be valid: {error.message}") from error
