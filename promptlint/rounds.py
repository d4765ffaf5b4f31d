"""Fixes until nothing is left to fix: in memory, parsed and checked again after each round."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

from msgspec import Struct

from promptlint.files import outside
from promptlint.findings import Finding
from promptlint.fix import Round, broken, edits_of, plan, wanted
from promptlint.outcome import Options, Outcome
from promptlint.reading import Reading
from promptlint.run import checked, checks_ready
from promptlint.walking import below
from promptlint.writing import Change

MOST_ROUNDS = 10

Accept = Callable[[Finding, Outcome], bool]


class Fixed(Struct, frozen=True):
    """What the fixes make of a project; nothing is written yet. `outcome`: the findings that stay.

    `notes`: fixes that were not made, and what to do; `errors`: what must not happen, and then nothing is changed.
    """

    outcome: Outcome
    changes: tuple[Change, ...] = ()
    made: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


def fix(options: Options, *, unsafe: bool, accept: Accept | None = None) -> Fixed:
    """Make fixes round after round until none is left. `accept` is asked about each; what it declines is left alone.

    Raises `ConfigError`, `RulesError`.
    """
    reading = Reading(options, meanwhile=checks_ready)
    outcome = checked(reading)
    if not reading.seen and _chosen(outcome, unsafe, None, {}):  # the project was kept: rounds need its facts
        reading = Reading(options, whole=False)
        outcome = checked(reading)
    first = reading
    dropped: dict[str, str] = {}  # fingerprint → why a fix is not made
    made: list[Finding] = []
    seen: list[dict[str, str]] = [{}]
    changed: dict[str, str] = {}
    for _ in range(MOST_ROUNDS):
        chosen = _chosen(outcome, unsafe, accept, dropped)
        step = plan(chosen, reading.text, _writable(outcome))
        dropped |= {f.fingerprint: _elsewhere(f, path, outcome) for f, path in step.left if path}
        while step.texts:
            later = reading.with_texts(step.texts)
            result = checked(later)
            bad = _bad(reading, later, outcome, result, step)
            if not bad:
                break
            dropped |= {
                k: _refused(next(f for f in step.made if f.fingerprint == k), v, outcome) for k, v in bad.items()
            }
            step = plan([f for f in step.made if f.fingerprint not in bad], reading.text, _writable(outcome))
        if not step.texts:
            break
        reading, outcome = later, result
        made += step.made
        changed = {p: reading.text(p) for p in {*changed, *step.texts} if reading.text(p) != first.text(p)}
        if changed in seen:
            return Fixed(outcome=outcome, errors=(_restless(step, outcome),))
        seen.append(changed)
    else:
        if plan(_chosen(outcome, unsafe, accept, dropped), reading.text, _writable(outcome)).texts:
            return Fixed(outcome=outcome, errors=(_restless(step, outcome),))
    notes = tuple(dict.fromkeys(note for note in dropped.values() if note))
    return Fixed(outcome=outcome, changes=tuple(_changes(first, changed, made)), made=tuple(made), notes=notes)


def _chosen(outcome: Outcome, unsafe: bool, accept: Accept | None, dropped: dict[str, str]) -> list[Finding]:
    """The findings to fix in this round. What is declined is not asked about again."""
    found = [f for f in outcome.findings if wanted(f, unsafe=unsafe) and f.fingerprint not in dropped]
    if accept is None:
        return found
    accepted, may_write = [], _writable(outcome)
    for finding in found:
        edits = finding.fix.edits if finding.fix is not None else ()
        # What cannot be written is not asked about: it is named at the end.
        if not all(may_write(e.place.path) for e in edits) or accept(finding, outcome):
            accepted.append(finding)
        else:
            dropped[finding.fingerprint] = ""
    return accepted


def _bad(before: Reading, after: Reading, old: Outcome, new: Outcome, step: Round) -> dict[str, str]:
    """Fixes of a round that must not be made: the file no longer parses, or a prompt lost something."""
    found: dict[str, str] = {}
    for path in step.texts:
        problem = after.problem(path)
        if problem is not None and before.problem(path) is None:
            found |= dict.fromkeys(_breaking(before, step, path), "the file would no longer parse")
        else:
            found |= broken(old.project.prompts, new.project.prompts, step.made, path)
    return found


def _breaking(reading: Reading, step: Round, path: str) -> set[str]:
    """Which fixes break a file alone; all but the first when none does."""
    from promptlint.parse.files import parse_all

    touching = [f for f in step.made if edits_of([f], path)]
    kind = reading.files[path].kind
    alone = {f.fingerprint: plan([f], reading.text, lambda _: True).texts.get(path, "") for f in touching}
    bad = {k for k, text in alone.items() if parse_all([(path, kind, text)])[path].problem is not None}
    return bad or {f.fingerprint for f in touching[1:]} or set(alone)


def _changes(first: Reading, changed: dict[str, str], made: list[Finding]) -> list[Change]:
    """The files to write; those that one fix changes together are tied."""
    ties = [{e.place.path for e in f.fix.edits} for f in made if f.fix]
    found = []
    for path, text in sorted(changed.items()):
        tied = {path}
        while (wider := tied.union(*(t for t in ties if t & tied))) != tied:
            tied = wider
        count = sum(1 for f in made if edits_of([f], path))
        found.append(Change(path, first.absolute(path), first.text(path), text, count, frozenset(tied)))
    return found


def _writable(outcome: Outcome) -> Callable[[str], bool]:
    """Which files may be changed: those that are reported, but no notebook, and no link that leads out of the project."""
    # Asked for each edit: links are followed once a file.
    return cache(lambda path: outcome.reported(path) and not path.endswith(".ipynb") and not _leads_out(path, outcome))


def _leads_out(path: str, outcome: Outcome) -> bool:
    """Whether a file lies in the project by its name, and elsewhere in truth. What was named from outside is as it was asked for."""
    top, real = os.path.realpath(outcome.root), os.path.realpath(outcome.absolute(path))
    return not outside(path) and below(real, top) is None


def _where(finding: Finding, outcome: Outcome) -> str:
    cell, line, _ = outcome.source(finding.place.path).located(finding.place.span.start)
    inside = f"cell {cell}:" if cell is not None else ""
    return f"{outcome.display(finding.place.path)}:{inside}{line}: {finding.code}"


def _elsewhere(finding: Finding, path: str, outcome: Outcome) -> str:
    if path.endswith(".ipynb"):
        return f"{_where(finding, outcome)} was not written: notebooks are only read"
    if _leads_out(path, outcome):
        return f"{_where(finding, outcome)} was not written: {outcome.display(path)} is a link that leads out of the project"
    return f"{_where(finding, outcome)} is fixed in another file; add {outcome.display(path)} to the paths"


def _refused(finding: Finding, why: str, outcome: Outcome) -> str:
    what = why if why.startswith("the file") else f"it would lose {why}"
    return f"{_where(finding, outcome)} was not fixed: {what}"


def _restless(step: Round, outcome: Outcome) -> str:
    where = ", ".join(sorted({_where(f, outcome) for f in step.made})[:5])
    return f"fixes undo each other or never end ({where}); nothing was changed, please report this"
