"""PRM205 copied-block. Its page: `rules/checks/PRM205-copied-block.md`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from promptlint.facts import Place, Project
from promptlint.findings import Finding
from promptlint.money.cost import request_saving
from promptlint.money.tokens import count
from promptlint.registry import Context, check
from promptlint.requests import HOLE, Request, Said, lines, requests

# Of two messages, and lines times lines of all that are sent together: comparing more takes longer than it is worth.
_MOST_LINES = 2_000
_MOST_COMPARED = 4_000_000


@check("PRM205")
def copied_block(project: Project, context: Context) -> Iterator[Finding]:
    """Report a long block of text that several messages of one request hold."""
    least = context.threshold("PRM205", "min-tokens")
    seen: set[tuple[Place, Place]] = set()
    for request in requests(project):
        for one, other in _pairs(request, least):
            block = _common(one, other)
            tokens = count("\n".join(said.text for said in block[1])) if block is not None else 0
            if block is None or tokens < least or (block[0], block[1][0].place) in seen:
                continue
            seen.add((block[0], block[1][0].place))
            yield Finding(
                place=block[1][0].place,
                function=request.function,
                message=f"these {len(block[1])} lines, {tokens:,} tokens, stand in another message of the same request already",
                impact=request_saving(request.site_id, context.measures, tokens),
                related=((block[0], "the first time"),),
            )


def _pairs(request: Request, least: int) -> Iterator[tuple[list[Said], list[Said]]]:
    """The lines of each two messages that are long enough to share a block of `least` tokens."""
    messages: dict[int, list[Said]] = {}
    for said in lines(request):
        messages.setdefault(said.message, []).append(said)
    long = [
        each
        for each in messages.values()
        if sum(len(said.text.encode("utf-8", "surrogatepass")) + 1 for said in each) > least
    ]
    compared = 0
    for one, other in combinations(long, 2):
        if len(one) + len(other) > _MOST_LINES:
            continue
        compared += len(one) * len(other)
        if compared > _MOST_COMPARED:
            return
        yield one, other


def _common(one: list[Said], other: list[Said]) -> tuple[Place, list[Said]] | None:
    """The longest run of lines that two messages share: where it begins in the first, and its lines in the second."""
    first, second = ([said.text.strip() for said in side] for side in (one, other))
    match = SequenceMatcher(None, first, second, autojunk=False).find_longest_match()
    block = other[match.b : match.b + match.size]
    if not block or all(HOLE in said.text for said in block):
        return None
    return one[match.a].place, block
