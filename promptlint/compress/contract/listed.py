"""Lists of names: what stands in one as an item of its own must come out as one, however often its words are said elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from promptlint.compress.contract.canon import stem
from promptlint.compress.contract.lexicon import verbs
from promptlint.compress.contract.literals import Text
from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.model import Loss
from promptlint.compress.contract.structure import line_at

_ITEM = re.compile(r"^[ \t]*(?:[-*+•●▪◦·]|\(?\d{1,3}[.)])[ \t]+(?P<body>\S[^\n]*)|^[ \t]*\S", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")
_ASIDE = re.compile(r"\([^()\n]*\)")
# A longer item says something of what it names.
_LONGEST = 5
# So much of a list makes another the same list.
_SAME = 0.5


class _Item:
    """An item of a list; `words` are the stems of what it says, in order."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text.rstrip()
        self.start = start

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(stem(word.lower()) for word in _WORD.findall(self.text))

    @cached_property
    def names(self) -> bool:
        """Whether it names a thing: no sentence, no order and no condition."""
        if not self.words or len(self.words) > _LONGEST or self.text[-1] in ".!?;:":
            return False
        first = _WORD.findall(self.text)[0].lower()
        said = _WORD.findall(_ASIDE.sub("", self.text).lower())
        return self.words[0] not in verbs() and first not in ("be", "do") and not any(map(group_of, said))


def dropped(before: Text, after: Text) -> Iterator[Loss]:
    """Names of lists that the same list of the other text no longer has."""
    there = list(_lists(after))
    holding: dict[tuple[str, ...], int] = {}
    for at, items in enumerate(there):
        for item in items:
            holding.setdefault(item.words, at)
    for items in _lists(before):
        found = [holding[item.words] for item in items if item.words in holding]
        if len(found) < max(1, _SAME * len(items)):
            continue
        same = there[max(found, key=found.count)]
        if len(same) >= len(items) or found.count(max(found, key=found.count)) < _SAME * len(items):
            continue
        mine, theirs = {item.words for item in items}, {item.words for item in same}
        new = {word for words in theirs - mine for word in words}
        for item in items:
            if item.words not in theirs and item.names and new.isdisjoint(item.words):
                yield Loss("list_item", item.text, "", line_at(before.source, item.start))


def _lists(text: Text) -> Iterator[Sequence[_Item]]:
    """The lists of a text, outside fenced code."""
    fences = iter(sorted((t.start, t.end) for t in text.fences))
    fence = next(fences, None)
    items: list[_Item] = []
    for match in _ITEM.finditer(text.folded):
        while fence is not None and fence[1] <= match.start():
            fence = next(fences, None)
        inside = fence is not None and fence[0] <= match.start()
        if match["body"] is not None and not inside:
            items.append(_Item(match["body"], match.start("body")))
        elif items:
            yield items
            items = []
    if items:
        yield items
