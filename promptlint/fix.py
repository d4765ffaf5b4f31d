"""Choose the fixes to make, and make them in memory: each whole or not at all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from msgspec import Struct

from promptlint.editor import prompt_sent
from promptlint.edits import apply
from promptlint.facts import Hole, Prompt, Span
from promptlint.findings import Edit, Finding


class Round(Struct, frozen=True):
    """Fixes that can be made together. `texts`: path → new text; `left`: fixes not made, each with the reason."""

    made: tuple[Finding, ...]
    texts: dict[str, str]
    left: tuple[tuple[Finding, str], ...]


def wanted(finding: Finding, *, unsafe: bool) -> bool:
    """Whether a finding has a fix of a class that may be made."""
    return finding.fix is not None and (unsafe or finding.fix.applicability == "safe")


def can_be_made(finding: Finding) -> bool:
    """Whether a finding has a fix that can be written: notebooks are only read."""
    return finding.fix is not None and not any(e.place.path.endswith(".ipynb") for e in finding.fix.edits)


def edits_of(findings: Iterable[Finding], path: str) -> list[Edit]:
    """All edits that fixes make in one file."""
    return [e for f in findings if f.fix for e in f.fix.edits if e.place.path == path]


def plan(findings: Sequence[Finding], text: Callable[[str], str], may_write: Callable[[str], bool]) -> Round:
    """Make fixes in memory. Of two that touch the same place the first is made; another round makes the next.

    A fix is not made when one of its files may not be written, or when the text to replace no longer stands there.
    """
    made: list[Finding] = []
    left: list[tuple[Finding, str]] = []
    taken: dict[str, list[Edit]] = {}
    for finding in findings:
        edits = finding.fix.edits if finding.fix else ()
        barred = next((e.place.path for e in edits if not may_write(e.place.path)), None)
        stale = next((e for e in edits if _stands(text(e.place.path), e) is False), None)
        if barred is not None:
            left.append((finding, barred))
        elif stale is not None:
            left.append((finding, ""))
        elif edits and not any(_overlaps(edit, taken.get(edit.place.path, ())) for edit in edits):
            made.append(finding)
            for edit in edits:
                insort(taken.setdefault(edit.place.path, []), edit, key=_start)
    texts = {path: apply(text(path), edits) for path, edits in sorted(taken.items())}
    return Round(tuple(made), {p: t for p, t in texts.items() if t != text(p)}, tuple(left))


def _stands(text: str, edit: Edit) -> bool:
    return text[edit.place.span.start : edit.place.span.end] == edit.before


def _start(edit: Edit) -> int:
    return edit.place.span.start


def _overlaps(edit: Edit, others: Sequence[Edit]) -> bool:
    """Whether an edit meets one of others, which are in order and do not meet: only those beside it can."""
    span = edit.place.span
    first = max(0, bisect_left(others, span.start, key=_start) - 1)
    last = bisect_right(others, span.end, key=_start)
    return any(edit != o and span.start <= o.place.span.end and _start(o) <= span.end for o in others[first:last])


def broken(before: Sequence[Prompt], after: Sequence[Prompt], made: Sequence[Finding], path: str) -> dict[str, str]:
    """Fingerprints of fixes that changed more of a prompt of `path` than they may, each with what was lost."""
    later = {p.place.span.start: p for p in after if p.place.path == path}
    edits = sorted(edits_of(made, path), key=_start)
    grown = [0, *accumulate(len(e.content) - len(e.before) for e in edits)]
    longest = max((e.place.span.end - _start(e) for e in edits), default=0)
    found: dict[str, str] = {}
    for prompt in (p for p in before if p.place.path == path):
        place = prompt.place.span
        first = bisect_left(edits, place.start - longest, key=_start)
        near = edits[first : bisect_right(edits, place.end, key=_start)]
        inside = [e for e in near if _inside(e.place.span, place)]
        if not inside:
            continue
        moved = grown[first] + sum(len(e.content) - len(e.before) for e in near if e.place.span.end <= place.start)
        lost = _lost(prompt, later.get(prompt.place.span.start + moved), inside)
        if lost is not None:
            found |= {f.fingerprint: lost for f in made if f.fix and set(f.fix.edits) & set(inside)}
    return found


def _inside(edit: Span, prompt: Span) -> bool:
    return (
        edit.start < prompt.end and prompt.start < edit.end
        if edit.start < edit.end
        else prompt.start < edit.start < prompt.end
    )


def _lost(before: Prompt, after: Prompt | None, edits: Sequence[Edit]) -> str | None:
    """What a prompt lost, by its holes and by the contract. A hole whose own expression a fix changes (`json.dumps`) may differ."""
    if after is None:
        return "the prompt, which is not found again"
    old, new = ([s for s in p.segments if isinstance(s, Hole)] for p in (before, after))
    if len(old) != len(new):
        return "a value that is filled in"
    for one, other in zip(old, new, strict=True):
        if one.source != other.source and not any(_within(e.place.span, one.span) for e in edits):
            return f"the hole `{one.source}`"
    if before.text == after.text:
        return None
    from promptlint.compress.contract import losses

    found = losses(prompt_sent(before).text, prompt_sent(after).text, syntax=before.syntax)
    return f"{found[0].kind} `{found[0].before or found[0].after}`" if found else None


def _within(edit: Span, hole: Span) -> bool:
    return hole.start < edit.start and edit.end < hole.end
