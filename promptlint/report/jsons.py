"""`check` as `json` and `json-lines`: everything, for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from promptlint.facts import Place
from promptlint.findings import Basis, Edit, Finding, Fix, Impact
from promptlint.outcome import Outcome
from promptlint.report.encode import line, pretty
from promptlint.report.money import exactly
from promptlint.report.places import Extent, Row, at, extent
from promptlint.report.view import View

if TYPE_CHECKING:
    from promptlint.money.budgets import Verdict


class BasisRow(Row, frozen=True):
    """One input of a figure and where it came from. `origin`: measured | configured | assumed | code | snapshot."""

    input: str
    value: str
    origin: str
    where: str


class BudgetRow(Row, frozen=True):
    """A budget that is broken, or that cannot be `judged`. `path` and `line` are null for one of the whole project."""

    budget: str
    message: str
    judged: bool
    path: str | None
    line: int | None


def budget_rows(verdicts: Sequence[Verdict], outcome: Outcome) -> list[BudgetRow]:
    """Budgets for machines."""
    points = [at(v.place, outcome) if v.place is not None else None for v in verdicts]
    return [
        BudgetRow(
            budget=v.budget, message=v.message, judged=v.judged, path=p.path if p else None, line=p.line if p else None
        )
        for v, p in zip(verdicts, points, strict=True)
    ]


class ImpactRow(Row, frozen=True):
    """What a finding is worth. `kind`: saving | exposure | increase. Money is a decimal string or null.

    `formula`: the dollars of one call as they are worked out, `/M` is a million tokens; null where there are none.
    `at_least`: what is filled in at run time, or answers of a model whose limit is not known, is not in them.
    """

    kind: str
    input_tokens: int | None
    output_tokens: int | None
    usd_per_1000_calls: str | None
    usd_per_month: str | None
    approximate: bool
    at_least: bool
    formula: str | None
    basis: list[BasisRow]


class EditRow(Extent, frozen=True):
    """Put `content` in the place of `before`."""

    before: str
    content: str


class FixRow(Row, frozen=True):
    """Edits to be made all or none. `applicability`: safe | unsafe."""

    title: str
    applicability: str
    edits: list[EditRow]


class RelatedRow(Extent, frozen=True):
    """Another place that helps to understand a finding."""

    message: str


class FindingRow(Extent, frozen=True):
    """One finding. `severity`: error | warning | info; `confidence`: high | medium | low."""

    code: str
    name: str
    severity: str | None
    confidence: str
    message: str
    url: str
    impact: ImpactRow | None
    related: list[RelatedRow]
    fingerprint: str
    fix: FixRow | None


class ProblemRow(Row, frozen=True):
    """Something that could not be done: then the run ends in 2. `line` 0 names the whole file."""

    path: str
    line: int
    message: str


class SummaryRow(Row, frozen=True):
    """What was read and what is not known. `unresolved`: why a model is not known → number of calls."""

    files: int
    read: int
    calls: int
    prompts: int
    unresolved: dict[str, int]
    unpriced: int
    hint: str | None
    snapshot_date: str
    suppressed: int


class CheckReport(Row, frozen=True):
    """`promptlint check --output-format json`."""

    version: int
    findings: list[FindingRow]
    problems: list[ProblemRow]
    summary: SummaryRow


def render_json(outcome: Outcome, view: View) -> str:
    """One object: findings in order of place, problems and the summary."""
    s = outcome.summary
    report = CheckReport(
        version=1,
        findings=[row(f, outcome) for f in outcome.findings],
        problems=[ProblemRow(path=outcome.display(p.path), line=p.line, message=p.message) for p in outcome.problems],
        summary=SummaryRow(**{name: getattr(s, name) for name in SummaryRow.__struct_fields__}),
    )
    return pretty(report)


def render_lines(outcome: Outcome, view: View) -> str:
    """One finding a line."""
    return "".join(line(row(f, outcome)) for f in outcome.findings)


def row(finding: Finding, outcome: Outcome) -> FindingRow:
    """A finding with its place worked out."""
    return FindingRow(
        **_extent(finding.place, outcome),
        code=finding.code,
        name=finding.name,
        severity=finding.severity,
        confidence=finding.confidence,
        message=finding.message,
        url=finding.url,
        impact=_impact(finding.impact),
        related=[RelatedRow(**_extent(place, outcome), message=message) for place, message in finding.related],
        fingerprint=finding.fingerprint,
        fix=_fix(finding.fix, outcome),
    )


def _extent(place: Place, outcome: Outcome) -> dict[str, Any]:  # Any: paths and numbers, by field
    return msgspec.structs.asdict(extent(place, outcome))


def _impact(impact: Impact | None) -> ImpactRow | None:
    if impact is None:
        return None
    return ImpactRow(
        kind=impact.kind,
        input_tokens=impact.input_tokens,
        output_tokens=impact.output_tokens,
        usd_per_1000_calls=exactly(impact.usd_per_1000_calls),
        usd_per_month=exactly(impact.usd_per_month),
        approximate=impact.approximate,
        at_least=impact.at_least,
        formula=impact.formula or None,
        basis=basis_rows(impact.basis),
    )


def basis_rows(basis: Iterable[Basis]) -> list[BasisRow]:
    """The inputs of a figure."""
    return [BasisRow(input=b.input, value=b.value, origin=b.origin, where=b.where) for b in basis]


def _fix(fix: Fix | None, outcome: Outcome) -> FixRow | None:
    if fix is None:
        return None
    return FixRow(title=fix.title, applicability=fix.applicability, edits=[_edit(e, outcome) for e in fix.edits])


def _edit(edit: Edit, outcome: Outcome) -> EditRow:
    return EditRow(**_extent(edit.place, outcome), before=edit.before, content=edit.content)
