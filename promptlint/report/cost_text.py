"""`promptlint cost` for people: a table for terminals, Markdown for comments, a page of HTML, and `--explain`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

from promptlint.outcome import Outcome
from promptlint.report import markup
from promptlint.report.cost import Line, PromptLine, Sheet, sheet
from promptlint.report.escape import plain, shown_path, width
from promptlint.report.inventory import model_value
from promptlint.report.money import at_least, at_most, dollars
from promptlint.report.places import At
from promptlint.report.summary import number
from promptlint.report.view import View

if TYPE_CHECKING:
    from promptlint.money.formula import Amount, Bounds

ROWS = 10
_CENT, _LEAST = Decimal("0.01"), Decimal("0.000001")
_TWO = Context(prec=2, rounding=ROUND_HALF_EVEN)
_HEAD = ("call", "model", "USD per M in / out", "in", "out", "calls a month", "per 1,000 calls", "a month")
_RIGHT = (2, 3, 4, 5, 6, 7)
_PROMPTS = ("prompt", "tokens", "calls", "a call", "per 1,000 calls", "a month")
_PROMPTS_RIGHT = (1, 2, 3, 4, 5)
_NOTES = (
    "in: tokens of the code + tokens filled in, or put round definitions by the provider (? unknown); out: tokens of an answer (≤ cap or limit of the model). "
    "A range goes from what is sure to what is possible; ≥ has no upper end that is known."
)


def sharp(value: Decimal) -> str:
    """Two digits that count, below a cent too: small models cost fractions of one for a thousand calls."""
    if 0 < abs(value) < _CENT:
        sign = "-" if value < 0 else ""
        return f"{sign}${_TWO.create_decimal(abs(value)):f}" if abs(value) >= _LEAST else f"{sign}<$0.000001"
    return dollars(value)


def amount(value: Amount | None) -> str:
    """`$0.30`, `$0.30 - $1.20`, `≥$0.30`; `-` when it is not known, which is not zero."""
    if value is None:
        return "-"
    if value.high is None:
        return f"≥{at_least(value.low)}" if value.low else "?"
    if sharp(value.low) == sharp(value.high):
        return sharp(value.low)
    high = at_most(value.high, fine=True)
    return f"up to {high}" if not value.low else f"{at_least(value.low)} - {high}"


def place(point: At, *, column: bool = False) -> str:
    """`path:line`, with the cell in a notebook."""
    cell = f"cell {point.cell}:" if point.cell is not None else ""
    return f"{shown_path(point.path)}:{cell}{point.line}" + (f":{point.column}" if column else "")


def _tokens(bounds: Bounds) -> str:
    if bounds.high is None:
        return f"≥{bounds.low:,}" if bounds.low else "?"
    if bounds.exact:
        return f"{bounds.low:,}"
    return f"≤{bounds.high:,}" if not bounds.low else f"{bounds.low:,}-{bounds.high:,}"


def _input(line: Line) -> str:
    """What stands in the code, and what is filled in."""
    static, load = line.measure.static, line.measure.spend.load
    own = f"{static.low:,}" if static.exact else f"~{static.low:,}-{static.high:,}"
    more = int(load.input.low) - static.low
    if load.input.high is None:
        return f"{own} + ?"
    return f"{own} + {more:,}" if more else own


def _output(line: Line) -> str:
    load = line.measure.spend.load
    each = _tokens(load.output)
    return f"{load.answers} × {each}" if load.answers > 1 else each


def _rates(line: Line) -> str:
    """The rates of each model that may answer, in the order of their names."""
    load = line.measure.spend.load
    found = []
    for model in sorted(line.measure.models, key=lambda m: m.id):
        if model.price is None:
            return "-"
        tariff = model.price.batch if load.batch and model.price.batch else model.price
        rates = tariff.at(load.input.low)
        share = line.measure.spend.discounts.get(model.provider)
        off = f" - {(share * 100).normalize():f} %" if share else ""
        found.append(f"{_rate(rates.input)} / {_rate(rates.output)}{off}")
    return " | ".join(dict.fromkeys(found)) if found else "-"


def _rate(value: object) -> str:
    return "-" if value is None else f"{value:f}"


def _cells(line: Line) -> tuple[str, ...]:
    model = model_value(line.call.model)
    inside = f" {line.call.function}" if line.call.function else ""
    return (
        f"{place(line.place)}{inside}",
        model if isinstance(model, str) else " | ".join(model or ["?"]),
        _rates(line),
        _input(line),
        _output(line),
        f"{line.measure.calls_per_month:,}" if line.measure.calls_per_month is not None else "-",
        amount(line.per_call.times(1000)) if line.per_call is not None else "-",
        amount(line.per_month),
    )


def _prompt_cells(prompt: PromptLine) -> tuple[str, ...]:
    name = f" {prompt.prompt.name}" if prompt.prompt.name else ""
    bound = "≥" if prompt.prompt.placeholders else ""
    return (
        f"{place(prompt.place)}{name}",
        f"{bound}{prompt.tokens:,}",
        f"{len(prompt.sites):,}",
        prompt.formula or "-",
        *(_of_prompt(usd, bound) for usd in (prompt.per_1000, prompt.per_month)),
    )


def _of_prompt(usd: Decimal | None, bound: str) -> str:
    """What the text of a prompt costs; what is filled into it costs more."""
    if usd is None:
        return "-"
    return f"{bound}{at_least(usd)}" if bound else sharp(usd)


def _total(made: Sheet) -> str:
    priced = len(made.lines)
    if not priced:
        return "Total: no call has dollars."
    each = f"{amount(made.per_1000)} for 1,000 calls of each"
    if not made.months:
        return f"Total of {number(priced, 'priced call')}: {each}; dollars a month: not known."
    rest = f", {number(priced - made.months, 'call')} without traffic left out" if priced > made.months else ""
    return f"Total of {number(priced, 'priced call')}: {amount(made.per_month)} a month{rest}; {each}."


def _unpriced(made: Sheet) -> list[tuple[str, ...]]:
    """(place, why), each once: a wrapper may reach a call in several ways."""
    found = Counter((place(point, column=True), reason) for point, reason in made.unpriced)
    return [(where, f"{why} ({count} ways)" if count > 1 else why) for (where, why), count in found.items()]


def _more(rows: Sequence[object], view: View) -> str:
    hidden = len(rows) - ROWS
    return f"+{hidden:,} more; --all prints them" if hidden > 0 and not view.show_all else ""


def text(outcome: Outcome, view: View) -> str:
    """The dearest calls and prompts, the total, what has no dollars, where the figures come from."""
    made = sheet(outcome)
    most = None if view.show_all else ROWS
    lines: list[str] = []
    if made.lines:
        lines += [*aligned(_HEAD, [_cells(line) for line in made.lines[:most]], _RIGHT), _more(made.lines, view), ""]
    if made.prompts:
        rows = [_prompt_cells(p) for p in made.prompts[:most]]
        lines += [*aligned(_PROMPTS, rows, _PROMPTS_RIGHT), _more(made.prompts, view), ""]
    if made.lines and not view.quiet:
        lines += [_NOTES, *(f"  {basis}" for basis in made.basis)]
    lines.append(_total(made))
    if made.unpriced:
        lines.append(f"Not priced: {number(len(made.unpriced), 'call')}.")
        listed = _unpriced(made)
        lines += [f"  {where}: {why}" for where, why in listed[:most]]
        lines += [f"  {more}" for more in [_more(listed, view)] if more]
    lines.append(made.hint)
    return "".join(f"{plain(line)}\n" for i, line in enumerate(lines) if line or (i and lines[i - 1]))


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    """Columns as wide as they must be."""
    shown = [[plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(width(row[i]) for row in shown) for i in range(len(head))]

    def pad(cell: str, i: int) -> str:
        blank = " " * (widths[i] - width(cell))
        return blank + cell if i in right else cell + blank

    return ["  ".join(pad(cell, i) for i, cell in enumerate(row)).rstrip() for row in shown]


def markdown(outcome: Outcome, view: View, broken: Sequence[str] = ()) -> str:
    """The same as the body of a comment. `broken`: budgets that are broken, or cannot be judged."""
    made = sheet(outcome)
    most = None if view.show_all else ROWS
    parts = ["<!-- promptlint cost -->", f"**{markup.markdown(_total(made))}**\n", *markup.budgets(broken)]
    if made.lines:
        rows = [_marked(_cells(line), codes=2) for line in made.lines[:most]]
        parts += [markup.table(_HEAD, rows, right=_RIGHT), _more(made.lines, view)]
    if made.prompts:
        rows = [_marked(_prompt_cells(p), codes=1) for p in made.prompts[:most]]
        body = markup.table(_PROMPTS, rows, right=_PROMPTS_RIGHT) + _more(made.prompts, view)
        parts.append(markup.details(f"Prompts ({len(made.prompts)})", body))
    if made.unpriced:
        listed = [f"- {markup.code(where)}: {markup.markdown(why)}" for where, why in _unpriced(made)]
        parts.append(
            markup.details(f"Not priced ({len(made.unpriced)})", "\n".join(listed[:most]) + "\n" + _more(listed, view))
        )
    if made.basis:
        body = "\n".join(f"- {markup.markdown(b)}" for b in made.basis)
        parts.append(markup.details("Where the figures come from", f"{markup.markdown(_NOTES)}\n\n{body}"))
    parts.append(markup.spoken(made.hint) + "\n")
    return markup.fitted([p for p in parts if p])


def _marked(cells: Sequence[str], *, codes: int) -> list[str]:
    """Cells of Markdown; the first ones are code."""
    return [markup.code(cell) if i < codes else markup.markdown(cell) for i, cell in enumerate(cells)]


def html(outcome: Outcome, view: View) -> str:
    """The same as a page that needs nothing else; all rows."""
    made = sheet(outcome)
    parts = [f"<h1>What the model calls cost</h1>\n<p><strong>{markup.hypertext(_total(made))}</strong></p>\n"]
    if made.lines:
        parts.append(markup.html_table(_HEAD, [_cells(line) for line in made.lines], right=_RIGHT))
        parts.append(f"<p>{markup.hypertext(_NOTES)}</p>\n")
    if made.prompts:
        rows = [_prompt_cells(p) for p in made.prompts]
        parts.append(f"<h2>Prompts</h2>\n{markup.html_table(_PROMPTS, rows, right=_PROMPTS_RIGHT)}")
    if made.unpriced:
        rows = _unpriced(made)
        parts.append(f"<h2>Not priced</h2>\n{markup.html_table(('call', 'why'), rows)}")
    if made.basis:
        items = "".join(f"<li>{markup.hypertext(b)}</li>\n" for b in made.basis)
        parts.append(f"<h2>Where the figures come from</h2>\n<ul>\n{items}</ul>\n")
    parts.append(f"<p>{markup.hypertext(made.hint)}</p>\n")
    return markup.page("promptlint cost", "".join(parts))
