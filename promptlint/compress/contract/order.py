"""What has a place of its own: the steps of a numbered list, and headings, stay in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from promptlint.compress.contract.canon import stem
from promptlint.compress.contract.layout import lines
from promptlint.compress.contract.literals import Text
from promptlint.compress.contract.model import Loss
from promptlint.compress.contract.structure import line_at

_STEP = re.compile(
    r"^[ \t]*(?:(?:step|phase|rule)[ \t]+)?\(?(?P<number>\d{1,3})[.):][ \t]+(?P<body>\S[^\n]*)", re.IGNORECASE
)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(?P<body>\S[^\n]*)")
_WORD = re.compile(r"[^\W_]+")
# So much of what two steps say makes them one step; a longer list is none that somebody follows, and of more lists the first count.
_SAME = 0.5
_MOST = 30
_MOST_LISTS = 15


class _Step:
    """A line with a place; `words` are the stems of what it says."""

    def __init__(self, body: str, start: int) -> None:
        self.text = body.rstrip()
        self.start = start
        self.words = frozenset(stem(word.lower()) for word in _WORD.findall(body))


def moved(before: Text, after: Text) -> Iterator[Loss]:
    """Steps and headings that stand in another order."""
    there = list(islice(_lists(after), _MOST_LISTS))
    for steps in islice(_lists(before), _MOST_LISTS):
        found = max((_places(steps, others) for others in there), key=len, default=[])
        yield from _turned(before, found)
    yield from _turned(before, _places(_headings(before), _headings(after)))


def _turned(text: Text, places: Sequence[tuple[_Step, _Step]]) -> Iterator[Loss]:
    for (one, its), (other, theirs) in combinations(places, 2):
        if its.start > theirs.start:
            yield Loss("requirement", one.text, other.text, line_at(text.source, one.start))
            return


def _places(steps: Sequence[_Step], others: Sequence[_Step]) -> list[tuple[_Step, _Step]]:
    """The steps that both have, each with its counterpart: the nearest to each other, and to no third."""
    nearest = {id(step): _nearest(step, others) for step in steps}
    back = {id(other): _nearest(other, steps) for other in others}
    found = ((step, nearest[id(step)]) for step in steps)
    return [(step, other) for step, other in found if other is not None and back[id(other)] is step]


def _nearest(step: _Step, others: Sequence[_Step]) -> _Step | None:
    def alike(other: _Step) -> float:
        return len(step.words & other.words) / (min(len(step.words), len(other.words)) or 1)

    ranked = sorted(others, key=alike, reverse=True)[:2]
    if not ranked or alike(ranked[0]) <= _SAME or (len(ranked) > 1 and alike(ranked[0]) == alike(ranked[1])):
        return None
    return ranked[0]


def _lists(text: Text) -> Iterator[list[_Step]]:
    """The numbered lists, each step one more than the one before, whatever stands between."""
    steps: list[_Step] = []
    last = 0
    for start, line in lines(text):
        match = _STEP.match(line)
        if match is None:
            continue
        number = int(match["number"])
        if number != last + 1 and steps:
            yield steps[:_MOST]
            steps = []
        steps.append(_Step(match["body"], start))
        last = number
    if steps:
        yield steps[:_MOST]


def _headings(text: Text) -> list[_Step]:
    found = (_Step(match["body"], start) for start, line in lines(text) if (match := _HEADING.match(line)))
    return list(found)[:_MOST]
