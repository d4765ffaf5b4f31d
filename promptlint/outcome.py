"""What a run was asked and what it found: the structs between the pipeline and the reports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from promptlint.facts import Call, Project
from promptlint.findings import Finding
from promptlint.source import Source

if TYPE_CHECKING:
    from promptlint.money.cost import Measures


class Options(Struct, frozen=True, kw_only=True):
    """The command line, or a library call. `stdin` is text to check in place of the file `stdin_filename`.

    `traffic` is a profile of `rules/traffic.toml`. `cache`: keep facts for the next run, in `cache_dir` or in
    `.promptlint_cache` below the root. `jobs`: how many processes parse at most; by default one for each core.
    """

    paths: tuple[str, ...] = (".",)
    root: str | None = None
    config: str | None = None
    isolated: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    stdin: str | None = None
    stdin_filename: str | None = None
    traffic: str | None = None
    progress: Callable[[int, int], None] | None = None
    cache: bool = False
    cache_dir: str | None = None
    jobs: int | None = None


class Problem(Struct, frozen=True):
    """Something that could not be done: where, and what to do. `line` 0 names the whole file; `at`: offset in its text."""

    path: str
    line: int
    message: str
    at: int = 0


# The kinds of reasons that name an expression `[tool.promptlint.models]` can map.
_MAPPED = ("parameter", "environment", "attribute", "variable", "key", "option")
# Those that stand in the code, where one name may stand for many things.
_OF_CODE = ("parameter", "attribute", "variable", "key")
_NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)+")


class Summary(Struct, frozen=True, kw_only=True):
    """What a run read and could not know. `unresolved`: reason → number of calls; `hint`: the one setting that would price most.

    `left_out`: how many calls and prompts stand in examples, evals and docs, which are read and not reported.
    """

    files: int = 0
    read: int = 0
    calls: int = 0
    prompts: int = 0
    unresolved: dict[str, int] = {}
    unpriced: int = 0
    hint: str | None = None
    snapshot_date: str = ""
    suppressed: int = 0
    left_out: dict[str, int] = {}


def expression_of(reason: str) -> str | None:
    """What `[tool.promptlint.models]` can map: `llm` of "attribute llm", a name of another package as it is (`conf.settings.llm`)."""
    kind, _, expression = reason.partition(" ")
    if kind in _MAPPED and expression:
        return expression
    return reason if _NAME.fullmatch(reason) else None


def settings(unpriced: Iterable[Call]) -> dict[str, list[Call]]:
    """Each setting that would give calls without dollars a price → those calls."""
    gains: dict[str, list[Call]] = {}
    for call in unpriced:
        expression = expression_of(call.model.reason or "")
        if call.kind in ("image", "audio") or call.sold.here:
            continue
        named = ""
        if call.model.values and call.hosted_elsewhere:
            named = f'"{call.model.values[0]}"'
        elif not call.model.values:
            named = f'"{expression}"' if expression else "default"
        if named:
            gains.setdefault(f'`{named} = "<model>"` in [tool.promptlint.models]', []).append(call)
    return gains


def gain(gains: Mapping[str, Sequence[Call]], display: Callable[[str], str]) -> str:
    """What the setting that most calls would gain by gives them; empty where none is known."""
    if not gains:
        return ""
    setting, calls = min(gains.items(), key=lambda item: (-len(item[1]), item[0]))
    return f"{given(setting, len(calls))}{_met(calls, display)}."


def given(setting: str, count: int, what: str = "dollars") -> str:
    """What a setting gives to some calls, without the full stop."""
    return f"{setting} would give {count:,} {'call' if count == 1 else 'calls'} {what}"


def _met(calls: Sequence[Call], display: Callable[[str], str]) -> str:
    """Where a name that is one of many is first met, in the request that is made: a parameter `model` says nothing by itself."""
    first = min(calls, key=lambda call: (call.place.path, call.place.span.start))
    kind, _, name = (first.model.reason or "").partition(" ")
    if kind not in _OF_CODE or first.model.values:
        return ""
    inside = f"`{first.function}` of " if first.function and not first.via else ""
    asked = {(call.via or (call.place,))[-1] for call in calls}
    path = display((first.via or (first.place,))[-1].path)
    return f": {kind} `{name}` in {inside}{path}{' and elsewhere' if len(asked) > 1 else ''}"


class Outcome(Struct, frozen=True, kw_only=True):
    """Everything a report needs. `display` turns a project path into one relative to the working directory.

    `root` is the project's folder, `config_path` the configuration in use, `traffic_sites` the sites it has figures of,
    `leftovers` the temporary files that a killed fix left. `unmatched` finds keys of the configuration without effect.
    """

    findings: tuple[Finding, ...]
    project: Project
    measures: Measures
    summary: Summary
    problems: tuple[Problem, ...]
    source: Callable[[str], Source]
    display: Callable[[str], str]
    reported: Callable[[str], bool]
    scope: Callable[[str], str]
    absolute: Callable[[str], str]
    root: str = "."
    config_path: str | None = None
    traffic_sites: frozenset[str] = frozenset()
    leftovers: tuple[str, ...] = ()
    unmatched: Callable[[], tuple[str, ...]] = tuple

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 could not do the job."""
        if self.problems:
            return 2
        return 1 if any(f.severity != "info" for f in self.findings) else 0
