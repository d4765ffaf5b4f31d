"""What makes a text read like a prompt stays in it: else whoever looks for prompts would not find it again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from promptlint.compress.splice import Change, applied
from promptlint.parse.marks import LONGEST, addressed, score
from promptlint.parse.reads import asked_of

_WORD = re.compile(r"[^\W\d_]{2,}")
_WORDING = ("phrase/", "grammar/")
# Of a text from which less is asked its name or its place says that it is a prompt, whoever it speaks to.
_TELLING = 5


def recognisable(text: str, changes: Sequence[Change], *, name: str | None, path: str) -> list[Change]:
    """The changes without those that take from a text what shows it to be a prompt: "Please", "your task is to".

    How much of it is needed depends on what it is called, and where it stands.
    """
    most, fewest = asked_of(name, path)
    asked, words = min(score(text), most), min(_words(text), fewest)
    speaks = most >= _TELLING and addressed(text)

    def lacking(made: Sequence[Change]) -> int:
        after = applied(text, made)
        fewer = max(0, words - _words(after))
        return max(0, asked - score(after)) + fewer + (speaks and not addressed(after))

    kept, spared = list(changes), list[Change]()
    missing = lacking(kept) if kept else 0
    for change in changes:
        if not missing or change.start > LONGEST:
            break
        without = [c for c in kept if c != change]
        if change.rule.startswith(_WORDING) and (left := lacking(without)) < missing:
            kept, missing = without, left
            spared.append(change)
    for change in spared:  # one that was spared first may not be needed any more
        again = sorted([*kept, change], key=lambda c: c.start)
        if lacking(again) <= missing:
            kept = again
    return kept


def _words(text: str) -> int:
    return len(_WORD.findall(text[:LONGEST]))
