"""`promptlint calls` and `promptlint prompts` for people: one line each, callers indented, a summary at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from promptlint.facts import Call, Place, Prompt
from promptlint.outcome import Outcome
from promptlint.report.escape import plain
from promptlint.report.inventory import model_value
from promptlint.report.money import at_least, at_most, counted, dollars
from promptlint.report.places import shown
from promptlint.report.summary import number, summary_lines
from promptlint.report.view import View

if TYPE_CHECKING:
    from promptlint.money.cost import CallMeasure
    from promptlint.money.tokens import Range

_CALLERS = 5


def calls_text(outcome: Outcome, view: View) -> str:
    """A line a call: place, callee, model, cap, loop, tokens, dollars; below a wrapper's call its outermost callers.

    Then what was read. Of many callers only the first are shown, unless `verbose`.
    """
    calls, callers = (
        [c for c in found if outcome.reported(c.place.path)]
        for found in (outcome.project.calls, outcome.project.callers)
    )
    below: dict[Place, list[Call]] = {}
    for caller in callers:
        below.setdefault(caller.via[-1], []).append(caller)
    lines: list[str] = []
    for call in calls:
        lines.append(_call(call, outcome))
        lines += _callers(call, below.pop(call.place, []), outcome, view)
    for others in below.values():  # of calls that were not asked for
        lines += [f"{_call(c, outcome)}, by way of {_via(c.via, outcome)}" for c in others]
    sdks = Counter(c.sdk for c in calls).most_common()
    known = sum(bool(c.model.values) for c in calls)
    if calls and not view.quiet:
        lines.append(
            f"{', '.join(f'{n} {sdk}' for sdk, n in sdks)}; model known in {known} of {number(len(calls), 'call')}."
        )
    return _joined([*lines, *_read(outcome, view)])


def prompts_text(outcome: Outcome, view: View) -> str:
    """A line a prompt: place, form, name, tokens, what is filled in; then what was read."""
    prompts = [p for p in outcome.project.prompts if outcome.reported(p.place.path)]
    return _joined([*(_prompt(p, outcome) for p in prompts), *_read(outcome, view)])


def _joined(lines: list[str]) -> str:
    return "".join(f"{plain(line)}\n" for line in lines)


def _read(outcome: Outcome, view: View) -> list[str]:
    return summary_lines(outcome, view)[1:]  # without the count of findings: none were looked for


def _call(call: Call, outcome: Outcome) -> str:
    parts = [_model(call), *_cap(call)]
    if call.loop:
        parts.append(f"in {call.loop}")
    if call.callers:
        parts.append(number(call.callers, "caller"))
    parts += _figures(call, outcome.measures.calls.get(call.site_id))
    return f"{shown(call.place, outcome)}: {call.callee} [{call.sdk} {call.kind}] {', '.join(parts)}"


def _callers(call: Call, callers: list[Call], outcome: Outcome, view: View) -> list[str]:
    """The callers of a wrapper's call, indented: each with what it says more than the call itself."""
    inner = [_model(call), *_cap(call), *_figures(call, outcome.measures.calls.get(call.site_id))]
    lines: Counter[str] = Counter()  # one place may lead to the call in several ways
    for caller in callers:
        own = [_model(caller), *_cap(caller), *_figures(caller, outcome.measures.calls.get(caller.site_id))]
        parts = [caller.callee, *(part for part in own if part not in inner)]
        if caller.loop:
            parts.append(f"in {caller.loop}")
        if view.verbose and len(caller.via) > 1:
            parts.append(f"by way of {_via(caller.via[:-1], outcome)}")
        lines[f"    {shown(caller.place, outcome)}: {', '.join(parts)}"] += 1
    kept = list(lines.items())[: None if view.verbose else _CALLERS]
    more = len(callers) - sum(count for _, count in kept)
    shown_lines = [f"{line}, {count} ways" if count > 1 else line for line, count in kept]
    return [*shown_lines, f"    and {more:,} more; -v shows all"] if more else shown_lines


def _model(call: Call) -> str:
    model = model_value(call.model)
    named = " | ".join([model] if isinstance(model, str) else model or [])
    return f"model {named}" if named else f"model ? ({call.model.reason or 'not passed'})"


def _cap(call: Call) -> list[str]:
    """The cap as a person would say it; nothing where there is no text output."""
    if call.cap is None:
        return []
    at_run_time = f"cap {call.cap.fallback} by default" if call.cap.fallback is not None else "cap set at run time"
    said = {"number": f"cap {call.cap.value}", "none": "no cap", "dynamic": at_run_time}
    return [said.get(call.cap.state, "cap ?")]


def _figures(call: Call, measure: CallMeasure | None) -> list[str]:
    """What is known of tokens and money; dollars of a wrapper's call are those of its callers."""
    if measure is None or not measure.static.high:
        return []
    figures = [_tokens(measure.static, complete=measure.total is not None)]
    if call.callers:
        return figures
    if measure.static_input_usd is not None:
        usd = measure.static_input_usd * 1000
        figures.append(f"{dollars(usd) if measure.total is not None else f'≥{at_least(usd)}'} in")
    if measure.output_ceiling_usd is not None:
        figures.append(f"up to {at_most(measure.output_ceiling_usd * 1000)} out")
    if len(figures) > 1:
        figures[-1] += " per 1,000 calls"
    return figures


def _tokens(tokens: Range, *, complete: bool) -> str:
    said = counted(tokens, complete=complete)
    return f"{said} {'token' if said.lstrip('~≥') == '1' else 'tokens'}"


def _via(places: Sequence[Place], outcome: Outcome) -> str:
    return " → ".join(shown(place, outcome) for place in places)


def _prompt(prompt: Prompt, outcome: Outcome) -> str:
    measure = outcome.measures.prompts.get(prompt.id)
    parts = [f"{prompt.form} {prompt.name or '-'}"]
    if measure is not None:
        parts.append(_tokens(measure.tokens, complete=not prompt.placeholders))
    if prompt.placeholders:
        more = len(prompt.placeholders) - 4
        parts.append(f"fills {', '.join(prompt.placeholders[:4])}" + (f" and {more} more" if more > 0 else ""))
    return f"{shown(prompt.place, outcome)}: {', '.join(parts)}"
