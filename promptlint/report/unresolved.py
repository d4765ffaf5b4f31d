"""Why models, caps and prompts are not known, most frequent first: `promptlint calls --show-unresolved`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from promptlint.facts import Call, Hole, Literal, Place
from promptlint.outcome import Outcome, expression_of
from promptlint.report.encode import pretty
from promptlint.report.escape import plain
from promptlint.report.places import At, Row, at, shown

_TITLES = {"model": "Models", "output_cap": "Output caps", "prompt": "Prompts"}
_PLACES = 3


class UnresolvedRow(Row, frozen=True):
    """One reason. `what`: model | output_cap | prompt; `places` are the calls, in order."""

    what: str
    reason: str
    count: int
    places: list[At]


def unresolved(outcome: Outcome) -> dict[str, dict[str, list[Place]]]:
    """What → reason → the calls, most frequent first. A wrapper's call counts at its callers."""
    found: dict[str, dict[str, list[Place]]] = {what: {} for what in _TITLES}
    for call in (*outcome.project.calls, *outcome.project.callers):
        if call.callers or not outcome.reported(call.place.path):
            continue
        for what, reason in _reasons(call):
            found[what].setdefault(reason, []).append(call.place)
    return {
        what: dict(sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])))
        for what, reasons in found.items()
    }


def _reasons(call: Call) -> Iterator[tuple[str, str]]:
    if call.model.state in ("dynamic", "unknown"):
        yield "model", call.model.reason or "computed"
    if call.cap is not None and call.cap.state in ("dynamic", "unknown"):
        yield "output_cap", call.cap.reason or "computed"
    texts = [s for m in call.messages for s in m.segments]
    if not any(isinstance(s, Literal) and s.text.strip() for s in texts):
        names = [s.name for s in texts if isinstance(s, Hole) and s.name]
        yield "prompt", f"text {names[0]}" if names else "text built at run time"


def unresolved_rows(outcome: Outcome) -> list[UnresolvedRow]:
    """The same for machines."""
    return [
        UnresolvedRow(what=what, reason=reason, count=len(places), places=[at(p, outcome) for p in places])
        for what, reasons in unresolved(outcome).items()
        for reason, places in reasons.items()
    ]


def with_unresolved(report: str, outcome: Outcome) -> str:
    """The JSON of `promptlint calls` with `unresolved` added."""
    document: dict[str, Any] = msgspec.json.decode(report)  # Any: the report, as it was encoded
    return pretty({**document, "unresolved": msgspec.to_builtins(unresolved_rows(outcome))})


def unresolved_text(outcome: Outcome) -> str:
    """A section each for models, caps and prompts: how many calls, why, and where the first ones are."""
    lines: list[str] = []
    for what, reasons in unresolved(outcome).items():
        if not reasons:
            continue
        calls = sum(map(len, reasons.values()))
        lines += ["", f"{_TITLES[what]} not known: {calls:,} {'call' if calls == 1 else 'calls'}"]
        for reason, places in reasons.items():
            more = f" and {len(places) - _PLACES} more" if len(places) > _PLACES else ""
            first = ", ".join(shown(p, outcome) for p in places[:_PLACES])
            lines.append(f"{len(places):5,}  {plain(reason)}  ({first}{more})")
    if any(map(expression_of, unresolved(outcome)["model"])):
        lines += ["", "`promptlint init` writes a [models] table for these models; fill it in and they are priced."]
    return "".join(f"{line}\n" for line in lines[1:]) or "Nothing is unresolved.\n"
