"""`promptlint calls` and `promptlint prompts` for people: one line each, a summary at the end."""

from __future__ import annotations

from collections import Counter

from promptlint.facts import Call, Prompt
from promptlint.outcome import Outcome
from promptlint.report.escape import plain
from promptlint.report.inventory import model_value


def calls_text(outcome: Outcome) -> str:
    """A line a call: place, callee, model, cap, loop."""
    calls = [c for c in outcome.project.calls if outcome.reported(c.place.path)]
    lines = [_call(c, outcome) for c in calls]
    known = sum(1 for c in calls if c.model.values)
    kinds = Counter(c.sdk for c in calls)
    by_sdk = ", ".join(f"{n} {sdk}" for sdk, n in kinds.most_common())
    tail = f"{len(calls)} calls ({by_sdk}); model known in {known}" if calls else "0 calls"
    return (
        plain("\n".join([*lines, f"{tail}; {outcome.summary.files} files listed, {outcome.summary.read} read."])) + "\n"
    )


def _call(call: Call, outcome: Outcome) -> str:
    line, column = outcome.source(call.place.path).line_column(call.place.span.start)
    model = model_value(call.model)
    shown = (
        model if isinstance(model, str) else " | ".join(model) if model else f"? ({call.model.reason or 'not passed'})"
    )
    cap = "" if call.cap is None else f", cap {call.cap.value if call.cap.state == 'number' else call.cap.state}"
    loop = f", in {call.loop}" if call.loop else ""
    callers = f", {call.callers} callers" if call.callers else ""
    return f"{outcome.display(call.place.path)}:{line}:{column}: {call.callee} [{call.sdk} {call.kind}] model {shown}{cap}{loop}{callers}"


def prompts_text(outcome: Outcome) -> str:
    """A line a prompt: place, form, name, tokens."""
    prompts = [p for p in outcome.project.prompts if outcome.reported(p.place.path)]
    lines = [_prompt(p, outcome) for p in prompts]
    return (
        plain(
            "\n".join(
                [*lines, f"{len(prompts)} prompts; {outcome.summary.files} files listed, {outcome.summary.read} read."]
            )
        )
        + "\n"
    )


def _prompt(prompt: Prompt, outcome: Outcome) -> str:
    line, column = outcome.source(prompt.place.path).line_column(prompt.place.span.start)
    measure = outcome.measures.prompts.get(prompt.id)
    tokens = f", {measure.tokens.low} tokens" if measure is not None else ""
    holes = f", fills {', '.join(prompt.placeholders[:4])}" if prompt.placeholders else ""
    return f"{outcome.display(prompt.place.path)}:{line}:{column}: {prompt.form} {prompt.name or '-'}{tokens}{holes}"
