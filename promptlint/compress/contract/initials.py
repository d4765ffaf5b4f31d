"""Names that a rewrite abbreviates: "human resources" is "HR"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from promptlint.compress.contract.literals import Text

_SHORT = re.compile(r"(?<![\w.])[A-Z]{2,5}(?![\w.]\w)(?!\w)")
_WORD = re.compile(r"(?<!\w)[A-Za-z]{3,}(?!\w)")
# Words in capitals that are words, and pronouns.
_WORDS = frozenset(("NOT", "AND", "ALL", "ANY", "ONE", "NO", "YES", "IT", "US", "OR", "IF", "MUST", "ONLY", "DO", "BE", "IS", "AS", "IN", "ON", "AT", "SO"))  # fmt: skip
# A rewrite abbreviates a few names.
_MOST = 20


def abbreviated(before: Text, after: Text) -> str:
    """The first text with the names that the other text abbreviates, and the first does not, as they stand there."""
    new = set(_SHORT.findall(after.masked)) - _WORDS - set(_SHORT.findall(before.masked))
    words = list(_WORD.finditer(before.masked)) if new else []
    initials = "".join(word.group()[0].upper() for word in words)
    places: list[tuple[int, int, str]] = []
    for short in sorted(new)[:_MOST]:
        found = [span for at in _all(short, initials) if (span := _span(words[at : at + len(short)], before.masked))]
        if len({before.masked[start:end].lower() for start, end in found}) == 1:
            places += [(start, end, short) for start, end in found]
    source, position = [], 0
    for start, end, short in sorted(places):
        if start >= position:
            source += [before.source[position:start], short]
            position = end
    return "".join((*source, before.source[position:]))


def _all(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _span(words: Sequence[re.Match[str]], text: str) -> tuple[int, int] | None:
    """Where a run of words begins and ends, when nothing but a blank or a hyphen stands between them."""
    together = all(text[one.end() : other.start()] in (" ", "-") for one, other in pairwise(words))
    return (words[0].start(), words[-1].end()) if together else None
