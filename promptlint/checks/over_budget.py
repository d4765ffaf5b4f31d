"""PRM207 over-budget. Its page: `rules/checks/PRM207-over-budget.md`."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.facts import Project
from promptlint.findings import Finding, Impact
from promptlint.money.budgets import call_names, limit_of, prompt_names
from promptlint.registry import Context, check


@check("PRM207")
def over_budget(project: Project, context: Context) -> Iterator[Finding]:
    """Report prompts and calls whose constant text is longer than the configuration allows."""
    budget = context.config.budget
    for prompt in project.prompts if budget.max_prompt_tokens else ():
        tokens = context.measures.prompts[prompt.id].tokens.low
        limit = limit_of(budget.max_prompt_tokens, prompt.place.path, prompt_names(prompt))
        if limit is not None and tokens > limit[1]:
            yield Finding(
                place=prompt.place,
                message=f"this prompt is {tokens:,} tokens, {tokens - limit[1]:,} above its budget of {limit[1]:,} ({limit[0]})",
                impact=Impact(kind="increase", input_tokens=tokens - limit[1]),
            )
    calls = [c for c in (*project.calls, *project.callers) if not c.callers] if budget.max_call_tokens else []
    for call in calls:
        tokens = context.measures.calls[call.site_id].static.low
        limit = limit_of(budget.max_call_tokens, call.place.path, call_names(call))
        if limit is not None and tokens > limit[1]:
            yield Finding(
                place=call.callee_place,
                function=call.function,
                message=f"a request of `{call.callee}` is at least {tokens:,} tokens, {tokens - limit[1]:,} above its budget of {limit[1]:,} ({limit[0]})",
                impact=Impact(kind="increase", input_tokens=tokens - limit[1]),
            )
