"""What a rewrite loses, one line each, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from promptlint.compress.contract import Loss
from promptlint.report.encode import pretty
from promptlint.report.escape import plain, shown_path
from promptlint.report.style import paint

_LONGEST = 160
_MOST = 50


class _Report(Struct):
    version: int
    losses: tuple[Loss, ...]


def losses_json(losses: Sequence[Loss]) -> str:
    """`{"version": 1, "losses": [...]}`."""
    return pretty(_Report(1, tuple(losses)))


def losses_text(losses: Sequence[Loss], before: str, after: str, *, color: bool) -> str:
    """One line for each loss, at its place in the text named `before`; for an addition, in the one named `after`."""
    if not losses:
        return "Nothing lost.\n"
    lines = [*_lines(losses, before, after, color=color), _counted(losses)]
    return "\n".join(lines) + "\n"


def _counted(losses: Sequence[Loss]) -> str:
    """`2 losses, 1 addition.`: what stands in the rewrite alone is no loss."""
    added = sum(not loss.before for loss in losses)
    lost = len(losses) - added
    said = [f"{lost} {'loss' if lost == 1 else 'losses'}"] if lost else []
    return ", ".join([*said, f"{added} {'addition' if added == 1 else 'additions'}"] if added else said) + "."


def _lines(losses: Sequence[Loss], before: str, after: str, *, color: bool) -> Iterator[str]:
    for kinds, loss in _together(losses):
        place = f"{shown_path(before if loss.before else after)}:{loss.line}:"
        what = "changed" if loss.before and loss.after else "lost" if loss.before else "added"
        names = ", ".join(kind.replace("_", " ") for kind in kinds)
        shown = " → ".join(f"“{_shortened(side)}”" for side in (loss.before, loss.after) if side)
        yield f"{paint(place, 'bold', color=color)} {paint(f'{names} {what}', 'red', color=color)}: {shown}"


def _together(losses: Sequence[Loss]) -> Iterator[tuple[list[str], Loss]]:
    """A sentence that is gone is one line, whatever else went with it."""
    within: dict[int, int] = {}
    places: dict[tuple[int, bool], list[int]] = {}
    for at, loss in enumerate(losses):
        if not (loss.before and loss.after):
            places.setdefault((loss.line, bool(loss.before)), []).append(at)
    for group in places.values():
        longest = sorted(group[:_MOST], key=lambda at: -len(_side(losses[at])))
        for place, at in enumerate(longest):
            holder = next((other for other in longest[:place] if _side(losses[at]) in _side(losses[other])), None)
            if holder is not None:
                within[at] = within.get(holder, holder)
    inside: dict[int, list[str]] = {}
    for at, holder in within.items():
        inside.setdefault(holder, []).append(losses[at].kind)
    for at, loss in enumerate(losses):
        if at not in within:
            kinds = [loss.kind, *inside.get(at, ())]
            yield list(dict.fromkeys(kinds)), loss


def _side(loss: Loss) -> str:
    return " ".join((loss.before or loss.after).split()).casefold()


def _shortened(text: str) -> str:
    folded = plain(" ".join(text.split()))
    return folded if len(folded) <= _LONGEST else folded[: _LONGEST - 1] + "…"
