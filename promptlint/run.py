"""The pipeline: files → facts → Project → measures → checks → findings → suppress. Read this first."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from promptlint.findings import Finding
from promptlint.generated import without_fixes
from promptlint.outcome import Options, Outcome, Problem, Summary, gain, settings
from promptlint.reading import Reading

if TYPE_CHECKING:
    from promptlint.money.cost import Measures
    from promptlint.money.plan import Plan
    from promptlint.money.questions import Question
    from promptlint.registry import Context


def inventory(options: Options) -> Outcome:
    """The calls and prompts under the given paths, without findings. Raises `ConfigError`, `RulesError`."""
    reading = Reading(options, meanwhile=counting_ready)
    measures = _measured(reading)
    reading.cache.save()
    return _outcome(reading, measures, (), reading.listed)


def costs(options: Options) -> Outcome:
    """The same for money: tests, examples, evals and docs are left out unless they were named or configured."""
    return costed(Reading(options, meanwhile=counting_ready))


def costed(reading: Reading) -> Outcome:
    """The same for a project that is being read."""
    import msgspec

    measures = _measured(reading)
    reading.cache.save()
    outcome = _outcome(reading, measures, (), reading.reported)
    # A file of the tests that cannot be read has no part in what the project costs.
    problems = tuple(p for p in outcome.problems if p.path not in reading.files or reading.reported(p.path))
    return msgspec.structs.replace(outcome, problems=problems)


def counting_ready() -> None:
    """Load what counts tokens of most models."""
    import promptlint.money.cost  # noqa: F401  # it takes a tenth of a second
    from promptlint.money import tokens

    tokens.encoding("o200k_base")


def checks_ready() -> None:
    """Load what shortens prompts, too: much of what a cold run does after it has parsed and linked."""
    from promptlint.compress.rewrite import rewrite
    from promptlint.money import tokens

    counting_ready()
    rewrite("Please note that you have to answer in order to be of help.", count=tokens.count)


def _measured(reading: Reading) -> Measures:
    project = reading.project
    # Loaded behind that: what is loaded first, the files that are to be parsed wait for.
    from promptlint.compress import prompt
    from promptlint.money import tokens
    from promptlint.money.cost import measure

    tokens.remember(reading.cache.counts)
    prompt.remember(reading.cache.rewrites)
    return measure(project, reading.config)


def check(options: Options) -> Outcome:
    """Run every selected rule. Raises `ConfigError` for a broken configuration or an unknown rule, `RulesError`."""
    return checked(Reading(options, meanwhile=checks_ready))


def checked(reading: Reading) -> Outcome:
    """The same for a project that is being read."""
    from promptlint import registry, suppress

    selection = registry.select(reading.config)
    measures = _measured(reading)
    context = _context(reading, measures)
    found, failures = registry.run(reading.project, context, selection)
    kept, suppressed = suppress.apply(found, reading.project, reading.config, reading.source, selection)
    reading.cache.save()
    for code, path, error in failures:
        reading.problems.append(Problem(path, 0, f"{code} failed: {error}; please report this"))
    reported = without_fixes((f for f in kept if reading.reported(f.place.path)), reading.text)
    return _outcome(reading, measures, tuple(reported), reading.reported, suppressed)


def _context(reading: Reading, measures: Measures) -> Context:
    from promptlint.registry import Context

    problems = tuple(reading.problems)
    return Context(
        reading.config, measures, reading.project, reading.knowledge, reading.text, reading.reported, problems
    )


def planned(options: Options) -> tuple[Outcome, Plan, tuple[Question, ...]]:
    """What `costs` gives, what the steps of a plan come to together, and what has to be asked."""
    from promptlint import registry, suppress
    from promptlint.money.evidence import STEP_OF
    from promptlint.money.plan import plan
    from promptlint.money.questions import MEASURED, questions
    from promptlint.money.state import own_calls

    reading = Reading(options)
    outcome = costed(reading)
    context = _context(reading, outcome.measures)
    selection = registry.not_ignored(reading.config, STEP_OF)
    pairs, failures = registry.pairs_of(reading.project, context, selection)
    kept, _ = suppress.apply([f for _, f in pairs], reading.project, reading.config, reading.source, selection)
    stays = {id(finding) for finding in kept}
    found = [(subject, f) for subject, f in pairs if id(f) in stays and reading.reported(f.place.path)]
    calls = own_calls(reading.project, outcome.measures, reading.reported)
    made = plan(calls, reading.project, outcome.measures, found, reading.config.prices.discount)
    code = (p for p, f in reading.files.items() if f.kind in ("python", "notebook") and f.scope != "tests")
    logged = any(b.origin == "measured" for call in calls for b in outcome.measures.calls[call.site_id].basis)
    measured = logged or any(MEASURED.search(reading.text(path)) for path in code)
    ordered = (*made.calls, *made.silent, *made.unpriced)
    asked = questions(ordered, outcome.measures, context.threshold, measured=measured)
    failed = tuple(Problem(path, 0, f"{code} failed: {error}; please report this") for code, path, error in failures)
    return _with_problems(outcome, failed), made, asked


def _with_problems(outcome: Outcome, more: tuple[Problem, ...]) -> Outcome:
    import msgspec

    return msgspec.structs.replace(outcome, problems=(*outcome.problems, *more)) if more else outcome


def check_text(
    text: str,
    *,
    filename: str = "example.py",
    codes: tuple[str, ...] = (),
    configuration: str = "",
    **options: object,
) -> tuple[Finding, ...]:
    """The findings in one text, as if it were the only file of a project. `configuration` is its `promptlint.toml`."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, filename)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        if configuration:
            Path(folder, "promptlint.toml").write_text(configuration, encoding="utf-8")
        outcome = check(Options(paths=(str(path),), root=folder, select=codes, preview=True, **options))  # type: ignore[arg-type]  # the fields of Options
    return outcome.findings


def _outcome(
    reading: Reading,
    measures: Measures,
    findings: tuple[Finding, ...],
    reported: Callable[[str], bool],
    suppressed: int = 0,
) -> Outcome:
    from promptlint.money.state import own_calls

    project = reading.project
    calls = [c for c in project.calls if reported(c.place.path)]
    unresolved: dict[str, int] = {}
    for call in calls:
        if call.model.state in ("dynamic", "unknown") and call.model.reason and not call.callers:
            unresolved[call.model.reason] = unresolved.get(call.model.reason, 0) + 1
    own = own_calls(project, measures, reported)
    hint = gain(settings(c for c in own if measures.calls[c.site_id].spend.per_call is None), reading.display)
    unpriced = [m for c in calls if (m := measures.calls.get(c.site_id)) is not None and m.unpriced]
    return Outcome(
        findings=findings,
        project=project,
        measures=measures,
        summary=Summary(
            files=len(reading.files),
            read=len(reading.files.keys() - {problem.path for problem in reading.problems}),
            calls=len(calls),
            prompts=sum(1 for p in project.prompts if reported(p.place.path)),
            unresolved=dict(sorted(unresolved.items(), key=lambda item: (-item[1], item[0]))),
            unpriced=len(unpriced),
            hint=hint or None,
            snapshot_date=measures.snapshot_date,
            suppressed=suppressed,
            left_out=_left_out(reading, reported),
        ),
        problems=tuple(sorted(reading.problems, key=lambda p: (p.path, p.line, p.message))),
        source=reading.source,
        display=reading.display,
        reported=reported,
        scope=reading.scope,
        absolute=reading.absolute,
        root=str(reading.root),
        config_path=reading.config.path,
        traffic_sites=frozenset(reading.config.traffic.sites),
        leftovers=reading.discovery.leftovers,
        unmatched=lambda: _unmatched(reading),
    )


def _left_out(reading: Reading, reported: Callable[[str], bool]) -> dict[str, int]:
    """How many calls and prompts stand in files that were asked for, in a folder that is not reported, by its kind."""
    project = reading.project
    paths = [c.place.path for c in project.calls] + [p.place.path for p in project.prompts]
    found = Counter(reading.scope(path) for path in paths if reading.listed(path) and not reported(path))
    return {scope: count for scope, count in sorted(found.items()) if scope not in ("source", "tests")}


def _unmatched(reading: Reading) -> tuple[str, ...]:
    from promptlint.unmatched import unmatched

    own = {os.path.realpath(reading.config.path)} if reading.config.path else set()
    paths = [path for path in reading.files if os.path.realpath(reading.absolute(path)) not in own]
    return tuple(unmatched(reading.config, reading.project, lambda: map(reading.text, paths)))
