"""`the following questions:` → `these questions:`, where what follows is sure to stand below."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.compress.splice import Draft, Edit

_THE_FOLLOWING = re.compile(r"he following")
_FOLLOWING = re.compile(
    r"\b(?P<the>[Tt]he following)(?P<words>(?: [A-Za-z][\w-]*){1,3})(?P<rest>[^.:;!?\n]{0,80}?)[ \t]*:[*_]{0,2}[ \t]*(?=\n|\Z|[{<\"`$])"
)
_FOLLOWING_NEW = re.compile(r"\b(?P<the>[Tt]he following)(?P<words>(?: [A-Za-z][\w-]*){1,3})")
_BARE_FOLLOWING = re.compile(r"(?<=[a-z] )(?P<the>the following)(?=[ \t]*:)")
_ONE = frozenset(
    [
        "question",
        "text",
        "format",
        "task",
        "prompt",
        "context",
        "information",
        "json",
        "schema",
        "template",
        "example",
        "structure",
        "document",
        "query",
        "conversation",
        "passage",
        "statement",
        "request",
        "input",
        "list",
        "sentence",
        "code",
        "function",
        "message",
        "description",
        "data",
        "content",
        "article",
        "paragraph",
        "summary",
        "response",
        "answer",
        "output",
        "snippet",
        "scenario",
        "style",
        "order",
        "manner",
        "way",
        "process",
        "procedure",
        "approach",
        "pattern",
        "syntax",
        "xml",
        "html",
        "yaml",
        "command",
        "topic",
        "problem",
    ]
)
_PART_OF_TEXT = frozenset(
    (
        "sentence",
        "list",
        "example",
        "paragraph",
        "format",
        "structure",
        "order",
        "manner",
        "way",
        "style",
        "pattern",
        "template",
        "schema",
        "snippet",
    )
)
_NOT_PLURAL = re.compile(r"(?:.*(?:ss|us|is)|as|has|was|does|its|this)$")
_PLURAL = frozenset(("criteria", "people", "data", "indices", "children"))


def following(draft: Draft) -> Iterator[Edit]:
    """`the following tools to search:` → `these tools to search:` where the colon ends the line."""
    if "he following" not in draft.text:
        return
    for found in _THE_FOLLOWING.finditer(draft.text):
        match = _FOLLOWING.match(draft.text, max(0, found.start() - 1))
        if match is None:
            continue
        word = _pointing(match.group("words").split())
        if word is not None and draft.guards.free(match.start(), match.end("words")):
            start, end = match.span("the")
            yield Edit(start, end, word.capitalize() if match.group("the")[0] == "T" else word, "grammar/following")
    yield from _following_new(draft)
    for match in _BARE_FOLLOWING.finditer(draft.text):
        if draft.guards.free(*match.span()):
            yield Edit(match.start(), match.end(), "these", "grammar/following")


def _following_new(draft: Draft) -> Iterator[Edit]:
    """The same where no colon follows, for a noun that was not named before: `these` can't point back."""
    low, first = draft.text.lower(), dict[str, int]()
    for found in _THE_FOLLOWING.finditer(draft.text):
        match = _FOLLOWING_NEW.match(draft.text, max(0, found.start() - 1))
        if match is None:
            continue
        words = match.group("words").split()
        word = _pointing(words)
        # "the following sentence" may be the next one of a text: not so with what is named here for the first time.
        if (
            word is None
            or (word == "this" and _head(words) in _PART_OF_TEXT)
            or not draft.guards.free(match.start(), match.end())
        ):
            continue
        noun = _head(words)
        if first.setdefault(noun, low.find(noun)) >= match.start():
            start, end = match.span("the")
            yield Edit(start, end, word.capitalize() if match.group("the")[0] == "T" else word, "grammar/following")


def _head(words: list[str]) -> str:
    """The noun that `_pointing` took, in the singular."""
    for i in range(1, len(words) + 1):
        if _pointing(words[:i]) is not None:
            return words[i - 1].lower().removesuffix("s")
    return words[0].lower()


def _pointing(words: list[str]) -> str | None:
    """`these` or `this` for the noun that the words begin with; None when it is not known."""
    found = None
    for word in words:
        low = word.lower()
        if low in _PLURAL or (len(low) > 3 and low.endswith("s") and not _NOT_PLURAL.match(low)):
            return "these"
        if low in _ONE:
            found = "this"
        elif found:
            return found
    return found
