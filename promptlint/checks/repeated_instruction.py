"""PRM204 repeated-instruction. Its page: `rules/checks/PRM204-repeated-instruction.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from promptlint.facts import Place, Project
from promptlint.findings import Finding
from promptlint.money.cost import request_saving
from promptlint.money.tokens import count
from promptlint.registry import Context, check
from promptlint.requests import HOLE, Request, Said, requests, sentences, shortened

_WORD = re.compile(r"\w+")
# A step of a procedure, and a description of a field: what each says of itself is not said of another.
_STEP = re.compile(r"\s*(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)]\s")
_FIELD = re.compile(r"\s*(?:[-*•]\s+|\d{1,2}[.)]\s+)?[`\"'*<]*(?P<name>\w+)[`\"'*>]*\s*:")


@check("PRM204")
def repeated_instruction(project: Project, context: Context) -> Iterator[Finding]:
    """Report a long sentence, and those that follow it, that one request says twice."""
    fewest = context.threshold("PRM204", "min-words")
    seen: set[tuple[Place, Place]] = set()
    for request in requests(project):
        said = list(sentences(request))
        for earlier, start, length in _runs(said, fewest):
            place, first = said[start].place, said[earlier].place
            if (first, place) in seen or (length == 1 and _by_nature(first, place, context)):
                continue
            if first == place and _answered_between(request, said[earlier].message, said[start].message):
                continue
            seen.add((first, place))
            what = "this" if length == 1 else f"these {length} sentences"
            tokens = sum(count(one.text) for one in said[start : start + length])
            yield Finding(
                place=place,
                function=request.function,
                message=f"one request says {what} twice: {shortened(said[start].text, 8)!r}",
                impact=request_saving(request.site_id, context.measures, tokens),
                related=((first, "the first time"),),
            )


def _runs(said: Sequence[Said], fewest: int) -> Iterator[tuple[int, int, int]]:
    """(index of the first time, of the second, how many sentences): each run has at least the fewest words together, and one
    sentence half of them: short lines are data.
    """
    words = [() if HOLE in one.text else tuple(_WORD.findall(one.text.casefold())) for one in said]
    first: dict[tuple[str, ...], int] = {}
    done = 0
    for start, these in enumerate(words):
        earlier = first.setdefault(these, start)
        if earlier == start or start < done or not these:
            continue
        length = 1
        while (
            start + length < len(words)
            and earlier + length < start
            and words[start + length] == words[earlier + length] != ()
        ):
            length += 1
        done = start + length
        lengths = [_length(one) for one in said[start:done]]
        if sum(lengths) >= fewest and 2 * max(lengths) >= fewest:
            yield earlier, start, length


def _length(said: Said) -> int:
    """Its words as people count them: a path or a contraction is one, the mark of a list none."""
    return sum(1 for part in said.text.split() if _WORD.search(part))


def _by_nature(first: Place, second: Place, context: Context) -> bool:
    """Whether a sentence comes back because two steps do the same, or two fields have the same form."""
    one, other = (_line(place, context) for place in (first, second))
    if _STEP.match(one) and _STEP.match(other):
        return True
    fields = _FIELD.match(one), _FIELD.match(other)
    return fields[0] is not None and fields[1] is not None and fields[0]["name"] != fields[1]["name"]


def _answered_between(request: Request, first: int, second: int) -> bool:
    """Whether the messages are turns with an answer between them: one template asks both, the first as an example."""
    parts = request.parts
    return parts[first].role == parts[second].role == "user" and any(
        part.role == "assistant" for part in parts[first + 1 : second]
    )


def _line(place: Place, context: Context) -> str:
    text, start = context.text(place.path), place.span.start
    return text[text.rfind("\n", 0, start) + 1 : start + 1]
