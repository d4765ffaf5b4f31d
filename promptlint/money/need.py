"""How long an answer a request asks for: its schema, or its own words. Unknown is None: a wrong need is worse than none."""

from __future__ import annotations

import re

from promptlint.facts import Call, Hole, Literal, Record, Shape
from promptlint.money import tokens
from promptlint.money.lengths import Length, lengths
from promptlint.money.shapes import keys_tokens, shape_tokens

_ONLY = r"(?:answer|respond|reply|output|return|say)(?:\s+(?:only|just|strictly|simply|with|in|using|either))*"
_YES_NO = re.compile(
    rf"\b{_ONLY}\s+(?:a\s+)?(?:single\s+word\s*[:,]?\s*)?[\"'`(]*(?:yes|true)[\"'`]*\s*(?:or|/)\s*[\"'`]*(?:no|false)\b",
    re.IGNORECASE,
)
_ONE_WORD = re.compile(
    rf"\b(?:{_ONLY}\s+|in\s+)(?:exactly\s+|only\s+|just\s+)?(?:one|a single|1)\s+word\b(?!\s+(?:per|for each))",
    re.IGNORECASE,
)
_OPTION = r"[\"'`\[(]?[\w][\w -]{0,29}[\"'`\])]?"
_OPTIONS = rf"(?P<list>{_OPTION}(?:\s*(?:,|\||/|\bor\b)\s*(?:or\s+)?{_OPTION}){{1,200}})"
_ENUM = re.compile(
    rf"\b{_ONLY}\s+(?:exactly\s+)?(?:with\s+)?(?:exactly\s+)?one\s+of(?:\s+the\s+following(?:\s+(?:labels|words|values|options|categories))?|\s+these(?:\s+\w+)?)?\s*:?\s*"
    rf"{_OPTIONS}",
    re.IGNORECASE,
)
_CLASSIFY = re.compile(
    rf"\b(?:classify|categori[sz]e|label|rate)\s+(?:(?:the|this|each|a|an)\s+)?(?:[\w-]+\s+){{0,4}}?as\s+(?:either\s+)?{_OPTIONS}"
    r"(?=[.:;!?\n]|$)",
    re.IGNORECASE,
)
_EITHER = re.compile(
    rf"\b(?:{_ONLY})\s+(?P<list>[\"'`][\w -]{{1,30}}[\"'`](?:\s*,\s*[\"'`][\w -]{{1,30}}[\"'`])*\s*,?\s*or\s+[\"'`][\w -]{{1,30}}[\"'`])",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(r"\b(?:explain|reason(?:ing)?|step by step|justify|why|rationale|think)\b", re.IGNORECASE)
_JSON = re.compile(r"\bJSON\b|```json|\bjson_object\b")
# An answer of several parts: a length in the text may be that of one of them.
_PARTS = re.compile(
    r"\bJSON\b|\bXML\b|\bYAML\b|\bCSV\b|\bHTML\b|```|\b(?:markdown )?table\b|\bsections?\b|\bheadings?\b|\btool calls?\b"
    r"|\b(?:following|this|exact|below) (?:format|structure|template|layout)\b|\b(?:output|response|answer) format\b"
    r"|<\w+>[^<]*</\w+>|^[^\S\n]*#{1,4} ",
    re.MULTILINE,
)
# The form of an answer that has parts: a label that is asked for behind these words is one of them.
_FORM = re.compile(
    r"\b(?:following|this|exact|below) (?:format|structure|template|layout)\b|\b(?:output|response|answer) format\b"
    r"|\b(?:in|within|inside|with|using) (?:the )?<\w+>",
    re.IGNORECASE,
)
_KEYS = re.compile(
    r"\bJSON\b[^.\n]{0,80}?\b(?:keys?|fields?|properties|attributes)\b[^\"'`\n]{0,30}"
    r"(?P<list>[\"'`]\w+[\"'`](?:\s*(?:,|and|or|/)\s*(?:and\s+)?[\"'`]\w+[\"'`])*)",
)
_KEY = re.compile(r"[\"'`](\w+)[\"'`]")
_EXAMPLE = re.compile(r"[{,]\s*\"(\w{1,40})\"\s*:")

ROOM = 2
"""An answer may be so many times as long as asked for before a cap ends it."""


class Need(Record, frozen=True):
    """Tokens an answer needs; `high` is None where only the least is known.

    `kind`: yes_no | enum | length | schema | json. `words`: the words this was read from.
    """

    low: int
    high: int | None
    kind: str
    words: tuple[str, ...]

    @property
    def short(self) -> bool:
        """Whether it is a label, not text: what a small model answers as well."""
        return self.kind in ("yes_no", "enum", "schema") and self.high is not None


def need(call: Call) -> Need | None:
    """The need of a call: of the schema that it demands, else of its text if that is known as a whole."""
    if call.kind not in ("chat", "completion", "responses", "http"):
        return None
    if call.answer is not None:
        return of_shape(call.answer)
    if not call.messages_known or call.has_tools:
        return None
    text = "\n".join(
        "".join(s.text if isinstance(s, Literal) else " … " for s in m.segments)
        for m in call.messages
        if m.role != "assistant"
    )
    if not text.strip() or _only_holes(call):
        return None
    return read(text)


def of_shape(shape: Shape) -> Need:
    """The need of a schema."""
    low, high = shape_tokens(shape)
    if shape.kind == "object":
        named = ", ".join(name for name, _ in shape.fields[:6]) + (", ..." if len(shape.fields) > 6 else "")
        words = f"{shape.name} {{{named}}}".strip()
    else:
        words = (
            f"{shape.name or shape.kind} of {len(shape.options)} values" if shape.options else shape.name or shape.kind
        )
    return Need(low=low, high=high, kind="schema", words=(words,))


def _only_holes(call: Call) -> bool:
    """Whether a message is nothing but a hole in a role that instructs: the words that count may be there."""
    return any(
        m.role in ("system", "developer") and all(isinstance(s, Hole) for s in m.segments) for m in call.messages
    )


def read(text: str) -> Need | None:
    """The need that a text states. Two different statements, or a wish for reasons, leave it unknown."""
    if _JSON.search(text):
        return _json(text)
    explains = _EXPLAINS.search(text) is not None
    form = _FORM.search(text)
    found = [] if explains else [*_labels(text)]
    if found and form is not None and any(form.end() <= text.find(one.words[0]) for one in found):
        return None
    if found:
        return max(found, key=lambda n: n.high or 0)
    if _PARTS.search(text):
        return None
    stated = lengths(text)
    if explains and not (len(stated) == 1 and _explained_in(text, stated[0])):
        return None
    return _agreed(stated)


def _labels(text: str) -> list[Need]:
    """Answers of a word or a choice."""
    found = [Need(low=1, high=4, kind="yes_no", words=(m.group().strip(),)) for m in _YES_NO.finditer(text)]
    found += [Need(low=1, high=6, kind="enum", words=(m.group().strip(),)) for m in _ONE_WORD.finditer(text)]
    for pattern in (_ENUM, _CLASSIFY, _EITHER):
        for match in pattern.finditer(text):
            options = [p.strip(" \"'`[]()") for p in re.split(r",|\||/|\bor\b", match["list"])]
            longest = max(tokens.count(option) for option in options)
            found.append(Need(low=1, high=longest + 3, kind="enum", words=(match.group().strip(),)))
    return found


def _explained_in(text: str, stated: Length) -> bool:
    """Whether what is to be explained is what the length is of: one wish, in the sentence of the length."""
    at = text.find(stated.words)
    start = max(text.rfind(mark, 0, at) for mark in (".", "!", "?", "\n", ";")) + 1
    ends = [i for i in (text.find(mark, at + len(stated.words)) for mark in (".", "!", "?", "\n", ";")) if i >= 0]
    inside = text[start : min(ends, default=len(text))]
    return len(_EXPLAINS.findall(text)) == len(_EXPLAINS.findall(inside))


def _agreed(stated: list[Length]) -> Need | None:
    """What all lengths in a text agree on: two upper ends that differ leave it unknown."""
    highs = {s.high for s in stated if s.high is not None}
    if not stated or len(highs) > 1:
        return None
    high = next(iter(highs), None)
    low = max(s.low for s in stated)
    if high is not None and low > high:
        return None
    return Need(low=low, high=high, kind="length", words=tuple(dict.fromkeys(s.words for s in stated)))


def _json(text: str) -> Need | None:
    """Keys of the JSON that is asked for: the least that must be written. What their values are is not known."""
    match = _KEYS.search(text)
    keys = dict.fromkeys(_KEY.findall(match["list"])) if match is not None else dict.fromkeys(_EXAMPLE.findall(text))
    if not keys:
        return None
    words = match.group().strip() if match is not None else f"JSON with {', '.join(list(keys)[:6])}"
    # An example in the text need not be the answer's: one key of it is sure at least.
    sure = tuple(keys) if match is not None else (min(keys, key=len),)
    return Need(low=keys_tokens(sure), high=None, kind="json", words=(words,))
