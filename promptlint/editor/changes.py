"""Changes of a prompt's text made as small as they can be, none of them across a hole or a string literal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from promptlint.editor.layout import NOWHERE, CannotWrite, HoleAt, Layout

Change = tuple[int, int, str]
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def checked(changes: Sequence[Change], length: int) -> list[Change]:
    """The changes in order. Raises `CannotWrite` for two that overlap, or one outside the text."""
    ordered = sorted(changes, key=lambda c: (c[0], c[1]))
    position = 0
    for start, end, _ in ordered:
        if start < position or end < start or end > length:
            raise CannotWrite("the changes overlap or lie outside the text")
        position = end
    return ordered


def applied(text: str, changes: Sequence[Change]) -> str:
    """The text with the changes made."""
    pieces: list[str] = []
    position = 0
    for start, end, content in changes:
        pieces += [text[position:start], content]
        position = end
    return "".join([*pieces, text[position:]])


def refined(layout: Layout, changes: Sequence[Change]) -> list[Change]:
    """The same changes in parts that each lie in one piece of source and touch no hole. Raises `CannotWrite`."""
    text = layout.text
    found = [part for change in changes for part in _parts(layout, text, trimmed(text, change))]
    joined: list[Change] = []
    for start, end, content in found:
        if joined and joined[-1][0] == joined[-1][1] == start == end:
            start, end, content = start, end, joined.pop()[2] + content
        joined.append((start, end, content))
    return joined


def trimmed(text: str, change: Change) -> Change:
    """A change without what stays the same at either end."""
    start, end, content = change
    while start < end and content and text[start] == content[0]:
        start, content = start + 1, content[1:]
    while start < end and content and text[end - 1] == content[-1]:
        end, content = end - 1, content[:-1]
    return start, end, content


def _parts(layout: Layout, text: str, change: Change) -> Iterator[Change]:
    start, end, content = change
    if start == end and not content:
        return
    inside = [hole for hole in layout.holes if hole.start < end and start < hole.end]
    if inside:
        yield from _round_holes(layout, text, change, inside)
        return
    pieces = {layout.piece_of[i] for i in range(start, end)}
    if len(pieces) < 2 and not _crosses_operand(layout, start, end):
        yield change
        return
    words = _by_words(text, change)
    for part in words:
        yield from _by_piece(layout, part)


def _round_holes(layout: Layout, text: str, change: Change, inside: list[HoleAt]) -> Iterator[Change]:
    """The changes before, between and behind the holes, which must come back one by one."""
    start, end, content = change
    position, rest = start, content
    for hole in inside:
        wanted = sum(1 for other in inside if other.source == hole.source and other.start >= hole.start)
        if hole.start < start or hole.end > end or rest.count(hole.source) != wanted:
            raise CannotWrite(
                "it would change what joins the lines" if hole.between else f"it would change the hole `{hole.source}`"
            )
        before, _, rest = rest.partition(hole.source)
        yield from _parts(layout, text, trimmed(text, (position, hole.start, before)))
        position = hole.end
    yield from _parts(layout, text, trimmed(text, (position, end, rest)))


def _by_words(text: str, change: Change) -> list[Change]:
    """A change as those of its words that differ."""
    start, end, content = change
    old, new = _WORDS.findall(text[start:end]), _WORDS.findall(content)
    offsets = [start]
    for word in old:
        offsets.append(offsets[-1] + len(word))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        trimmed(text, (offsets[i], offsets[j], "".join(new[k:m])))
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag != "equal"
    ]


def _by_piece(layout: Layout, change: Change) -> Iterator[Change]:
    """One change for each piece: the first takes the new text, the others only lose theirs."""
    start, end, content = change
    if content and _crosses_operand(layout, start, end):
        raise CannotWrite("it would put text on one side of a value or the other")
    cuts = [i for i in range(start + 1, end) if layout.piece_of[i] != layout.piece_of[i - 1]]
    for first, last in zip([start, *cuts], [*cuts, end], strict=True):
        yield first, last, content
        content = ""


def _crosses_operand(layout: Layout, start: int, end: int) -> bool:
    """Whether a value that is added (`"a" + x + "b"`), and has no text of its own, stands in a range."""
    return any(
        hole.piece == NOWHERE and hole.start == hole.end and (start < hole.start < end or start == hole.start == end)
        for hole in layout.holes
    )
