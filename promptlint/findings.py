"""What a check reports: where, what, what it costs, and how to mend it."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from promptlint.facts import Place, Record, Span


class Basis(Record, frozen=True):
    """One input of a figure and where it came from. `origin`: measured | configured | assumed | code | snapshot."""

    input: str
    value: str
    origin: str
    where: str = ""


class Impact(Record, frozen=True):
    """What a finding is worth, per request unless named.

    `kind`: saving | exposure | increase. Tokens are per request; USD per 1,000 calls; USD a month when volume is known.
    `formula`: how the dollars of one call are worked out. `at_least`: what is filled in at run time is left out of them,
    or the longest answer of a model that may be asked is not known.
    """

    kind: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    usd_per_1000_calls: Decimal | None = None
    usd_per_month: Decimal | None = None
    approximate: bool = False
    at_least: bool = False
    basis: tuple[Basis, ...] = ()
    formula: str = ""


class Edit(Record, frozen=True):
    """Replace what stands at `place` by `content`, only if it still is `before`."""

    place: Place
    before: str
    content: str


class Fix(Record, frozen=True):
    """Edits that are applied all or none. `applicability`: safe | unsafe."""

    title: str
    applicability: str
    edits: tuple[Edit, ...]


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One report of one rule at one place.

    A check fills in the first half; `registry.run` adds code, name, severity and fingerprint from the rule's page, and
    `around`: the call or prompt it is about, whose first and last line may carry an ignore comment.
    """

    place: Place
    message: str
    impact: Impact | None = None
    fix: Fix | None = None
    related: tuple[tuple[Place, str], ...] = ()
    confidence: str = "high"
    preview: bool = False
    severity: str | None = None
    code: str = ""
    name: str = ""
    url: str = ""
    function: str = ""
    fingerprint: str = ""
    around: Span | None = None
