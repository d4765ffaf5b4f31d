"""PRM215 restated-constraint. Its page: `rules/checks/PRM215-restated-constraint.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
_QUOTED = re.compile(r"\"[^\"\n]*\"|`[^`\n]*`|“[^”\n]*”")


@check("PRM215")
def restated_constraint(project: Project, context: Context) -> Iterator[Finding]:
    """Report a demand on the answer that one request makes twice in other words."""
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
