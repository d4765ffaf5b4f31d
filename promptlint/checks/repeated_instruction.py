"""PRM204 repeated-instruction. Its page: `rules/checks/PRM204-repeated-instruction.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Place, Project
from promptlint.findings import Finding, Impact
from promptlint.money.tokens import count
from promptlint.registry import Context, check
from promptlint.requests import HOLE, Said, requests, sentences, shortened

_WORD = re.compile(r"\w+")


@check("PRM204")
def repeated_instruction(project: Project, context: Context) -> Iterator[Finding]:
    """Report a long sentence that one request says twice."""
    fewest = context.threshold("PRM204", "min-words")
    seen: set[tuple[Place, Place]] = set()
    for request in requests(project):
        first: dict[tuple[str, ...], Said] = {}
        for said in sentences(request):
            words = tuple(_WORD.findall(said.text.casefold()))
            if len(words) < fewest or HOLE in said.text:
                continue
            earlier = first.setdefault(words, said)
            if earlier is said or (earlier.place, said.place) in seen:
                continue
            seen.add((earlier.place, said.place))
            yield Finding(
                place=said.place,
                function=request.function,
                message=f"one request says this twice: {shortened(said.text, 8)!r}",
                impact=Impact(kind="saving", input_tokens=count(said.text)),
                related=((earlier.place, "the first time"),),
            )
