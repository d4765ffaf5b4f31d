"""Two versions of a text as the changes between them, none of which touches a hole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from promptlint.compress.contract.literals import read
from promptlint.compress.protect import guards
from promptlint.compress.splice import Change

# Longer texts are one change between two holes: comparing lines is quadratic.
_MOST_LINES = 2_000
_RUN = re.compile(rb"\x01+")


def changes(
    before: str, after: str, rule: str, holes: Sequence[tuple[int, int]] = (), syntax: str | None = None
) -> list[Change] | None:
    """What makes `after` of `before`, by place, all unsafe; None when a hole is not there any more, or not in its order."""
    filled = guards(before, holes, syntax).filled
    known = read(before, syntax)
    for token in (*known.holes, *known.statements):
        filled[token.start : token.end] = b"\1" * (token.end - token.start)
    found: list[Change] = []
    start = behind = 0
    for run in _RUN.finditer(filled):
        hole = before[run.start() : run.end()]
        at = after.find(hole, behind)
        if at < 0:
            return None
        found += _between(before, start, run.start(), after[behind:at], rule)
        start, behind = run.end(), at + len(hole)
    found += _between(before, start, len(before), after[behind:], rule)
    return found


def _between(before: str, start: int, end: int, new: str, rule: str) -> Iterator[Change]:
    """Changes of a stretch without holes, line by line."""
    old = before[start:end]
    if old == new:
        return
    ours, theirs = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(ours) + len(theirs) > _MOST_LINES:
        yield _trimmed(old, new, start, rule)
        return
    offsets = [start]
    for line in ours:
        offsets.append(offsets[-1] + len(line))
    for kind, first, last, low, high in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind != "equal":
            yield _trimmed("".join(ours[first:last]), "".join(theirs[low:high]), offsets[first], rule)


def _trimmed(old: str, new: str, start: int, rule: str) -> Change:
    """One change without what is the same on both sides, cut between words."""
    most = min(len(old), len(new))
    head = next((i for i in range(most) if old[i] != new[i]), most)
    head = _word_start(old, new, head)
    tail = next((i for i in range(most - head) if old[-1 - i] != new[-1 - i]), most - head)
    while tail and (_inside(old, len(old) - tail) or _inside(new, len(new) - tail)):
        tail -= 1
    return Change(start + head, start + len(old) - tail, new[head : len(new) - tail], rule, False)


def _word_start(old: str, new: str, at: int) -> int:
    while at and (_inside(old, at) or _inside(new, at)):
        at -= 1
    return at


def _inside(text: str, at: int) -> bool:
    """Whether a word goes on at `at`."""
    return 0 < at < len(text) and (text[at - 1].isalnum() and text[at].isalnum())
