"""`promptlint plan` as a page: a bar for each step, and all that the table has. It loads nothing and runs nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from promptlint.outcome import Outcome
from promptlint.report import markup
from promptlint.report.escape import plain
from promptlint.report.places import shown
from promptlint.report.plan import (
    HEAD,
    NEEDS,
    RIGHT,
    Report,
    basis_lines,
    cents,
    formula,
    headline,
    notes,
    open_lines,
    percent,
    rows,
    saving_lines,
    where,
)

if TYPE_CHECKING:
    from promptlint.money.plan import Plan, PlanStep

_WIDTH, _LEFT, _BAR, _ROW = 900, 130, 560, 34
_KEPT, _SAVED, _DEARER = "#4477aa", "#3a9a62", "#cc6677"


def html(outcome: Outcome, made: Report) -> str:
    """The whole page."""
    plan = made.plan
    parts = [f"<h1>What the model calls could cost</h1>\n<p><strong>{_said(headline(plan))}</strong></p>\n"]
    if plan.calls:
        parts += [chart(plan), markup.html_table(HEAD, rows(plan), right=RIGHT)]
        parts += [f"<p>{_said(note)}</p>\n" for note in notes(plan)]
    parts += [_step(step, outcome) for step in plan.steps]
    if made.questions:
        parts.append("<h2>Questions that the code cannot answer</h2>\n")
    for question in made.questions:
        places = [shown(place, outcome) for place in question.places]
        parts.append(f"<p>{_said(question.text)} {_said(question.settles)}</p>\n{_list(places)}")
    if made.basis:
        now = [
            f"{where(call, call.callee_place, '', outcome)}: {formula(stage)}"
            for call, stage in zip(plan.calls, plan.now, strict=True)
        ]
        parts.append(f"<h2>Where the spend comes from</h2>\n{_list([*now, *made.basis])}")
    parts.append(f"<p>{_said(made.hint)}</p>\n")
    return markup.page("promptlint plan", "".join(parts))


def chart(plan: Plan) -> str:
    """The waterfall as bars: what is left, and what the step took (or added) at its end."""
    most = max([plan.spend, *(step.level.spend for step in plan.steps)])
    bars = [_bar(0, "now", plan.spend, Decimal(0), most, cents(plan.spend))]
    for i, step in enumerate(plan.steps, 1):
        level = step.level
        told = f"{cents(level.spend)}  (-{percent(level.saved / plan.spend)})" if level.saved else cents(level.spend)
        bars.append(_bar(i, step.name, level.spend, level.saved, most, told))
    height = _ROW * len(bars) + 10
    title = markup.hypertext(headline(plan))
    return (
        f'<div class=wide><svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img" '
        f'aria-label="{title}" '
        f'fill="currentColor" font-size="14">\n<title>{title}</title>\n{"".join(bars)}</svg></div>\n'
    )


def _bar(row: int, name: str, left: Decimal, saved: Decimal, most: Decimal, told: str) -> str:
    top = 5 + row * _ROW
    kept, gone = (_length(value, most) for value in (left, abs(saved)))
    color = _SAVED if saved >= 0 else _DEARER
    start = _LEFT + kept if saved >= 0 else _LEFT + kept - gone
    end = _LEFT + kept + (gone if saved >= 0 else 0)
    taken = (
        f'<rect x="{start:.1f}" y="{top}" width="{gone:.1f}" height="{_ROW - 10}" fill="{color}"/>\n' if gone else ""
    )
    return (
        f'<text x="{_LEFT - 8}" y="{top + 17}" text-anchor="end">{markup.hypertext(name)}</text>\n'
        f'<rect x="{_LEFT}" y="{top}" width="{kept:.1f}" height="{_ROW - 10}" fill="{_KEPT}"/>\n{taken}'
        f'<text x="{end + 8:.1f}" y="{top + 17}">{markup.hypertext(told)}</text>\n'
    )


def _length(value: Decimal, most: Decimal) -> float:
    return float(value / most) * _BAR if most else 0.0


def _step(step: PlanStep, outcome: Outcome) -> str:
    if not step.savings and not step.open:
        return f"<h2>{step.name}</h2>\n<p>Nothing to go by. It needs {_said(NEEDS[step.name])}.</p>\n"
    saved = f"{cents(step.level.saved)} a month" if step.savings else "nothing is counted"
    parts = [f"<h2>{step.name}: {saved}</h2>\n"]
    parts += (
        [markup.html_table(("where", "before", "after"), [saving_lines(s, outcome) for s in step.savings])]
        if step.savings
        else []
    )
    parts.append(_list(basis_lines(step.savings)))
    if step.open:
        parts.append(f"<p>Not counted:</p>\n{_list(open_lines(step.open, outcome))}")
    return "".join(parts)


def _list(items: list[str]) -> str:
    listed = "".join(f"<li>{_said(item)}</li>\n" for item in items)
    return f"<ul>\n{listed}</ul>\n" if items else ""


def _said(text: str) -> str:
    """Text of ours: what stands between backticks is code."""
    parts = plain(text).split("`")
    if len(parts) % 2 == 0:
        return markup.hypertext(text)
    return "".join(f"<code>{markup.hypertext(p)}</code>" if i % 2 else markup.hypertext(p) for i, p in enumerate(parts))
