"""`promptlint plan` for people: the waterfall, where each step saves and on what basis, what is not known, questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from promptlint.facts import Call, Place, Record
from promptlint.outcome import Outcome
from promptlint.report import markup
from promptlint.report.cost import legend, line_of, sheet
from promptlint.report.cost_text import ROWS, aligned
from promptlint.report.escape import plain
from promptlint.report.money import in_full
from promptlint.report.places import shown
from promptlint.report.summary import number
from promptlint.report.view import View

if TYPE_CHECKING:
    from promptlint.findings import Basis
    from promptlint.money.evidence import Open
    from promptlint.money.plan import Plan, PlanStep, Saving
    from promptlint.money.prices import Price
    from promptlint.money.questions import Question
    from promptlint.money.stages import Stage

HEAD = ("step", "calls", "of the spend", "takes of that", "saves a month", "of all", "left a month")
RIGHT = (1, 2, 3, 4, 5, 6)

NEEDS = {
    "route": "a flagship model that is asked for a label, a yes or a no (PRM501), or a model that a cheaper one replaces "
    "(PRM502, PRM503)",
    "response cache": "`repeated-share` in the traffic: the part of the calls that ask what was asked before",
    "prompt cache": "a constant beginning, longer than the provider's minimum, that is sent again and again "
    "(PRM301, PRM302, PRM303)",
    "batch": "calls of a job that nobody waits for (PRM401, PRM403), or `batchable-share` in the traffic",
    "compress": "a prompt that says the same in fewer tokens (PRM201, PRM202, PRM203)",
    "cap": "answers longer than their prompt asks for (PRM101, PRM102): `output-tokens`, measured or configured",
}
"""What evidence a step goes by."""

NO_TRAFFIC = (
    "No call has traffic, so no dollars a month are known. `promptlint traffic sync` writes the calls down for you to fill "
    "in, `promptlint traffic import` reads an export of call logs, and --traffic medium assumes a stated profile."
)
ORDER_NOTE = (
    "Each step acts on what the steps before it leave: the part of the spend it reaches times what it takes of that. "
    "Savings are not to be summed in another order."
)


class Report(Record, frozen=True):
    """What the three formats show."""

    plan: Plan
    questions: tuple[Question, ...]
    basis: tuple[str, ...]
    hint: str


def report(outcome: Outcome, plan: Plan, questions: tuple[Question, ...]) -> Report:
    """A plan with the basis of its spend and the one setting that would help most."""
    basis = legend([line_of(call, outcome) for call in plan.calls])
    return Report(plan=plan, questions=questions, basis=tuple(basis), hint=sheet(outcome).hint)


def percent(share: Decimal) -> str:
    """`61.1 %`."""
    return f"{100 * share:.1f} %"


def cents(value: Decimal) -> str:
    """To the cent, or to two digits that count below a dime."""
    from promptlint.money.plan import usd_text

    return usd_text(value)


def headline(plan: Plan) -> str:
    """One sentence."""
    if not plan.calls and not plan.silent:
        return "No call has a price, so there is nothing to save from." if plan.unpriced else "No model call was found."
    if not plan.calls:
        return NO_TRAFFIC
    least = "" if plan.exact else "at least "
    if not plan.spend - plan.left:
        return f"{least}{cents(plan.spend)} a month, and no step has evidence that it saves any of it.".capitalize()
    return (
        f"{least}{cents(plan.spend)} a month would be {cents(plan.left)}: {cents(plan.spend - plan.left)} "
        f"({percent(plan.cut)}) less."
    ).capitalize()


def notes(plan: Plan) -> list[str]:
    """What must be known to read the table."""
    found = [ORDER_NOTE] if plan.spend != plan.left else []
    if not plan.exact:
        found.append(
            "Counted is the sure end of each range that `cost` prints (tokens of other vendors, text filled in, answers of "
            "unknown length): the spend is higher than this, and percentages are those of the part that is sure."
        )
    if plan.silent:
        found.append(
            f"{number(len(plan.silent), 'call')} without traffic left out; `promptlint traffic sync` lists them."
        )
    return found


def rows(plan: Plan) -> list[tuple[str, ...]]:
    """The waterfall."""
    found: list[tuple[str, ...]] = [("now", f"{len(plan.calls):,}", "", "", "", "", cents(plan.spend))]
    for step in plan.steps:
        level = step.level
        if step.savings:
            reached = len({s.call.site_id for s in step.savings})
            part, cut = percent(level.step.share), percent(level.step.cut)
            saved, of_all = cents(level.saved), percent(level.saved / plan.spend)
            found.append((step.name, f"{reached:,}", part, cut, saved, of_all, cents(level.spend)))
        else:
            found.append((step.name, "0", "-", "-", "$0.00", "0.0 %", cents(level.spend)))
    return found


def formula(stage: Stage) -> str:
    """What a call costs a month as it is worked out: by hand it comes to the same."""
    price = stage.model.price
    assert price is not None
    parts = []
    if stage.later < 1:
        parts.append((1 - stage.later, _one(stage, price)))
    if stage.later and price.batch is not None:
        parts.append((stage.later, f"{_one(stage, price.batch)} in a batch"))
    body = " + ".join(body if share == 1 else f"{_figure(share)} × ({body})" for share, body in parts)
    off = f" × (1 - {stage.discount:f})" if stage.discount else ""
    return f"{_figure(stage.calls)} calls × ({body}){off} = {in_full(stage.usd or Decimal(0))}"


def _one(stage: Stage, price: Price) -> str:
    rates = price.at(stage.input)
    read = stage.cached * stage.hits
    written, fresh = stage.cached - read, stage.input - stage.cached
    parts = [
        (fresh, rates.input),
        (read, rates.cache_read if rates.cache_read is not None else rates.input),
        (written, rates.cache_write if rates.cache_write is not None else rates.input),
        (stage.output * stage.answers, rates.output),
    ]
    words = ("in", "read", "written", "out")
    terms = [
        f"{_figure(Decimal(tokens))} {word} × ${rate:f}/M"
        for (tokens, rate), word in zip(parts, words, strict=True)
        if tokens and rate is not None
    ]
    if price.request:
        terms.append(f"${price.request:f}")
    return " + ".join(terms) or "0"


def _figure(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def where(call: Call, place: Place, rule: str, outcome: Outcome) -> str:
    """`app.py:3:5 label [PRM501]`."""
    inside = f" {call.function}" if call.function else ""
    return f"{shown(place, outcome)}{inside}{f' [{rule}]' if rule else ''}"


def saving_lines(saving: Saving, outcome: Outcome) -> tuple[str, str, str]:
    """Place and what is done there; the call before; the call after."""
    one = saving.evidence
    new = saving.after.cached and not saving.before.cached
    hits = f", {_figure(100 * saving.after.hits)} % of the requests find them" if new else ""
    head = f"{where(saving.call, one.place, one.rule, outcome)}: {one.done}{hits}; saves {cents(saving.usd)}"
    return head, formula(saving.before), formula(saving.after)


def basis_lines(savings: Iterable[Saving]) -> list[str]:
    """What the savings of a step rest on, each once."""
    return list(dict.fromkeys(_basis(b) for s in savings for b in s.evidence.basis))


def _basis(basis: Basis) -> str:
    where = f"; {basis.where}" if basis.where else ""
    return f"{basis.input}: {basis.value} [{basis.origin}{where}]"


def open_lines(rest: Iterable[Open], outcome: Outcome) -> list[str]:
    """Places that are not counted, and why; each once."""
    found = (f"{shown(o.place, outcome)}{f' [{o.rule}]' if o.rule else ''}: {o.why}" for o in rest)
    return list(dict.fromkeys(found))


def shortened(lines: Sequence[str], view: View) -> list[str]:
    """The first ones, and how many more there are."""
    if view.show_all or len(lines) <= ROWS:
        return list(lines)
    return [*lines[:ROWS], f"+{len(lines) - ROWS:,} more; --all prints them"]


def text(outcome: Outcome, made: Report, view: View) -> str:
    """The waterfall, then each step, then the questions."""
    plan = made.plan
    lines = [headline(plan)]
    if plan.calls:
        lines += ["", *aligned(HEAD, rows(plan), RIGHT), "", *notes(plan)]
        if not view.quiet:
            lines += ["", "Now", *_now(outcome, plan, view), *(f"  {line}" for line in made.basis)]
    known = plan.calls or plan.silent or plan.unpriced
    for step in plan.steps:
        if known or step.open:
            lines += ["", *_step(step, outcome, view)]
    if made.questions:
        lines += ["", "Questions that the code cannot answer"]
    for question in made.questions:
        places = shortened([shown(p, outcome) for p in question.places], view)
        lines += [f"  {question.text}", *(f"    {p}" for p in places), f"    {question.settles}"]
    if known:
        lines += ["", made.hint]
    return "".join(f"{plain(line)}\n" for line in lines)


def _now(outcome: Outcome, plan: Plan, view: View) -> list[str]:
    found = [
        f"{where(c, c.callee_place, '', outcome)}: {formula(stage)}"
        for c, stage in zip(plan.calls, plan.now, strict=True)
    ]
    return [f"  {line}" for line in shortened(found, view)]  # fmt: skip


def _step(step: PlanStep, outcome: Outcome, view: View) -> list[str]:
    if not step.savings and not step.open:
        return [f"{step.name}: nothing to go by. It needs {NEEDS[step.name]}."]
    level = step.level
    lines = [f"{step.name}: {cents(level.saved)} a month" if step.savings else f"{step.name}: nothing is counted"]
    blocks = []
    for saving in step.savings:
        head, before, after = saving_lines(saving, outcome)
        blocks.append(f"  {head}\n    before: {before}\n    after:  {after}")
    lines += [line for block in shortened(blocks, view) for line in block.split("\n")]
    lines += [f"  {line}" for line in basis_lines(step.savings)]
    rest = shortened(open_lines(step.open, outcome), view)
    lines += [f"  not counted: {line}" for line in rest]
    return lines


def markdown(outcome: Outcome, made: Report, view: View) -> str:
    """The same as the body of a comment."""
    plan = made.plan
    parts = ["<!-- promptlint plan -->", f"**{markup.spoken(headline(plan))}**\n"]
    if plan.calls:
        parts.append(markup.table(HEAD, [[markup.markdown(c) for c in row] for row in rows(plan)], right=RIGHT))
        parts += [f"{markup.spoken(note)}\n" for note in notes(plan)]
    for step in plan.steps:
        body = _listed(step, outcome, view)
        saved = f": {cents(step.level.saved)} a month" if step.savings else ": nothing is counted"
        parts.append(markup.details(markup.markdown(f"{step.name}{saved}"), body))
    if made.questions:
        asked = []
        for question in made.questions:
            places = shortened([shown(p, outcome) for p in question.places], view)
            asked.append(f"- {markup.spoken(question.text)} {markup.spoken(question.settles)}")
            asked += [f"  - {markup.code(p)}" for p in places]
        parts.append(markup.details("Questions that the code cannot answer", "\n".join(asked)))
    if made.basis:
        found = [*_now(outcome, plan, view), *made.basis]
        body = "\n".join(f"- {markup.markdown(b.strip())}" for b in found)
        parts.append(markup.details("Where the spend comes from", body))
    parts.append(markup.spoken(made.hint) + "\n")
    return markup.fitted(parts)


def _listed(step: PlanStep, outcome: Outcome, view: View) -> str:
    found = []
    for saving in step.savings[: None if view.show_all else ROWS]:
        head, before, after = saving_lines(saving, outcome)
        found += [
            f"- {markup.markdown(head)}",
            f"  - before: {markup.markdown(before)}",
            f"  - after: {markup.markdown(after)}",
        ]
    found += [f"- {markup.markdown(line)}" for line in basis_lines(step.savings)]
    found += [f"- not counted: {markup.spoken(line)}" for line in shortened(open_lines(step.open, outcome), view)]
    return "\n".join(found) if found else f"Nothing to go by. It needs {markup.spoken(NEEDS[step.name])}."
