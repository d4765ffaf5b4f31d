"""A text as sentences, list items, headings and examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from promptlint.compress.contract.literals import Text
from promptlint.compress.contract.model import LITERALS, Token

# A line that ends with one of these goes on in the next, whatever that begins with.
_GOES_ON = frozenset(
    ("and", "or", "nor", "the", "a", "an", "of", "to", "in", "with", "by", "for", "from", "than", "as", "at", "on")
)
_DENIES = frozenset(("not", "never"))
_STOPS = frozenset(".!?;")
# No sentence is longer; what is would take long to compare.
_LONGEST = 250
_OPENS_EXAMPLE = re.compile(
    r"\W*(?:few[- ]shot |here (?:is|are) (?:an? |some |a few |the )?)?(?:for )?(?:examples?|e\.g\.|few[- ]shot|samples?)(?: \w+){0,3}\W*$",
    re.IGNORECASE,
)


def sentences(text: Text) -> Iterator[tuple[str, list[Token]]]:
    """Each with its kind: sentence, list_item, heading or example."""
    example, kind = False, "sentence"
    current: list[Token] = []
    before: _Line | None = None
    lines = list(_lines(text))
    _spread(lines)
    labels = Counter(line.label for line in lines if line is not None)
    for line in lines:
        if line is None:
            before = None
            continue
        if (
            line.heading
            or (len(line.raw) < 80 and _OPENS_EXAMPLE.match(line.raw))
            or (example and line.raw.startswith("<"))
        ):
            example = bool(_OPENS_EXAMPLE.match(line.raw)) or line.raw.lower().startswith("<example")
        if not line.continues(before):
            if current:
                yield kind, current
            current = []
            shot = line.label != "" and labels[line.label] > 1
            kind = (
                "example"
                if example or shot
                else "heading"
                if line.heading
                else "list_item"
                if line.item
                else "sentence"
            )
        for token, following in zip_longest(line.tokens, line.tokens[1:]):
            current.append(token)
            said = token.kind == "quote" and token.text[-2] in ".!?" and following is not None and following.capital
            ends = said or (
                token.kind == "punct" and token.text in _STOPS and (following is None or following.start > token.end)
            )
            if ends or len(current) >= _LONGEST:
                yield kind, current
                current = []
        before = line
    if current:
        yield kind, current


def _spread(lines: Iterable[_Line | None]) -> None:
    """What ends the line before a list is said of each of its items: "You must never:"."""
    over: list[Token] = []
    header: _Line | None = None
    for line in filter(None, lines):
        if line.item and header is not None:
            if over:
                header.tokens = header.tokens[: -len(over)]
                header.denies, over = over[0], []
            if header.denies is not None:
                denial = header.denies
                line.tokens = [Token("word", denial.text, line.tokens[0].start, line.tokens[0].start), *line.tokens]
            continue
        ending = line.tokens[-2:] if line.tokens and line.tokens[-1].text == ":" else line.tokens[-1:]
        over = ending if ending and ending[0].text in _DENIES else []
        header = line


def _lines(text: Text) -> Iterator[_Line | None]:
    """The lines that hold something; None for an empty one."""
    tokens: list[Token] = []
    for piece in (*text.pieces, Token("newline", "\n", len(text.source), len(text.source))):
        if piece.kind != "newline":
            tokens.append(piece)
            continue
        if any(t.kind != "punct" for t in tokens):
            yield _Line(tokens, text.source)
        else:
            yield None
        tokens = []


class _Line:
    """The tokens of a line, without its bullet."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.start = tokens[0].start
        self.heading = tokens[0].text == "#" or (tokens[0].text == "*" and tokens[-1].text in ("*", ":"))
        self.tokens, self.item = _without_bullet(tokens)
        self.raw = text[tokens[0].start : tokens[-1].end]
        first, second = (*self.tokens[:2], None, None)[:2]
        # "Q:", "Answer:": said twice or more, they are the turns of an example.
        labelled = first is not None and second is not None and first.capital and second.text == ":" and not self.item
        self.denies: Token | None = None
        self.label = first.text if first is not None and labelled else ""

    def continues(self, before: _Line | None) -> bool:
        """Whether a sentence that began on the line before goes on here."""
        if before is None or self.item or self.heading or before.heading or not self.tokens or not before.tokens:
            return False
        first, last = self.tokens[0], before.tokens[-1]
        if last.kind == "word" and last.text in _GOES_ON and first.kind in (*LITERALS, "number"):
            # "in `old` or" at the end of a line, and "`new`" on the next
            return True
        return first.kind == "word" and not first.capital and last.text not in ".!?:;"


def _without_bullet(tokens: list[Token]) -> tuple[list[Token], bool]:
    first = tokens[0]
    rest = tokens[1:]
    if first.kind == "punct" and first.text in "-*+•●▪◦·>" and rest and rest[0].start > first.end:
        inner, item = _without_bullet(rest)
        return (inner if item else rest), True
    if rest and rest[0].text in (".", ")") and rest[0].start == first.end:
        if (first.kind == "number" and first.text.isdigit() and len(first.text) < 4) or (
            first.kind == "word" and len(first.text) == 1
        ):
            return rest[1:], bool(rest[1:])
    if len(tokens) > 3 and first.text == "(" and tokens[2].text == ")" and len(tokens[1].text) < 3:
        return tokens[3:], True
    if len(tokens) > 3 and first.text in ("step", "rule") and tokens[1].kind == "number" and tokens[2].text in ".:)-":
        return tokens[3:], True
    return tokens, False
