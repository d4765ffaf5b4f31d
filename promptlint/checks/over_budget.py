"""PRM207 over-budget. Its page: `rules/checks/PRM207-over-budget.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from promptlint.facts import Call, Project, Prompt
from promptlint.findings import Finding, Impact
from promptlint.registry import Context, check


@check("PRM207")
def over_budget(project: Project, context: Context) -> Iterator[Finding]:
    """Report prompts and calls whose constant text is longer than the configuration allows."""
    budget = context.config.budget
    for prompt in project.prompts if budget.max_prompt_tokens else ():
        tokens = context.measures.prompts[prompt.id].tokens.low
        limit = _limit(budget.max_prompt_tokens, prompt.place.path, _prompt_names(prompt))
        if limit is not None and tokens > limit[1]:
            yield Finding(
                place=prompt.place,
                message=f"this prompt is {tokens:,} tokens, {tokens - limit[1]:,} above its budget of {limit[1]:,} ({limit[0]})",
                impact=Impact(kind="increase", input_tokens=tokens - limit[1]),
            )
    calls = [c for c in (*project.calls, *project.callers) if not c.callers] if budget.max_call_tokens else []
    for call in calls:
        tokens = context.measures.calls[call.site_id].static.low
        limit = _limit(budget.max_call_tokens, call.place.path, _call_names(call))
        if limit is not None and tokens > limit[1]:
            yield Finding(
                place=call.callee_place,
                function=call.function,
                message=f"a request of `{call.callee}` is at least {tokens:,} tokens, {tokens - limit[1]:,} above its budget of {limit[1]:,} ({limit[0]})",
                impact=Impact(kind="increase", input_tokens=tokens - limit[1]),
            )


def _prompt_names(prompt: Prompt) -> tuple[str, ...]:
    return (prompt.name,) if prompt.name else ()


def _call_names(call: Call) -> tuple[str, ...]:
    """The function that calls, with or without its class, and what is called."""
    return call.function, call.function.rpartition(".")[2], call.callee, call.site_id


def _limit(budget: Mapping[str, int], path: str, names: tuple[str, ...]) -> tuple[str, int] | None:
    """The entry that holds: one that names the prompt or call before one for its path, of those the lowest."""
    named = [(key, limit) for key, limit in budget.items() if key in names]
    found = named or [(key, limit) for key, limit in budget.items() if _matches(key, path)]
    return min(found, key=lambda entry: entry[1]) if found else None


@lru_cache(maxsize=4096)
def _matches(pattern: str, path: str) -> bool:
    import pathspec

    return bool(pathspec.PathSpec.from_lines("gitignore", [pattern]).match_file(path))
