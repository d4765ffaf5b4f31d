"""Which words of a sentence are said with a negation and which without, whatever its construction.

"Never share names", "names must not be shared" and "without sharing names" say the same of sharing and of names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.compress.contract.canon import common, forms, meaning, stem, weight
from promptlint.compress.contract.lexicon import verbs
from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.model import LITERALS, NEGATING, Token

_ENDS = frozenset(".!?;:()[]|")
_OPENS = frozenset(("but", "then", "so", "because", "which", "who", "that", "where", "while", "if", "when", "since", "than", "instead", "whether", "until", "just", "also", "like", "such"))  # fmt: skip
# What "exclude" and the like do not reach across.
_FURTHER = frozenset(("with", "from", "for", "in", "over", "by"))
_CLAUSE = frozenset(
    (
        "it",
        "they",
        "you",
        "he",
        "she",
        "we",
        "i",
        "do",
        "not",
        "must",
        "should",
        "if",
        "when",
        "only",
        "is",
        "are",
        "will",
    )
)
# What says "not" of the subject before it too.
_AUXILIARY = frozenset(("do", "does", "did", "is", "are", "was", "were", "be", "been", "must", "should", "may", "can", "could", "would", "will", "has", "have", "had", "need", "it", "you", "they", "there"))  # fmt: skip
# The verb that a clause of its own has behind its subject, which is no longer than so many words.
_FINITE = frozenset(("do", "does", "did", "is", "are", "was", "were", "must", "should", "may", "can", "will", "has", "have", "needs"))  # fmt: skip
_SUBJECT = 5
_ROW = 6
_LONG = 15
_NOUNS = ("s", "ing", "ed", "ion", "ment")
_DENIES = frozenset(("not", "if", "only", "except"))
# What stands with these is neither said nor denied.
_NEUTRAL = frozenset(("only", "except", "before", "otherwise", "neednot"))


def polarity(tokens: Sequence[Token]) -> tuple[frozenset[str], frozenset[str]]:
    """The words that are affirmed, and those that are negated; a word that is neither is in both."""
    affirmed: set[str] = set()
    negated: set[str] = set()
    for clause in _clauses(tokens):
        signs = [_sign(clause, at) for at in range(len(clause))]
        # "only if" is a condition: what it says of is said.
        neutral = any(group_of(t.text) in _NEUTRAL for t in clause[:-1] if t.kind == "word")
        for at, token in enumerate(clause):
            word = _word(token)
            if word is None:
                continue
            reached = neutral or sum(start <= at < end for sign in signs if sign for start, end in (sign,))
            if neutral or not reached:
                affirmed.add(word)
            if reached:
                negated.add(word)
    return frozenset(affirmed), frozenset(negated)


def clauses(tokens: Sequence[Token]) -> tuple[tuple[frozenset[str], bool], ...]:
    """The clauses of a sentence that say something: the words of each, and whether it comes after the one before ("then")."""
    told = ((frozenset(_words(clause)), clause) for clause in _clauses(tokens))
    # The "and" of "and then" says nothing by itself.
    return tuple((words, any(group_of(t.text) == "then" for t in clause)) for words, clause in told if words)


def _words(clause: Sequence[Token]) -> Iterator[str]:
    for token in clause:
        word = token.text if token.kind == "number" else _word(token)
        if word is not None:
            yield word


def _word(token: Token) -> str | None:
    if token.kind in LITERALS:
        return token.text
    said = token.kind == "word" and (weight(token.text) or common(token.text))
    return meaning(token.text) if said else None


def _clauses(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    clause: list[Token] = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if _splits(token, following, tokens, at):
            if clause:
                yield clause
            clause = [token] if token.kind == "word" and group_of(token.text) else []
        else:
            clause.append(token)
    if clause:
        yield clause


def _splits(token: Token, following: Token | None, tokens: Sequence[Token], at: int) -> bool:
    if token.kind == "punct":
        if token.text in _ENDS:
            return True
        if token.text == "," and _asked(tokens, at) and following is not None and _bare(following.text):
            # "if it is not there, say so and go on"
            return True
        return token.text == "," and not any(t.text in ("or", "and", "nor", ",") for t in tokens[at + 1 : at + 5])
    if token.kind != "word":
        return False
    if token.text in _OPENS or group_of(token.text) in ("if", "except", "before", "after", "then"):
        return True
    if token.text in ("and", "or") and at and tokens[at - 1].text == "," and _predicated(tokens, at + 1):
        return True
    if token.text == "and" and at and tokens[at - 1].text == "," and _ordered(tokens, at):
        return True
    if token.text == "and" and following is not None:
        return following.text in _CLAUSE or meaning(following.text) in forms().verbs
    return False


def _ordered(tokens: Sequence[Token], at: int) -> bool:
    """Whether an order of its own begins behind a comma and an "and", which end no row: "skip no test, and increase it"."""
    first = tokens[at + 1].text if at + 1 < len(tokens) else ""
    row = any(t.text == "," for t in tokens[max(0, at - _ROW) : at - 1])
    return not row and _bare(first)


def _bare(word: str) -> bool:
    """Whether a word may be an order."""
    return not word.endswith(_NOUNS) and (stem(word) in verbs() or meaning(word) in forms().verbs)


def _asked(tokens: Sequence[Token], at: int) -> bool:
    """Whether a comma ends a condition."""
    for token in reversed(tokens[max(0, at - _LONG) : at]):
        if token.text in _ENDS:
            return False
        if group_of(token.text) == "if":
            return True
    return False


def _predicated(tokens: Sequence[Token], start: int) -> bool:
    """Whether a subject with a verb of its own begins here: "and the answer does not", not "and all that is known"."""
    for at, token in enumerate(tokens[start : start + _SUBJECT], start):
        if token.kind not in ("word", *LITERALS) or (at == start and group_of(token.text) in _DENIES):
            return False
        if token.text in _FINITE:
            return at > start
        if token.text in _OPENS or token.text in _FURTHER or token.text == "to":
            return False
    return False


def _sign(clause: Sequence[Token], at: int) -> tuple[int, int] | None:
    """What a negation reaches, if one stands here."""
    token = clause[at]
    if token.kind != "word":
        return None
    if token.text == "un":
        return at + 1, at + 2
    if meaning(token.text) in NEGATING:
        reach = next((n for n in range(at + 1, len(clause)) if clause[n].text in _FURTHER), len(clause))
        return (0 if at and clause[at - 1].text in _AUXILIARY else at + 1), reach
    if group_of(token.text) != "not":
        return None
    before = clause[at - 1].text if at else ""
    behind = any(_word(t) for t in clause[at + 1 :])
    if not behind or before in _AUXILIARY or token.text in ("never", "no"):
        return 0, len(clause)
    return at + 1, len(clause)
