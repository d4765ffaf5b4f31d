"""What capital letters say: names and values, or that a heading stands here, or that somebody shouts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.compress.contract.canon import forms
from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.model import LITERALS, Token

# What stands before a capital that is not merely the first of its sentence.
_INNER = frozenset(("word", "number", *LITERALS))
# In capitals a name, else a pronoun.
_ACRONYMS = frozenset(("it",))
# Shorter words in capitals are as often stress or names of states.
_ABBREVIATED = 3
_TITLE = 2
# So many words in capitals, some of which say nothing, are no names.
_LOUD = 5
_TOLD = 2


def shouted(tokens: Sequence[Token]) -> frozenset[int]:
    """Where words begin that are in capitals because all around them are: "YOU MUST USE YOUR TOOL TO FIND THE ANSWER"."""
    return frozenset(token.start for run in _runs(tokens) if _plain(run) for token in run)


def _runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    run: list[Token] = []
    for token in tokens:
        if token.kind == "word" and token.upper:
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _plain(run: Sequence[Token]) -> bool:
    return len(run) >= _LOUD and sum(t.text in forms().stop or group_of(t.text) is not None for t in run) >= _TOLD


def titled(tokens: Sequence[Token]) -> bool:
    """Whether nearly all words are capitalised: a heading, where capitals name nothing."""
    if tokens[-1].text == ":" and all(t.upper for t in tokens if t.kind == "word") and len(tokens) > _TITLE:
        return True
    alphabetic = [t for t in tokens[1:] if t.kind == "word" and len(t.text) > 3 and not t.upper]
    return tokens[-1].text not in (".", ",", ";") and sum(t.capital for t in alphabetic) > 0.75 * len(alphabetic)


def names(token: Token, before: Token | None) -> bool:
    return (
        token.kind == "word"
        and token.capital
        and before is not None
        and before.kind in _INNER
        and (token.text not in forms().plain or (token.upper and token.text in _ACRONYMS and not before.upper))
        and group_of(token.text) is None
    )


def constant(token: Token) -> bool:
    """Whether a word in capitals is a value, wherever it stands: "PERSON, LOCATION or DATE"."""
    if not token.upper or token.kind != "word" or len(token.text) < _ABBREVIATED:
        return False
    return token.text not in forms().plain and group_of(token.text) is None
