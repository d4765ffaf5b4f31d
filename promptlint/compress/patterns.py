"""The small pattern language of phrase tables, and one search for all their forms.

A pattern stands for finitely many forms: `(a|b)` is one of several, `?` behind a group or a character makes it optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from msgspec import Struct


class Form(Struct, frozen=True):
    """One form of a pattern. `groups`: where each numbered group stands in it."""

    text: str
    groups: dict[int, tuple[int, int]]


def expand(pattern: str) -> list[Form]:
    """All forms, blanks folded. Raises ValueError for brackets that do not pair."""
    if pattern.count("(") != pattern.count(")"):
        raise ValueError(f"brackets do not pair in {pattern!r}")
    return [_form(pieces) for pieces in _expanded(pattern)]


def _expanded(pattern: str) -> Iterator[list[tuple[int, str]]]:
    """Every form as pieces, each with the number of its group, or 0."""
    choices: list[list[tuple[int, str]]] = []
    number, i = 0, 0
    while i < len(pattern):
        if pattern[i] == "(":
            close = pattern.index(")", i)
            number += 1
            options = [(number, option) for option in pattern[i + 1 : close].split("|")]
            i = close + 1
        else:
            options, i = [(0, pattern[i])], i + 1
        if pattern[i : i + 1] == "?":
            options, i = [*options, (0, "")], i + 1
        choices.append(options)
    yield from (list(pieces) for pieces in product(*choices))


def _form(pieces: list[tuple[int, str]]) -> Form:
    text, groups = "", {}
    for number, piece in pieces:
        start = len(text)
        for character in piece:
            if character != " " or (text and text[-1] != " "):
                text += character
        if number:
            groups[number] = (start, len(text))
    return Form(text.rstrip(), groups)


class _Node(Struct):
    """A node of the trie of all forms. `ends`: a form ends here."""

    branches: dict[str, _Node] = {}
    ends: bool = False


def search_for(forms: Iterable[str]) -> re.Pattern[str]:
    """One pattern that finds the longest of all forms at a place, as whole words.

    It is a trie: common beginnings are read once, so the time does not grow with the number of forms.
    """
    root = _Node()
    for form in forms:
        node = root
        for character in form:
            node = node.branches.setdefault(character, _Node())
        node.ends = True
    return re.compile(rf"(?<![\w'’-]){_pattern(root, '')}")


def _pattern(node: _Node, last: str) -> str:
    branches = [re.escape(c) + _pattern(child, c) for c, child in sorted(node.branches.items())]
    if node.ends:
        branches.append(r"(?![\w'’-])" if last.isalnum() else "")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
