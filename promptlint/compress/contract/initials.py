"""Names that a rewrite abbreviates: "human resources" is "HR"."""

from __future__ import annotations

import re
from collections import defaultdict

from promptlint.compress.contract.literals import Text

_SHORT = re.compile(r"(?<![\w.])[A-Z]{2,5}(?![\w.]\w)(?!\w)")
_WORD = re.compile(r"[^\W\d_]{3,}")
# Words in capitals that are words, and pronouns.
_WORDS = frozenset(("NOT", "AND", "ALL", "ANY", "ONE", "NO", "YES", "IT", "US", "OR", "IF", "MUST", "ONLY", "DO", "BE", "IS", "AS", "IN", "ON", "AT", "SO"))  # fmt: skip


def abbreviated(before: Text, after: Text) -> str:
    """The first text with the names that the other text abbreviates, and the first does not, as they stand there."""
    new = {m.group() for m in _SHORT.finditer(after.masked)} - _WORDS
    new -= {m.group() for m in _SHORT.finditer(before.masked)}
    if not new:
        return before.source
    words = list(_WORD.finditer(before.masked))
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for short in sorted(new):
        for at in range(len(words) - len(short) + 1):
            run = words[at : at + len(short)]
            together = all(before.masked[a.end() : b.start()] in (" ", "-") for a, b in zip(run, run[1:], strict=False))
            if together and "".join(word.group()[0].upper() for word in run) == short:
                found[short].append((run[0].start(), run[-1].end()))
    names = {short: {before.masked[a:b].lower() for a, b in places} for short, places in found.items()}
    places = sorted((start, end, short) for short, ends in found.items() if len(names[short]) == 1 for start, end in ends)
    source, position = [], 0
    for start, end, short in places:
        if start >= position:
            source += [before.source[position:start], short]
            position = end
    return "".join((*source, before.source[position:]))
