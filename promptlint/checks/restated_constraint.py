"""PRM215 restated-constraint. Its page: `rules/checks/PRM215-restated-constraint.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from promptlint.compress.constraints import Asked, asked
from promptlint.facts import Place, Project
from promptlint.findings import Finding, Impact
from promptlint.money.tokens import count
from promptlint.registry import Context, check
from promptlint.requests import Said, requests, sentences, shortened

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
_QUOTED = re.compile(r"\"[^\"\n]*\"|`[^`\n]*`|“[^”\n]*”")


@check("PRM215")
def restated_constraint(project: Project, context: Context) -> Iterator[Finding]:
    """Report a demand on the answer, or a field of it, that one request tells twice in other words."""
    yield from _fields(project, context)
    most = context.threshold("PRM215", "max-words")
    seen: set[tuple[Place, Place]] = set()
    for request in requests(project):
        first: dict[Asked, Said] = {}
        for said in sentences(request):
            text = _MARK.sub("", _QUOTED.sub("", said.text), count=1)
            if _CONDITION.search(text) or len(text.split()) > most:
                continue
            for demand in asked(text):
                earlier = first.setdefault(demand, said)
                if earlier is said or (earlier.place, said.place) in seen:
                    continue
                seen.add((earlier.place, said.place))
                yield Finding(
                    place=said.place,
                    function=request.function,
                    confidence="medium",
                    message=f"one request asks {demand.name} twice: {shortened(earlier.text, 10)!r} and {shortened(said.text, 10)!r}",
                    impact=Impact(kind="saving", input_tokens=min(count(earlier.text), count(said.text))),
                    related=((earlier.place, "the first time"),),
                )
                break


class _Field(Struct, frozen=True):
    """A field as one sentence describes it. `words`: those of its description, without its own name."""

    said: Said
    listed: bool
    words: frozenset[str]


def _fields(project: Project, context: Context) -> Iterator[Finding]:
    shared = context.threshold("PRM215", "shared-percent")
    seen: set[tuple[Place, Place]] = set()
    for request in requests(project):
        first: dict[str, _Field] = {}
        for said in sentences(request):
            for name, found in _described(said):
                earlier = first.setdefault(name, found)
                # Two lists may each have a field of this name: one of the two must tell about the other.
                apart = earlier.listed != found.listed or earlier.said.message != said.message
                if earlier is found or not apart or (earlier.said.place, said.place) in seen:
                    continue
                common = len(earlier.words & found.words)
                if common < 2 or 100 * common < shared * min(len(earlier.words), len(found.words)):
                    continue
                seen.add((earlier.said.place, said.place))
                yield Finding(
                    place=said.place,
                    function=request.function,
                    confidence="medium",
                    message=f"one request describes `{name}` twice: {shortened(earlier.said.text, 10)!r} and {shortened(said.text, 10)!r}",
                    impact=Impact(kind="saving", input_tokens=min(count(earlier.said.text), count(said.text))),
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
