"""Words that were misspelt: a rewrite that corrects one says the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from promptlint.compress.contract.canon import forms, kin, stem
from promptlint.compress.contract.lexicon import known
from promptlint.compress.contract.literals import Text

# In shorter words a letter makes another word.
_SHORTEST = 4
_LONGEST = 20
# So many words at most are a letter away from each other.
_FEW = 8
_PLAIN = re.compile(r"[a-z]+")


def corrected(before: Text, after: Text) -> str:
    """The first text as it would stand with those words spelt as the other text spells them."""
    here, there = _words(before), _words(after)
    wrong = [word for word in here if word not in there and not _known(word)]
    near = _by_shorter(word for word in there if len(there[word]) > len(here.get(word, ()))) if wrong else {}
    spelt = {word: right for word in wrong if (right := _neighbour(word, near)) is not None}
    if not spelt:
        return before.source
    source, position = [], 0
    for start, typed in sorted((start, word) for word in spelt for start in here[word]):
        source += [before.source[position:start], spelt[typed]]
        position = start + len(typed)
    return "".join((*source, before.source[position:]))


def _words(text: Text) -> dict[str, list[int]]:
    """The words that are no names, with the places where they stand."""
    found: dict[str, list[int]] = {}
    for token in text.pieces:
        if (
            token.kind == "word"
            and not token.capital
            and _SHORTEST - 1 <= len(token.text) <= _LONGEST
            and _PLAIN.fullmatch(token.text)
        ):
            found.setdefault(token.text, []).append(token.start)
    return found


def _shorter(word: str) -> Iterator[str]:
    """A word, and the word without each of its letters: words a letter away from each other have one of these in common."""
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _by_shorter(words: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for shorter in _shorter(word):
            found[shorter].append(word)
    return found


def _neighbour(word: str, near: dict[str, list[str]]) -> str | None:
    """The one known word that is a letter away."""
    others = {w for shorter in _shorter(word) for w in near.get(shorter, ())[:_FEW]}
    found = [w for w in others if w[0] == word[0] and _a_letter_away(word, w)]
    return found[0] if len(found) == 1 and _known(found[0]) and not kin(stem(word), stem(found[0])) else None


def _known(word: str) -> bool:
    """Whether a word stands in the tables, in whatever form."""
    tables = forms()
    if len(word) < _SHORTEST or word in tables.plain or word in tables.light or word in tables.markers:
        return True
    root = stem(word)
    return word in tables.synonyms or root in tables.synonyms or root in tables.carried or root in known()


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
