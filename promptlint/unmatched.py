"""Keys of the configuration that nothing in the project answers to: most are misspelt, and none of them is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches

from promptlint.config import Config, glob_matches
from promptlint.facts import Project

_WORD = re.compile(r"[\w-]+")


def unmatched(config: Config, project: Project, texts: Callable[[], Iterable[str]]) -> Iterator[str]:
    """A line for each key that has no effect. `texts`: those of all files."""
    yield from _traffic(config, project)
    yield from _budget(config, project)
    yield from _providers(config)
    yield from _models(config, project, texts)


def _traffic(config: Config, project: Project) -> Iterator[str]:
    calls = (*project.calls, *project.callers)
    functions = {name for call in calls for name in (call.function, call.function.rpartition(".")[2])}
    for name in config.traffic.functions:
        if name not in functions:
            yield f"`traffic.functions` names {name!r}, and no call is in such a function{_meant(name, functions)}"
    places = {call.place.path for call in calls}
    for glob in config.traffic.paths:
        if not any(glob_matches(glob, path) for path in places):
            yield f"`traffic.paths` names {glob!r}, where no call is"


def _budget(config: Config, project: Project) -> Iterator[str]:
    from promptlint.money.budgets import call_names, prompt_names

    calls = (*project.calls, *project.callers)
    called = {name for call in calls for name in call_names(call)}
    named = {name for prompt in project.prompts for name in prompt_names(prompt)}
    sites, prompts = ({one.place.path for one in found} for found in (calls, project.prompts))
    budget = config.budget
    for key, limits, names, places, what in (
        ("max-prompt-tokens", budget.max_prompt_tokens, named, prompts, "prompt"),
        ("max-call-tokens", budget.max_call_tokens, called, sites, "call"),
        ("max-output-tokens", budget.max_output_tokens, called, sites, "call"),
    ):
        for name in limits:
            if name not in names and not any(glob_matches(name, path) for path in places):
                yield f"`budget.{key}` names {name!r}, and no {what} has that name or path{_meant(name, names)}"


def _providers(config: Config) -> Iterator[str]:
    from promptlint.money import prices, vendors

    known = {*vendors.load().by_id, *prices.snapshot().providers}
    for name in config.prices.discount:
        if name not in known:
            yield f"`prices.discount` names {name!r}, and no provider is known by that{_meant(name, known)}"


def _models(config: Config, project: Project, texts: Callable[[], Iterable[str]]) -> Iterator[str]:
    """An expression that no call goes by, and whose last name stands in no file."""
    reasons = {call.model.reason or "" for call in (*project.calls, *project.callers)}
    known = {"default", *reasons, *(reason.partition(" ")[2] for reason in reasons)}
    missing = {key: _WORD.findall(key)[-1:] for key in config.models if key not in known}
    for text in texts() if missing else ():
        missing = {key: name for key, name in missing.items() if not name or name[0] not in text}
        if not missing:
            return
    for key in missing:
        yield f"`models` names {key!r}, which stands in no file"


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.75)
    return f"; did you mean {close[0]!r}?" if close else ""
