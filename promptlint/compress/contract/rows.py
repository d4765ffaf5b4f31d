"""Rows of things: of "the title, the year and the director" each member must come through, however common its word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promptlint.compress.contract.canon import forms, stem
from promptlint.compress.contract.lexicon import qualities, verbs
from promptlint.compress.contract.markers import group_of
from promptlint.compress.contract.model import LITERALS, Row, Token

_JOINS = frozenset((",", "then", "and", "or", "/", "&", "nor"))
# What ends a member: the rest says something of the whole row.
_ENDS = frozenset(("in", "for", "by", "from", "into", "as", "at", "on", "that", "which", "who", "with", "to", "if", "so", "because", "is", "are", "then", "but", "than", "like", "it", "they", "you", "be", "will", "do", "this"))  # fmt: skip
_DETERMINERS = frozenset(("a", "an", "the", "its", "their", "your", "each", "any", "this", "that"))
_PREDICATES = frozenset(("is", "are", "must", "should", "may", "can", "has", "have", "will"))
_LONGEST = 4
# These open a member: "and any open questions".
_COUNTS = frozenset(("each", "any", "some", "most", "many", "both"))
# What makes the word before it a verb: "and place them", "and take less than 45 minutes".
_OBJECTS = frozenset(("it", "them", "the", "a", "an", "your", "their", "its", "each", "any", "all", "no", "only", "whether", "how", "me", "us", "him", "her"))  # fmt: skip


def rows(tokens: Sequence[Token]) -> tuple[Row, ...]:
    """The rows of a sentence in canonical form, each with the stems of its members' words."""
    return tuple(_rows(tokens))


def _rows(tokens: Sequence[Token]) -> Iterator[Row]:
    at = 0
    while at < len(tokens):
        if tokens[at].text not in _JOINS or tokens[at].kind not in ("punct", "word") or not at:
            at += 1
            continue
        members, joins, behind = [_before(tokens, at)], [], at
        while behind < len(tokens) and tokens[behind].text in _JOINS:
            start = behind
            while behind < len(tokens) and tokens[behind].text in _JOINS:
                joins.append(tokens[behind].text)
                behind += 1
            if len(members) == 1 and _orders(tokens, at, behind):
                break
            member, behind, whole = _behind(tokens, behind)
            if not member:
                break
            if len(members) == 1 and _clause(tokens, behind, joins):
                break
            members.append(member)
            if not whole or behind == start:
                break
        # A comma alone may end a clause.
        if len(members) > 1 and (set(joins) - {","} or len(members) > 3):
            yield tuple(m for m in members if m)
        at = max(behind, at + 1)


def _orders(tokens: Sequence[Token], at: int, behind: int) -> bool:
    """Whether what follows a noun and an "and" is a verb, which begins another order: "play a guide and recommend books"."""
    joins = [t.text for t in tokens[at:behind]]
    if behind + 1 >= len(tokens) or joins not in (["and"], [",", "and"]) or tokens[behind].kind != "word" or at < 2:
        return False
    last, first = tokens[at - 1], tokens[behind].text
    # "letters and resumes": an order ends with no "s".
    bare = not first.endswith(("ing", "ed", "ion", "ions", "ment")) and (first[-1] != "s" or first[-2:] == "ss")
    if not bare or stem(first) not in verbs() or last.kind != "word" or stem(last.text) in qualities():
        return False
    return stem(last.text) not in verbs() or tokens[at - 2].text in _DETERMINERS or _says(tokens[at - 2])


def _clause(tokens: Sequence[Token], behind: int, joins: list[str]) -> bool:
    """Whether a second member is what a clause begins with: "has an id, and its value is unique"."""
    return joins == [",", "and"] and behind < len(tokens) and tokens[behind].text in _PREDICATES


def _before(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    """The last words before a row goes on: of "name the full title and" the full title."""
    words = []
    for place in range(at - 1, max(at - 3, -1), -1):
        if not (_says(tokens[place]) or (place and _named(tokens[place], tokens[place - 1]))):
            break
        words.append(_said(tokens[place]))
    return tuple(words)


def _behind(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int, bool]:
    """The words up to the next join, where that stands, and whether the row may go on there."""
    words: list[str] = []
    if at < len(tokens) and tokens[at].text == "by":
        at += 1
    if _acts(tokens, at):
        return (), at, False
    while at < len(tokens) and tokens[at].text not in _JOINS:
        token = tokens[at]
        if token.kind in LITERALS or token.kind not in ("word", "number") or token.text in _ENDS:
            return tuple(words[:_LONGEST]), at, False
        if group_of(token.text) in _COUNTS:
            at += 1
            continue
        if group_of(token.text) is not None:
            return tuple(words[:_LONGEST]), at, False
        if _says(token) or (at and _named(token, tokens[at - 1])):
            words.append(_said(token))
        at += 1
    return tuple(words[:_LONGEST]), at, True


def _acts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a verb stands here, and a new clause begins."""
    if at + 1 >= len(tokens) or tokens[at].kind != "word":
        return False
    following = tokens[at + 1]
    if group_of(tokens[at].text) in _COUNTS:
        return False
    return following.text in _OBJECTS or following.kind == "number" or group_of(following.text) is not None


def _says(token: Token) -> bool:
    return (
        token.kind == "word"
        and token.text not in forms().stop
        and token.text not in forms().filler
        and group_of(token.text) is None
        # "Args, Returns and Raises" are names.
        and (token.text not in forms().acts or (token.capital and not token.upper))
    )


def _named(token: Token, before: Token) -> bool:
    """Whether a word is a noun by its article: "the place"."""
    return before.text in ("the", "a", "an", "its", "their", "your") and token.text in forms().acts


def _said(token: Token) -> str:
    return stem(token.text)
