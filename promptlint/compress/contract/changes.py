"""Where two texts differ: most of a prompt and its rewrite are the same lines, and need no reading."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from promptlint.compress.contract.literals import Text
from promptlint.compress.contract.model import Token

Spans = list[tuple[int, int]]
# Above this share of different lines, looking at them alone saves nothing.
_MOST = 0.7


def changed(before: Text, after: Text) -> tuple[Spans, Spans] | None:
    """The lines that only one of two texts has, neighbours together, wherever the others stand.

    None when little is the same, or when a line belongs to something longer (a fenced block, a tag over several lines).
    """
    first, second = list(_lines(before.folded)), list(_lines(after.folded))
    common = Counter(key for key, _, _ in first) & Counter(key for key, _, _ in second)
    one, other = _apart(first, common), _apart(second, common)
    if len(one) + len(other) > _MOST * (len(first) + len(second)):
        return None
    if _cuts(before, one) or _cuts(after, other):
        return None
    return _joined(one), _joined(other)


def _lines(text: str) -> Iterator[tuple[str, int, int]]:
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        key = " ".join(line.split())
        if key:
            yield key, start, end
        start = end + 1


def _apart(lines: Sequence[tuple[str, int, int]], common: Counter[str]) -> Spans:
    left = common.copy()
    found = []
    for key, start, end in lines:
        if left[key]:
            left[key] -= 1
        else:
            found.append((start, end))
    return found


def _cuts(text: Text, spans: Spans) -> bool:
    """Whether a line is a part of something that goes on in another line."""
    long = sorted((t.start, t.end) for t in _over_lines(text))
    starts = [start for start, _ in long]
    # These do not overlap: the last that begins before the end of the line is the one.
    nearest = ((start, bisect_left(starts, end)) for start, end in spans)
    return any(at and long[at - 1][1] > start for start, at in nearest)


def _over_lines(text: Text) -> Iterator[Token]:
    yield from text.fences
    yield from (t for t in (*text.holes, *text.statements, *text.tags) if "\n" in t.text)


def _joined(spans: Spans) -> Spans:
    """Lines that follow each other, as one piece: a sentence may go over both."""
    joined: Spans = []
    for start, end in spans:
        if joined and joined[-1][1] + 1 == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
