"""What a plan goes by: findings and figures of traffic, each as a step that helps one call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from promptlint.facts import Call, Literal, Place, Project, Prompt, Record
from promptlint.findings import Basis, Finding
from promptlint.money import models, stages, tokens
from promptlint.money.cost import CallMeasure
from promptlint.money.need import ROOM
from promptlint.money.stages import Stage
from promptlint.money.vendors import lifetime
from promptlint.money.waterfall import ORDER

ROUTE, ANSWERS, PREFIX, BATCH, COMPRESS, CAP = ORDER
RULES = {
    ROUTE: ("PRM501", "PRM503", "PRM502"),
    ANSWERS: ("PRM305",),
    PREFIX: ("PRM301", "PRM302", "PRM303"),
    BATCH: ("PRM401", "PRM403"),
    COMPRESS: ("PRM201", "PRM202", "PRM203", "PRM206"),
    CAP: ("PRM101", "PRM102"),
}
"""The rules whose findings speak for a step, those that say most first."""

STEP_OF = {code: step for step, codes in RULES.items() for code in codes}
_TEXT = ("chat", "completion", "responses", "http")

Subject = Call | Prompt | Project
"""What a finding is about."""

Found = Sequence[tuple[Subject, Finding]]
"""Findings, each with what it is about."""


class Evidence(Record, frozen=True):
    """Why a step may help one call. `rule` is the code of a finding, empty where the traffic alone says so.

    `done`: what is done there, for people. `model`: the cheaper one; `share`: the part of the calls; `tokens`: those of the
    prefix, those that go, or those of the new cap. `basis`: its inputs and assumptions.
    """

    step: str
    site_id: str
    place: Place
    rule: str
    done: str
    basis: tuple[Basis, ...]
    model: str | None = None
    share: Basis | None = None
    tokens: int = 0

    def applied(self, stage: Stage) -> Stage | None:
        """The call after the step; None where it cannot be taken."""
        part = Decimal(self.share.value) if self.share is not None else Decimal(0)
        match self.step:
            case "route":
                cheap = models.facts(self.model or "", stage.model.provider)
                return stages.routed(stage, cheap) if cheap is not None else None
            case "response cache":
                return stages.answered(stage, part)
            case "prompt cache":
                return stages.cached(stage, self.tokens)
            case "batch":
                return stages.batched(stage, part)
            case "compress":
                return stages.shorter(stage, self.tokens)
            case _:
                return stages.capped(stage, self.tokens)


class Open(Record, frozen=True):
    """A place where a step may help, and what is not known of it. `site_id` is empty where no call is known."""

    step: str
    site_id: str
    place: Place
    rule: str
    why: str


def of_finding(step: str, call: Call, measure: CallMeasure, subject: Subject, finding: Finding) -> Evidence | Open:
    """What one finding says of one call."""
    makers = {ROUTE: _route, ANSWERS: _turns, PREFIX: _prefix, BATCH: _batch, CAP: _cap}
    if step == COMPRESS:
        return _shorter(call, measure, subject, finding)
    return makers[step](call, measure, finding)


def _open(call: Call, finding: Finding, why: str) -> Open:
    step = STEP_OF[finding.code]
    return Open(step=step, site_id=call.site_id, place=finding.place, rule=finding.code, why=why)


def assumed(what: str, value: str, where: str = "") -> Basis:
    """An input that nobody said."""
    return Basis(input=what, value=value, origin="assumed", where=where)


def _route(call: Call, measure: CallMeasure, finding: Finding) -> Evidence | Open:
    if len(measure.models) != 1:
        return _open(call, finding, "several models may answer, and how often each is not known")
    model = measure.models[0]
    name = {"PRM501": model.sibling, "PRM503": model.dearer_than, "PRM502": model.successor}[finding.code]
    cheap = models.facts(name, model.provider) if name else None
    if name is None or cheap is None or cheap.price is None:
        return _open(call, finding, "no price is known for the model in its place")
    quality = f"{name} answers as well as {model.id}, with as many tokens and without hidden reasoning"
    return Evidence(
        step=ROUTE,
        site_id=call.site_id,
        place=finding.place,
        rule=finding.code,
        done=f"{model.id} → {name}{f', which its provider names for the time after {model.retires}' if finding.code == 'PRM502' else ''}",
        basis=(assumed("quality", quality, "compare its answers first"),),
        model=name,
    )


def _turns(call: Call, measure: CallMeasure, finding: Finding) -> Open:
    return _open(
        call, finding, "how many turns the loop has is not known; say `repeated-share`, or make the request once"
    )


def _prefix(call: Call, measure: CallMeasure, finding: Finding) -> Evidence | Open:
    if len(measure.models) != 1:
        return _open(call, finding, "several models may answer, each with a cache of its own")
    model = measure.models[0]
    length = measure.prefix.low + (measure.after_hole.low if finding.code != "PRM301" else 0)
    if measure.volume.cached_share is not None and measure.volume.cached_share.value:
        return _open(call, finding, "`cached-share` says that a part of it is read from a cache already")
    row = lifetime(model.provider, model.bare)
    if row is None:
        return _open(
            call, finding, f"how long {model.provider} keeps a prefix is not published; measure `cached-share`"
        )
    moved = "" if finding.code == "PRM301" else "what changes is put last; "
    basis = (
        Basis(input="constant prefix", value=f"{length} tokens", origin="code", where=call.place.path),
        assumed("hits", f"1 - e^(-calls / 43,200 × {row.minutes[0]}): calls come independently, 43,200 minutes a month"),
    )  # fmt: skip
    return Evidence(
        step=PREFIX,
        site_id=call.site_id,
        place=finding.place,
        rule=finding.code,
        done=f"{moved}{length:,} tokens are kept {row.minutes[0]} minutes",
        basis=basis,
        tokens=length,
    )


def _batch(call: Call, measure: CallMeasure, finding: Finding) -> Evidence | Open:
    said = measure.volume.batchable_share
    if said is None and call.waits != "no" and not call.by_clock:
        return _open(call, finding, "whether anybody waits for the answers is not known; say `batchable-share`")
    share = (
        said.basis if said is not None else Basis(input="share of the calls that can wait", value="1", origin="code", where=f"a job makes them ({finding.code})")
    )  # fmt: skip
    return _later(call, share, finding)


def _later(call: Call, share: Basis, finding: Finding | None) -> Evidence:
    return Evidence(
        step=BATCH,
        site_id=call.site_id,
        place=finding.place if finding is not None else call.callee_place,
        rule=finding.code if finding is not None else "",
        done=f"{_percent(share)} by way of the Batch API, answered within 24 hours",
        basis=(share,),
        share=share,
    )


def _percent(share: Basis) -> str:
    return f"{(Decimal(share.value) * 100).normalize():f} % of the calls"


def _shorter(call: Call, measure: CallMeasure, subject: Subject, finding: Finding) -> Evidence | Open:
    less = finding.impact.input_tokens if finding.impact is not None else None
    if not less or not isinstance(subject, Prompt):
        return _open(call, finding, "how many tokens go is not known")
    if not _sends(call, subject):
        return _open(
            call, finding, "how often it is sent is not known: it is one of several, or made into something else"
        )
    own = tokens.scaled(less, measure.models[0] if measure.models else None).low
    name = f" of {subject.name}" if subject.name else ""
    return Evidence(
        step=COMPRESS,
        site_id=call.site_id,
        place=finding.place,
        rule=finding.code,
        done=f"{own:,} tokens{name} fewer",
        basis=(Basis(input="tokens that say nothing", value=str(own), origin="code", where=finding.code),),
        tokens=own,
    )


def _sends(call: Call, prompt: Prompt) -> bool:
    """Whether the text of a prompt is a part of each request; one of several that may be sent is not."""
    sent = "".join(s.text for m in call.messages for s in m.segments if isinstance(s, Literal))
    return all(s.text in sent for s in prompt.segments if isinstance(s, Literal))


def _cap(call: Call, measure: CallMeasure, finding: Finding) -> Evidence | Open:
    need = measure.need
    if need is None or need.high is None:
        return _open(call, finding, "what the request needs is not known")
    if any(m.reasoning for m in measure.models):
        return _open(call, finding, "hidden reasoning counts against a cap")
    limit = need.high * ROOM
    if finding.code == "PRM102" and call.cap is not None and call.cap.value and finding.impact is not None:
        limit = call.cap.value - (finding.impact.output_tokens or 0)
    asked = Basis(
        input="output tokens asked for",
        value=f"{need.high} at most",
        origin="code",
        where=f"the request says {need.words[0]!r}",
    )
    return Evidence(
        step=CAP,
        site_id=call.site_id,
        place=finding.place,
        rule=finding.code,
        done=f"answers end after {limit:,} tokens",
        basis=(asked, assumed("room", f"{ROOM} times what is asked for", "what is cut off was not asked for")),
        tokens=limit,
    )  # fmt: skip


def cached_already(call: Call, measure: CallMeasure) -> Iterator[Open]:
    """Repeats that never come to the model."""
    repeated = measure.volume.repeated_share
    if repeated is not None and repeated.value and call.response_cache:
        why = "a cache of answers stands before it in the code; what it answers is no call"
        yield Open(step=ANSWERS, site_id=call.site_id, place=call.callee_place, rule="", why=why)


def said(call: Call, measure: CallMeasure, there: set[str]) -> Iterator[Evidence]:
    """What the traffic alone says: calls that repeat another, calls that can wait."""
    repeated, later = measure.volume.repeated_share, measure.volume.batchable_share
    if repeated is not None and repeated.value and not call.response_cache and call.kind != "agent":
        yield Evidence(
            step=ANSWERS,
            site_id=call.site_id,
            place=call.callee_place,
            rule="",
            done=f"{_percent(repeated.basis)} answered without the model",
            basis=(repeated.basis, assumed("look-ups", "cost nothing, and an old answer still holds")),
            share=repeated.basis,
        )
    if (
        later is not None
        and later.value
        and BATCH not in there
        and call.kind in _TEXT
        and not (call.hosted_elsewhere or call.stream)
    ):
        yield _later(call, later.basis, None)
