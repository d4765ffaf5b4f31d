"""`the following questions:` → `these questions:`, where what follows is sure to stand below."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.compress.phrases import table
from promptlint.compress.splice import Draft, Edit

_THE_FOLLOWING = re.compile(r"he following")
_PLACE = r"(?P<the>[Tt]he following)(?P<words>(?: [A-Za-z][\w-]*){1,3}?)"
_BEHIND = r"(?: (?:to|for|of|in|into|from|with|about|on|by|and|or|as|that|you|using|below|when|based)\b|,| \()"
# What it announces begins on the next line, or fills a hole or a quotation behind the colon.
_ANNOUNCES = re.compile(rf"{_PLACE}(?:{_BEHIND}[^.:;!?\n]{{0,120}}?)?[ \t]*:[*_]{{0,2}}[ \t]*(?=\n|\Z|[{{<\"`$])")
# In the first sentence of a text there is nothing that it could point back to.
_FIRST = re.compile(rf"{_PLACE}(?={_BEHIND}|[.,](?:\s|\Z))")
_SENTENCE = re.compile(r"[.!?:;]\s|\S\s*\n")
# These come one after the other, or are parts of an answer: "the following" may be the next.
_NEXT_ONES = frozenset(
    ("message", "response", "answer", "output", "summary", "order", "manner", "way", "style", "format", "sentence", "paragraph", "example",
     "list", "pattern", "structure", "steps", "messages", "responses", "answers", "outputs", "sentences", "paragraphs", "examples", "lines",
     "turns", "sections", "pages", "days", "words", "snippet", "template", "schema", "json", "xml", "html", "yaml", "syntax")
)  # fmt: skip
# Before these words it is an object: "answer the following user queries", not "if the following user asks".
_OPENS_CLAUSE = re.compile(
    r"(?:^|[.!?:;]|\b(?:if|whether|that|when|while|because|and|or|but|is|are|be|was|were|so|unless|once|ensure|check|verify"
    r"|confirm|sure|see|know|note|assume|say|says|means|think|believe|state|show))[ \t\n*_-]*\Z",
    re.IGNORECASE,
)
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
_NOT_PLURAL = re.compile(r"(?:.*(?:ss|us|is)|as|has|was|does|its|this)$")
_PLURAL = frozenset(("criteria", "people", "indices", "children"))
_SHORTEST_PLURAL = 4
_LONGEST_PLURAL = 2
_REACH = 40


def following(draft: Draft) -> Iterator[Edit]:
    """`the following tools to search:` → `these tools to search:`, right before what it announces."""
    text, orders = draft.text, table().orders
    if "he following" not in text:
        return
    lead = len(text) - len(text.lstrip())
    sentence = _SENTENCE.search(text, lead)
    first = sentence.start() + 1 if sentence else len(text)
    for found in _THE_FOLLOWING.finditer(text):
        start = max(0, found.start() - 1)
        match = _ANNOUNCES.match(text, start)
        if match is None and found.start() < first:
            match = _FIRST.match(text, start)
            if match is not None and match.group("words").split()[-1].lower() in _NEXT_ONES:
                continue
        if match is None or not draft.guards.free(match.start(), match.end("words")):
            continue
        subject = _OPENS_CLAUSE.search(text, max(0, match.start() - _REACH), match.start()) is not None
        word = _pointing(match.group("words").lower().split(), orders, subject=subject)
        if word is not None:
            start, end = match.span("the")
            yield Edit(start, end, word.capitalize() if match.group("the")[0] == "T" else word, "grammar/following")


def _pointing(words: list[str], orders: frozenset[str], *, subject: bool) -> str | None:
    """`these` or `this` for the noun that the words end with; None where its number is not known, or it may be a verb.

    A plural behind another noun may be what that noun does: "the following user asks". Only an object is no sentence.
    """
    noun = words[-1]
    if noun in _ONE:
        return None if subject and len(words) > 1 else "this"
    if noun not in _PLURAL and (len(noun) < _SHORTEST_PLURAL or not noun.endswith("s") or _NOT_PLURAL.match(noun)):
        return None
    if len(words) > _LONGEST_PLURAL:
        return None
    verb = noun.removesuffix("s") in orders or noun.removesuffix("es") in orders
    return None if (subject and (verb or len(words) > 1)) or (verb and len(words) > 1) else "these"
