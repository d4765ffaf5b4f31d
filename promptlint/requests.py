"""What one request says, in order: its literal text with the place of every sentence and line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from promptlint.edits import source_span
from promptlint.facts import Call, Hole, Literal, Message, Place, Project, Segment

HOLE = "\0"
_LINE = re.compile(r"[^\n]*[^\s][^\n]*")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r"[^\s](?:[^.!?\n]|[.!?](?![\s\"')\]*]|$))*[.!?]?")
# Turns and examples: what repeats there is the format of the examples, not an instruction.
_TURN = re.compile(
    r"[ \t]*(?:user|human|assistant|ai|system|q|a|question|answer|input|output|example)\b[^:\n]{0,12}:", re.IGNORECASE
)
_EXAMPLES = re.compile(
    r"^[ \t#*]*(?:(?:here (?:is|are)|for) (?:an? |some )?)?examples?\b[^\n]{0,40}:?[ \t*]*$|<examples?>"
    r"|^[ \t#*=-]*(?:start|beginning) of (?:the |an? )?examples?\b[^\n]{0,40}$",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING = re.compile(
    r"^[ \t]*#{1,6} |</examples?>|^[ \t#*=-]*end of (?:the |an? )?examples?\b", re.IGNORECASE | re.MULTILINE
)

_BRANCH = re.compile(r"\{%[-+]?\s*(?:else|elif)\b")


class Said(Struct, frozen=True):
    """A sentence, or a line, of a request. `message`: the index of its message."""

    text: str
    place: Place
    message: int


class Part(Struct, frozen=True):
    """One message of a request: its segments, and the file each stands in."""

    role: str | None
    segments: tuple[Segment, ...]
    paths: tuple[str, ...]


class Request(Struct, frozen=True):
    """What is sent together: the messages of a call (`site_id`), or a prompt alone."""

    function: str
    place: Place
    parts: tuple[Part, ...]
    site_id: str = ""


class _Chunk(Struct, frozen=True):
    start: int
    literal: Literal
    path: str


def requests(project: Project) -> Iterator[Request]:
    """Every request as its outermost caller makes it, then every prompt: what a part says twice, a request says twice.

    A template with branches is left out: it says one thing or the other.
    """
    located = {
        (s.span.start, s.text): p.place.path for p in project.prompts for s in p.segments if isinstance(s, Literal)
    }
    for call in (*project.calls, *project.callers):
        if call.messages and not call.callers:
            parts = tuple(_part(m, call, located) for m in call.messages)
            yield Request(call.function, call.callee_place, parts, call.site_id)
    for prompt in project.prompts:
        # A string that reads like a prompt and reaches no request may be kept for something else: to be compared, or moved.
        if prompt.confidence != "high" and not prompt.used_by and prompt.form in ("constant", "fstring"):
            continue
        if not any(_BRANCH.match(s.source) for s in prompt.segments if isinstance(s, Hole)):
            paths = (prompt.place.path,) * len(prompt.segments)
            yield Request("", prompt.place, (Part(prompt.role, prompt.segments, paths),))


def _part(message: Message, call: Call, located: Mapping[tuple[int, str], str]) -> Part:
    own = (message.place or call.place).path
    paths = (located.get((s.span.start, s.text), own) if isinstance(s, Literal) else own for s in message.segments)
    return Part(message.role, message.segments, tuple(paths))


def sentences(request: Request) -> Iterator[Said]:
    """The sentences of a request outside of code, examples and the model's own turns."""
    for index, part in enumerate(request.parts):
        if part.role == "assistant":
            continue
        text, chunks = _joined(part)
        hidden = sorted([*(m.span() for m in _FENCE.finditer(text)), *_examples(text)], reverse=True)
        covered = line = before = 0
        turn = _TURN.match(text)
        for match in _SENTENCE.finditer(text):
            start, end = match.span()
            while hidden and hidden[-1][0] <= start:
                covered = max(covered, hidden.pop()[1])
            if (begins := text.rfind("\n", before, start) + 1) > line:
                line, turn = begins, _TURN.match(text, begins)
            before = start
            if start >= covered and turn is None:
                yield Said(match.group(), _place(chunks, start, end, request), index)


def lines(request: Request) -> Iterator[Said]:
    """Its lines, code and examples included."""
    for index, part in enumerate(request.parts):
        text, chunks = _joined(part)
        for match in _LINE.finditer(text):
            yield Said(match.group(), _place(chunks, match.start(), match.end(), request), index)


def _examples(text: str) -> Iterator[tuple[int, int]]:
    """From a heading of examples to the next heading of any other kind."""
    end = 0
    for match in _EXAMPLES.finditer(text):
        if end < match.end():
            heading = _HEADING.search(text, match.end())
            end = heading.start() if heading is not None else len(text)
        yield match.start(), end


def _joined(part: Part) -> tuple[str, list[_Chunk]]:
    """The text of a message, a mark for each hole, and where its pieces begin."""
    pieces: list[str] = []
    chunks: list[_Chunk] = []
    length = 0
    for segment, path in zip(part.segments, part.paths, strict=True):
        content = segment.text if isinstance(segment, Literal) else HOLE
        if isinstance(segment, Literal):
            chunks.append(_Chunk(length, segment, path))
        pieces.append(content)
        length += len(content)
    return "".join(pieces), chunks


def _place(chunks: Sequence[_Chunk], start: int, end: int, request: Request) -> Place:
    """Where a stretch of text begins in the source, to the end of its piece at most."""
    chunk = chunks[max(0, bisect_right(chunks, start, key=lambda chunk: chunk.start) - 1)] if chunks else None
    if chunk is None or not chunk.start <= start < chunk.start + len(chunk.literal.text):
        return request.place
    stop = min(end - chunk.start, len(chunk.literal.text))
    return Place(path=chunk.path, span=source_span(chunk.literal, start - chunk.start, stop) or chunk.literal.span)


def shortened(text: str, most: int) -> str:
    """The first words of a sentence for a message, holes as dots."""
    words = text.replace(HOLE, "...").split()
    return " ".join(words[:most]) + (" ..." if len(words) > most else "")
