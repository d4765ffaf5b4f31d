"""The small pattern language of phrase tables, and one search for all their forms.

A pattern stands for finitely many forms: `(a|b)` is one of several, `?` behind a group or a character makes it optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from msgspec import Struct

_IN_WORD = re.compile(r"[\w'’-]")
_BEGINNING = 8


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


class Forms:
    """Finds the longest of many forms at a place, as whole words.

    How they begin is one pattern, a trie: common beginnings are read once, so the time does not grow with the number of forms.
    The rest of a form is compared: to compile all of it would take longer than most texts take to search.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        longest_first = sorted(forms, key=len, reverse=True)
        root = _Node()
        for beginning in {form[:_BEGINNING] for form in longest_first}:
            node = root
            for character in beginning:
                node = node.branches.setdefault(character, _Node())
            node.ends = True
        self._beginning = re.compile(rf"(?<![\w'’-]){_pattern(root)}")
        self._forms = longest_first
        self._with: dict[str, list[str]] = {}

    def search(self, text: str, position: int) -> tuple[int, int] | None:
        """Start and end of the first that stands in a text from a position on."""
        while (match := self._beginning.search(text, position)) is not None:
            start = match.start()
            for form in self._beginning_with(match[0]):
                end = start + len(form)
                if text.startswith(form, start) and not (form[-1].isalnum() and _IN_WORD.match(text, end)):
                    return start, end
            position = start + 1
        return None

    def _beginning_with(self, beginning: str) -> list[str]:
        """The forms that may stand where a beginning does, the longest first."""
        if beginning not in self._with:
            self._with[beginning] = [f for f in self._forms if beginning.startswith(f[:_BEGINNING])]
        return self._with[beginning]


class _Node(Struct):
    """A node of the trie of beginnings. `ends`: one ends here."""

    branches: dict[str, _Node] = {}
    ends: bool = False


def _pattern(node: _Node) -> str:
    branches = [re.escape(c) + _pattern(child) for c, child in sorted(node.branches.items())]
    if node.ends:
        branches.append("")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
