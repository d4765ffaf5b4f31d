"""The meaningful words of a sentence phrase by phrase: which may go, and which may not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from msgspec import structs

from promptlint.compress.contract.canon import light, meaning, stem, weight
from promptlint.compress.contract.lexicon import verbs
from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.model import LITERALS, Token

_SPLITS = frozenset(("and", "or", "but", "then", "because", "so", "which", "who", "that", "with", "in", "for", "by", "from", "into", "as", "at", "on", "like", "such", "while", "to"))  # fmt: skip
_ROW = frozenset((",", "and", "or", "/"))
# What opens a phrase that says how: "in parentheses", "by date".
_HOW = frozenset(("in", "on", "with", "by", "as"))
_CLAUSE = frozenset(("it", "they", "you", "he", "she", "we", "i", "this", "then", "do", "if", "when"))
_THESE = frozenset(("these", "those"))
_MODAL = frozenset(("must", "should", "may", "not", "neednot", "then"))


def chunks(
    tokens: Sequence[Token],
) -> tuple[tuple[tuple[str, ...], ...], frozenset[int], frozenset[int], frozenset[str]]:
    """The meaningful words phrase by phrase, and the words that say little.

    Between them the numbers of the phrases in a row ("a, b and c"), and of those that say how ("in brackets").
    """
    found: list[tuple[str, ...]] = []
    listed: set[int] = set()
    how: set[int] = set()
    current: list[Token] = []
    faint: set[str] = set()
    strong: set[str] = set()
    measured: set[str] = set()
    again: set[int] = set()
    before: Token | None = None

    def close() -> None:
        for each in current:
            (faint if light(each.text) or each.start in again else strong).add(meaning(each.text))
        found.append(tuple(meaning(each.text) for each in current))
        current.clear()

    for at, (token, following) in enumerate(zip_longest(tokens, tokens[1:])):
        word = token.kind == "word"
        splits = (word and (token.text in _SPLITS or group_of(token.text) is not None)) or (
            token.kind == "punct" and token.text in ",.!?;:()[]|/-="
        )
        if splits:
            if current:
                close()
            if token.text in _ROW and not _opens_clause(following):
                listed |= {len(found) - 1, len(found)}
            elif token.text in _HOW:
                how.add(len(found))
        elif word and weight(token.text):
            if before is not None and before.text == "un":
                # "incorrect" is a word of its own, not "correct".
                token = structs.replace(token, text=f"un {token.text}")
            if _named(following, tokens[at + 2] if at + 2 < len(tokens) else None):
                measured.add(meaning(token.text))
            if before is not None and before.kind == "number" and at > 1 and tokens[at - 2].text in _THESE:
                # "two of these three attributes": they have been named.
                again.add(token.start)
            current.append(token)
        before = token
    if current:
        close()
    return tuple(found), frozenset(listed), frozenset(how), frozenset((faint - strong) | measured)


def _named(following: Token | None, second: Token | None) -> bool:
    """Whether what follows says what a word says: "a score of 1", "the book {title}"."""
    if following is None:
        return False
    of = following.text == "of" and second is not None and second.kind in ("number", "hole")
    return of or following.kind in LITERALS


def _opens_clause(token: Token | None) -> bool:
    """Whether what follows an "and" is no member of a row: "and it", "and should", "and not"."""
    return token is not None and (token.text in _CLAUSE or group_of(token.text) in _MODAL)


def pairs(tokens: Sequence[Token]) -> tuple[tuple[str, str], ...]:
    """The words on both sides of an "and" or "or" that joins things, however little they say."""
    found = []
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        joins = token.text in ("and", "or", "but", "yet") and token.kind == before.kind == after.kind == "word"
        if (
            joins
            and not _opens_clause(after)
            and all(weight(t.text) and group_of(t.text) is None for t in (before, after))
        ):
            if verbs().isdisjoint((stem(before.text), stem(after.text))):
                found.append((meaning(before.text), meaning(after.text)))
    return tuple(found)


def members(tokens: Sequence[Token]) -> frozenset[str]:
    """The words next to an "and" or "or" that joins things: of "spelling and punctuation errors" each says something."""
    found: set[str] = set()
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if (
            token.text in ("and", "or")
            and token.kind == before.kind == after.kind == "word"
            and not _opens_clause(after)
        ):
            pair = [t for t in (before, after) if weight(t.text) and not light(t.text) and group_of(t.text) is None]
            found.update(meaning(t.text) for t in pair if len(pair) == 2)
    return frozenset(found)
