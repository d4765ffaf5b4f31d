"""PRM215 restated-constraint. Its page: `rules/checks/PRM215-restated-constraint.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from promptlint.compress.constraints import Asked, asked
from promptlint.facts import Place, Project
from promptlint.findings import Finding
from promptlint.money.cost import request_saving
from promptlint.money.tokens import count
from promptlint.registry import Context, check
from promptlint.requests import Request, Said, requests, sentences, shortened

_MARK = re.compile(
    r"^[\s>*•\-#]*(?:\d{1,2}[.)]\s*)?(?:\*\*)?(?:(?:important|note|remember)[!:]\s*)?(?:\*\*)?", re.IGNORECASE
)
# What a condition asks for, or a quotation mentions, is not asked of every answer.
_CONDITION = re.compile(r"\b(?:if|when|unless|in case|for each|for every|otherwise|e\.g)\b", re.IGNORECASE)
# A field where it is listed (`"shelf": where it stands`), and where a sentence tells about it.
_LISTED = re.compile(
    r"[\s>*•-]*(?:\d{1,2}[.)]\s*)?(?:[\"'`*]{1,2}(?P<quoted>[A-Za-z]\w*)[\"'`*]{1,2}|(?P<bare>[a-z]+_\w+))[ \t]*(?:\([^()\n]*\))?[ \t]*"
    r"(?::|[-–—] )[ \t]*(?P<said>[^\n]{8,})"
)
_TOLD = re.compile(
    r"(?:[\"'`](?P<quoted>[A-Za-z]\w*)[\"'`]|\b(?P<bare>[a-z]+_\w+)\b)(?: (?:field|key|property|value|attribute))? "
    r"(?:must|should|shall|has to|needs to|is|are|holds?|contains?|describes?|gives?|means?) (?P<said>[^.\n]{8,})"
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_QUOTED = re.compile(r"\"[^\"\n]*\"|`[^`\n]*`|“[^“”\n]*”")

_Told = Sequence[tuple[Request, Sequence[Said]]]


@check("PRM215")
def restated_constraint(project: Project, context: Context) -> Iterator[Finding]:
    """Report a demand on the answer, or a field of it, that one request tells twice in other words."""
    told = [(request, list(sentences(request))) for request in requests(project)]
    told = [(request, said) for request, said in told if len(said) > 1]  # one sentence says nothing twice
    yield from _fields(told, context)
    yield from _demands(told, context)


def _demands(told: _Told, context: Context) -> Iterator[Finding]:
    """One finding for each demand of a request, however often it comes back: a reminder of a few words is worth no change."""
    most, least = context.threshold("PRM215", "max-words"), context.threshold("PRM215", "min-tokens")
    seen: set[tuple[Place, Place]] = set()
    for request, sentences_of in told:
        for demand, said in _made(sentences_of, most).items():
            if len(said) < 2:
                continue
            first, last = said[0], said[-1]
            saved = sum(sorted(count(one.text) for one in said)[:-1])
            if saved < least or (first.place, last.place) in seen:
                continue
            seen.add((first.place, last.place))
            often = "twice" if len(said) == 2 else f"{len(said)} times"
            yield Finding(
                place=last.place,
                function=request.function,
                confidence="medium",
                message=f"one request asks {demand.name} {often}: {shortened(first.text, 10)!r} and {shortened(last.text, 10)!r}",
                impact=request_saving(request.site_id, context.measures, saved),
                related=tuple((one.place, "said before") for one in said[:-1]),
            )


def _made(told: Iterable[Said], most: int) -> dict[Asked, list[Said]]:
    """The demands of some sentences, each with those that make it."""
    made: dict[Asked, list[Said]] = {}
    for said in told:
        text = _MARK.sub("", _QUOTED.sub("", said.text), count=1)
        if _CONDITION.search(text) or len(text.split()) > most:
            continue
        demands = list(asked(text))
        # What asks for something new as well cannot go, whatever else it says again.
        new = [demand for demand in demands if demand not in made]
        for demand in new or demands[:1]:
            made.setdefault(demand, []).append(said)
    return made


class _Field(Struct, frozen=True):
    """A field as one sentence describes it. `words`: those of its description, without its own name."""

    said: Said
    listed: bool
    words: frozenset[str]


def _fields(told: _Told, context: Context) -> Iterator[Finding]:
    shared, least = context.threshold("PRM215", "shared-percent"), context.threshold("PRM215", "min-tokens")
    seen: set[tuple[Place, Place]] = set()
    for request, sentences_of in told:
        first: dict[str, _Field] = {}
        for said in sentences_of:
            for name, found in _described(said):
                earlier = first.setdefault(name, found)
                # Two lists may each have a field of this name: one of the two must tell about the other.
                apart = earlier.listed != found.listed or earlier.said.message != said.message
                if earlier is found or not apart or (earlier.said.place, said.place) in seen:
                    continue
                common = len(earlier.words & found.words)
                if common < 2 or 100 * common < shared * min(len(earlier.words), len(found.words)):
                    continue
                saved = min(count(earlier.said.text), count(said.text))
                if saved < least:
                    continue
                seen.add((earlier.said.place, said.place))
                yield Finding(
                    place=said.place,
                    function=request.function,
                    confidence="medium",
                    message=f"one request describes `{name}` twice: {shortened(earlier.said.text, 10)!r} and {shortened(said.text, 10)!r}",
                    impact=request_saving(request.site_id, context.measures, saved),
                    related=((earlier.said.place, "the first time"),),
                )


def _described(said: Said) -> Iterator[tuple[str, _Field]]:
    listed = _LISTED.match(said.text)
    for match in (listed,) if listed is not None else _TOLD.finditer(said.text):
        name = match.group("quoted") or match.group("bare")
        own = {_root(word) for word in name.casefold().split("_")}
        words = frozenset(_root(word) for word in _WORD.findall(match.group("said").casefold())) - own
        yield name, _Field(said, listed is not None, words)


def _root(word: str) -> str:
    return word[:-1] if word.endswith("s") else word
