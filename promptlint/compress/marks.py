"""Small marks of layout: padded tables, "Step 1:", characters that nobody sees.

Blank lines between items, typographic quotes and `!!!` are left as they are: with o200k_base they cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from promptlint.compress.splice import Draft, Edit

_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_DASHES = re.compile(r"^[ \t]*\|(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t]*$", re.MULTILINE)
_PADDING = re.compile(r" {2,}(?=\|)|(?<=\|) {2,}")
_LONG_DASHES = re.compile(r"-{4,}")
_STEP = re.compile(r"^[ \t]*(?P<word>[Ss]tep )(?P<number>\d{1,2})(?P<colon>:)(?= \S)", re.MULTILINE)
# Zero-width space, word joiner, byte order mark; the joiners within emoji and scripts are none of these.
_UNSEEN = re.compile("[\u200b\u2060\ufeff]")
_HARD_BLANK = "\u00a0"
_ALL_UNSEEN = "\u200b\u2060\ufeff" + _HARD_BLANK
_INVISIBLE_NAMED = re.compile(r"zero[- ]width|non[- ]?breaking|nbsp|invisible|unicode", re.IGNORECASE)


def table_padding(draft: Draft) -> Iterator[Edit]:
    """Blanks that line up the columns of a markdown table; one stays."""
    text = draft.text
    if "|" not in text or _DASHES.search(text) is None:
        return
    for row in _ROW.finditer(text):
        if not draft.guards.movable(row.start(), row.start() + 1):
            continue
        for match in _PADDING.finditer(text, row.start(), row.end()):
            yield Edit(match.start(), match.end(), " ", "structure/table-padding")
        if _DASHES.match(text, row.start()):
            for match in _LONG_DASHES.finditer(text, row.start(), row.end()):
                yield Edit(match.start(), match.end(), "---", "structure/table-padding")


def step_labels(draft: Draft) -> Iterator[Edit]:
    """`Step 1: read` → `1. read`, in a whole list of steps that nothing else in the text names."""
    found = list(_STEP.finditer(draft.text)) if "tep " in draft.text else []
    if len(found) < 2 or len(re.findall(r"\bsteps? \d", draft.text, re.IGNORECASE)) > len(found):
        return
    if not all(draft.guards.free(match.start("word"), match.end()) for match in found):
        return
    group = draft.new_group()
    for match in found:
        start, end = match.start("word"), match.end()
        yield Edit(start, end, f"{match.group('number')}.", "structure/step-label", group=group)


def unseen(draft: Draft) -> Iterator[Edit]:
    """Characters without width go, hard blanks become blanks; not where the text speaks of them."""
    text = draft.text
    if text.isascii() or not any(c in text for c in _ALL_UNSEEN) or _INVISIBLE_NAMED.search(text):
        return
    for match in _UNSEEN.finditer(text):
        if draft.guards.movable(match.start(), match.end()):
            yield Edit(match.start(), match.end(), "", "structure/unseen")
    at = text.find(_HARD_BLANK)
    while at >= 0:
        if draft.guards.movable(at, at + 1):
            yield Edit(at, at + 1, " ", "structure/unseen")
        at = text.find(_HARD_BLANK, at + 1)


SAFE: tuple[Callable[[Draft], Iterator[Edit]], ...] = (table_padding, step_labels, unseen)
