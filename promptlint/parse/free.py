"""The free variable of each expression and tag of a jinja text: what the program has to pass."""

from __future__ import annotations

import re

_TAG = re.compile(r"(?P<word>\w+)\s*(?P<rest>.*)", re.DOTALL)
_LOOP = re.compile(r"\sin\s")
_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>\d[\w.]*)|(?P<filter>\|\s*[\w.]+)|"""
    r"(?P<test>\bis\s+(?:not\s+)?\w+)|(?P<keyword>\b\w+\s*=(?!=))|(?P<path>(?<![\w.])[^\W\d]\w*(?:\s*\.\s*\w+)*)",
    re.DOTALL,
)
_TARGET = re.compile(r"[^\W\d]\w*")
_WORDS = frozenset(
    ("and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None", "recursive", "ignore",
     "missing", "with", "without", "context")
)  # fmt: skip
# What jinja itself brings.
_GIVEN = frozenset(
    ("loop", "self", "super", "caller", "varargs", "kwargs", "range", "dict", "lipsum", "cycler", "joiner", "namespace",
     "_", "gettext", "ngettext")
)  # fmt: skip
_SCOPES = frozenset(("for", "with", "macro", "call", "filter", "block"))
_ENDS = frozenset(f"end{word}" for word in _SCOPES)


class Free:
    """Walks the tags of one text in order and knows what they have bound so far."""

    def __init__(self) -> None:
        self._scopes: list[set[str]] = [set()]

    def expression(self, code: str) -> str:
        """The first free variable of an expression, with the attributes taken from it; "" when there is none."""
        for token in _TOKEN.finditer(code):
            path = re.sub(r"\s+", "", token.group("path") or "")
            root = path.partition(".")[0]
            if root and root not in _WORDS and root not in _GIVEN and not any(root in scope for scope in self._scopes):
                return path
        return ""

    def tag(self, code: str) -> str:
        """The same for a tag: the list of a `for`, the condition of an `if`; "" for `else` and the like."""
        match = _TAG.match(code)
        if match is None:
            return ""
        word, rest = match.group("word"), match.group("rest").strip()
        if word in _ENDS:
            if len(self._scopes) > 1:
                self._scopes.pop()
            return ""
        if word == "for" and (between := _LOOP.search(rest)) is not None:
            filled = self.expression(rest[between.end() :])
            self._scopes.append(set(_TARGET.findall(rest[: between.start()])))
            return filled
        if word in ("if", "elif"):
            return self.expression(rest)
        if word == "set":
            return self._set(rest)
        if word == "with":
            filled = self.expression(rest)
            self._scopes.append(_assigned(rest))
            return filled
        if word in ("macro", "call"):
            name, _, parameters = rest.partition("(")
            if word == "macro":
                self._scopes[-1].add(name.strip())
            self._scopes.append(set(_TARGET.findall(parameters)) if word == "macro" or not name.strip() else set())
            return ""
        if word in _SCOPES:
            self._scopes.append(set())
        elif word in ("import", "from"):
            self._scopes[-1].update(_TARGET.findall(rest.rpartition("import" if word == "from" else " as ")[2]))
        return ""

    def _set(self, rest: str) -> str:
        target, _, value = rest.partition("=")
        filled = self.expression(value)
        self._scopes[-1].update(_TARGET.findall(target.partition(".")[0]))
        return filled


def _assigned(rest: str) -> set[str]:
    return {token.group("keyword").rstrip("= \t\n") for token in _TOKEN.finditer(rest) if token.group("keyword")}
