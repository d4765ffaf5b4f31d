"""Words that a sentence can lose, one of them, when all else it says is there.

What is new in a clause stands at its end: "the agreement is governed by Swiss law". What stands before names again what is
known, or joins what is kept. Qualities and members of a row are never spare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.compress.contract.canon import meaning, stem, weight
from promptlint.compress.contract.lexicon import qualities
from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.model import LITERALS, Token

_ADJECTIVAL = ("ly", "al", "ic", "ive", "ous", "ful", "less", "able", "ible", "ary")
# What stands for a phrase that says how: "in the same order".
_KEPT = frozenset(("sameorder",))
_JOINS = frozenset(("and", "or", ",", "/", "&", "nor", "yet", "but"))
# What the last phrase of a clause begins with.
_OPENS = frozenset(("the", "a", "an", "its", "their", "your", "each", "any", "that", "which", "who", "in", "on", "at", "of", "for", "from", "with", "by", "as", "to", "into", "about", "than", "is", "are", "be", "have", "has", "must", "should", "may", "not", "no"))  # fmt: skip
_ENDS = frozenset(".!?;:()")


def spare(tokens: Sequence[Token]) -> frozenset[str]:
    """The words of a sentence in canonical form that it can lose."""
    return frozenset(meaning(tokens[at].text) for at in _places(tokens))


def _places(tokens: Sequence[Token]) -> Iterator[int]:
    last, filled = True, False
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.text in _ENDS or group_of(token.text) == "if":
            last, filled = True, False
        elif _tells(token):
            filled = True
            if not last and token.kind == "word" and not _quality(tokens, at) and not _joined(tokens, at):
                yield at
        elif filled and token.text in _OPENS:
            last = False


def _tells(token: Token) -> bool:
    return token.kind in LITERALS or token.kind == "number" or (token.kind == "word" and weight(token.text) > 0)


def _quality(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word says which or how: "a strict interviewer", "descending order"."""
    text = tokens[at].text
    noun = at + 1 < len(tokens) and tokens[at + 1].kind == "word" and weight(tokens[at + 1].text) > 0
    return stem(text) in qualities() or text in _KEPT or text.endswith(_ADJECTIVAL) or (text.endswith("ing") and noun)


def _joined(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word is a member of a row."""
    return any(t.text in _JOINS for t in (*tokens[max(0, at - 2) : at], *tokens[at + 1 : at + 2]))
