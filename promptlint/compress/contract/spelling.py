"""Words that were misspelt: a rewrite that corrects one says the same."""

from __future__ import annotations

import re

from promptlint.compress.contract.canon import forms, kin, stem
from promptlint.compress.contract.lexicon import known
from promptlint.compress.contract.literals import Text

# In shorter words a letter makes another word.
_SHORTEST = 4
_PLAIN = re.compile(r"[a-z]+")


def corrected(before: Text, after: Text) -> str:
    """The first text as it would stand with those words spelt as the other text spells them."""
    here, there = _words(before), _words(after)
    gone = {word: places for word, places in here.items() if word not in there and not _known(word)}
    spelt = {word: right for word in gone if (right := _neighbour(word, there, here)) is not None}
    if not spelt:
        return before.source
    source, position = [], 0
    for start, word in sorted((start, wrong) for wrong in spelt for start in gone[wrong]):
        source += [before.source[position:start], spelt[word]]
        position = start + len(word)
    return "".join((*source, before.source[position:]))


def _words(text: Text) -> dict[str, list[int]]:
    """The words that are no names, with the places where they stand."""
    found: dict[str, list[int]] = {}
    for token in text.pieces:
        if (
            token.kind == "word"
            and not token.capital
            and len(token.text) >= _SHORTEST - 1
            and _PLAIN.fullmatch(token.text)
        ):
            found.setdefault(token.text, []).append(token.start)
    return found


def _neighbour(word: str, there: dict[str, list[int]], here: dict[str, list[int]]) -> str | None:
    """The one known word that is a letter away and stands more often in the other text."""
    near = [w for w in there if w[0] == word[0] and len(there[w]) > len(here.get(w, ())) and _a_letter_away(word, w)]
    return near[0] if len(near) == 1 and _known(near[0]) and not kin(stem(word), stem(near[0])) else None


def _known(word: str) -> bool:
    """Whether a word stands in the tables, in whatever form."""
    tables = forms()
    said = word in tables.plain or word in tables.light or word in tables.synonyms or word in tables.markers
    return len(word) < _SHORTEST or said or stem(word) in tables.carried | tables.synonyms.keys() | known()


def _a_letter_away(one: str, other: str) -> bool:
    """Whether a letter more, less, another or two exchanged make one word the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    first, second = one[start:], other[start:]
    return (
        first[1:] == second[1:]
        or first[1:] == second
        or first == second[1:]
        or (first[:2] == second[1::-1] and first[2:] == second[2:])
    )
