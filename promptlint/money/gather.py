"""From findings and traffic to the evidence of a plan: which call each is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from promptlint.facts import Call, Place, Project, Prompt
from promptlint.money.cost import Measures
from promptlint.money.evidence import (
    BATCH,
    PREFIX,
    STEP_OF,
    Evidence,
    Found,
    Open,
    Subject,
    assumed,
    cached_already,
    of_finding,
    said,
)

Gathered = tuple[list[Evidence], list[Open]]


def gather(calls: Iterable[Call], project: Project, measures: Measures, found: Found) -> Gathered:
    """The evidence for each of these calls, and what stays open."""
    chosen = {call.site_id: call for call in calls}
    sites = _sites(project, chosen)
    evidence: list[Evidence] = []
    rest: list[Open] = []
    rank = {code: i for i, code in enumerate(STEP_OF)}
    for subject, finding in sorted(found, key=lambda pair: (rank[pair[1].code], order(pair[1].place))):
        step = STEP_OF[finding.code]
        ids = subject.used_by if isinstance(subject, Prompt) else sites.get(_site(subject), ())
        reached = [chosen[i] for i in ids if i in chosen]
        if not reached:
            rest.append(Open(step=step, site_id="", place=finding.place, rule=finding.code, why=_unreached(subject)))
        for call in reached:
            made = of_finding(step, call, measures.calls[call.site_id], subject, finding)
            (evidence if isinstance(made, Evidence) else rest).append(made)  # type: ignore[arg-type]  # told apart
    for call in chosen.values():
        rest += cached_already(call, measures.calls[call.site_id])
        evidence += said(call, measures.calls[call.site_id], {e.step for e in evidence if e.site_id == call.site_id})
    kept = {e.site_id for e in evidence if e.step == PREFIX}
    kept |= {site for site in chosen if measures.calls[site].volume.cached_share is not None}
    return [_with_hits(e) if e.step == BATCH and e.site_id in kept else e for e in evidence], rest


def _with_hits(evidence: Evidence) -> Evidence:
    """A batch of requests whose beginning is cached."""
    hits = assumed("cache hits in a batch", "as many as outside, at the rates of its list")
    return msgspec.structs.replace(evidence, basis=(*evidence.basis, hits))


def order(place: Place) -> tuple[str, int, int]:
    """In order of files and places."""
    return place.path, place.span.start, place.span.end


def _sites(project: Project, chosen: Mapping[str, Call]) -> dict[str, tuple[str, ...]]:
    """Site id → the calls with a cost of their own that it stands for: itself, or the callers of its wrapper."""
    inner = {call.place: call.site_id for call in project.calls}
    found: dict[str, list[str]] = {site: [site] for site in chosen}
    for call in chosen.values():
        if call.via and (wrapped := inner.get(call.via[-1])) is not None and wrapped != call.site_id:
            found.setdefault(wrapped, []).append(call.site_id)
    return {site: tuple(ids) for site, ids in found.items()}


def _site(subject: Subject) -> str:
    return subject.site_id if isinstance(subject, Call) else ""


def _unreached(subject: Subject) -> str:
    if isinstance(subject, Prompt):
        return "no call with a cost of its own is known to send it"
    return "which requests it changes, and by how much, is not known"
