"""`promptlint cost --diff-base`: a sentence, at most ten rows, then each change; as text, Markdown and HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from promptlint.facts import Record
from promptlint.report import markup
from promptlint.report.cost_text import aligned, sharp
from promptlint.report.escape import plain, shown_path
from promptlint.report.money import gathered, in_full
from promptlint.report.summary import number
from promptlint.report.view import View

if TYPE_CHECKING:
    from promptlint.money.definitions import Defined
    from promptlint.money.diff import Change, Delta
    from promptlint.money.state import CallState

ROWS = 10
MARKER = "<!-- promptlint cost diff -->"
_HEAD = ("change", "where", "what", "tokens", "per 1,000 calls", "a month")
_RIGHT = (3, 4, 5)


class Comparison(Record, frozen=True):
    """All changes since `base` (a revision or a file), their total, and the day of the prices.

    `whole`: whether every file of the base could be read.
    """

    base: str
    changes: tuple[Change, ...]
    total: Delta
    snapshot_date: str
    whole: bool = True


def headline(made: Comparison) -> str:
    """What the change does, in one sentence."""
    if not made.changes:
        return f"No call and no prompt costs more or less than at {_shown(made.base)}."
    parts = []
    total = made.total
    if total.per_month:
        parts.append(_more(total.per_month, "a month"))
    elif total.sure:
        parts.append(_more(total.sure * 1000, "for 1,000 calls of each"))
    moved = sum((c.delta.ceiling or Decimal(0)) * c.callers for c in made.changes if c.delta.kind == "exposure")
    if moved:
        way = "more" if moved > 0 else "less"
        parts.append(f"longest answers can cost {sharp(abs(moved) * 1000)} {way} for 1,000 calls of each")
    if not parts:
        tokens = total.input_tokens
        if tokens:
            parts.append(
                f"{abs(tokens):,} tokens {'more' if tokens > 0 else 'fewer'} in prompts; dollars are not known"
            )
        else:
            parts.append("dollars are not known")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}, since {_shown(made.base)}: {_counted(made.changes)}."


def _shown(base: str) -> str:
    """A revision as people write it: a whole hash is cut."""
    return base[:9] if re.fullmatch(r"[0-9a-f]{40}", base) else base


def _more(usd: Decimal, unit: str) -> str:
    return f"costs {sharp(abs(usd))} {'more' if usd > 0 else 'less'} {unit}"


def _counted(changes: Sequence[Change]) -> str:
    """`2 calls changed, 1 added, 1 prompt grew`."""
    calls = [c for c in changes if c.prompt is None]
    said: list[str] = []
    for name in ("changed", "added", "removed"):
        count = sum(c.callers for c in calls if c.change == name)
        if count:
            said.append(f"{number(count, 'call')} {name}" if not said else f"{count:,} {name}")
    prompts = [c.delta.input_tokens for c in changes if c.prompt is not None]
    for verb, count in (("grew", sum(t > 0 for t in prompts)), ("shrank", sum(t < 0 for t in prompts))):
        if count:
            said.append(f"{number(count, 'prompt')} {verb}")
    return ", ".join(said)


def _where(change: Change) -> str:
    one = change.at
    name = change.prompt and one.name if hasattr(one, "name") else getattr(one, "function", "")
    return f"{shown_path(one.path)}:{one.line}" + (f" {name}" if name else "")


def what(change: Change) -> str:
    """`model gpt-4o-mini → gpt-4o, cap 100 → 60,000`."""
    if change.prompt is not None:
        old, then = change.prompt
        return f"prompt {old.tokens if old else 0:,} → {then.tokens if then else 0:,} tokens"
    old_call, new_call = change.before, change.after
    if old_call is None or new_call is None:
        one = new_call or old_call
        assert one is not None
        inside = f", in {one.loop or 'a loop of its caller'}" if "loop" in change.what else ""
        return f"call {_model(one)}, {_cap(one)}{inside}"
    said = []
    for name in change.what:
        match name:
            case "model":
                said.append(f"model {_model(old_call)} → {_model(new_call)}")
            case "provider":
                said.append(f"provider {_seller(old_call)} → {_seller(new_call)}")
            case "output_cap":
                said.append(f"{_cap(old_call)} → {_cap(new_call).removeprefix('cap ')}{_times(old_call, new_call)}")
            case "prompt":
                said.append(f"prompt {_static(old_call)} → {_static(new_call)} tokens")
            case "tools":
                said.append(_tools(old_call.request.tools, new_call.request.tools))
            case "schema":
                said.append(_schema(old_call.request.schema, new_call.request.schema))
            case "answers":
                said.append(f"answers {old_call.request.answers} → {new_call.request.answers}")
            case _:
                said.append(
                    f"now in {new_call.loop or 'a loop of its caller'}" if _in(new_call) else "no longer in a loop"
                )
    callers = f" ({change.callers:,} callers)" if change.callers > 1 else ""
    return ", ".join(said) + callers


def _in(call: CallState) -> bool:
    return call.caller_loop or call.loop not in (None, "retry")


def _model(call: CallState) -> str:
    return " | ".join(call.request.models) or "model unknown"


def _seller(call: CallState) -> str:
    sellers = " | ".join(seller or "the maker of the model" for seller in call.request.sold_by)
    return f"{sellers} ({call.request.unpriced})" if call.request.unpriced else sellers


def _cap(call: CallState) -> str:
    request = call.request
    if request.cap is None:
        return "no text output"
    if request.cap == "number":
        return f"cap {request.limit:,}"
    if request.fallback:
        return f"cap {request.fallback:,} by default"
    return "no cap" if request.cap == "none" else "cap unknown"


def _times(old: CallState, then: CallState) -> str:
    a, b = (call.request.limit or call.request.fallback for call in (old, then))
    if not a or not b or a == b:
        return ""
    more = Decimal(max(a, b)) / min(a, b)
    said = f"{more:.1f}".removesuffix(".0") if more < 10 else f"{more:,.0f}"
    return f" ({'×' if b > a else '÷'} {said})" if more >= 2 else ""


def _static(call: CallState) -> str:
    return f"{'' if call.request.complete else '≥'}{call.request.said.low:,}"


def _tools(old: Defined | None, then: Defined | None) -> str:
    """`tools 3 → 4: ≥120 → ≥180 tokens`."""
    counts = dict.fromkeys(
        f"{defined.count:,}{'+' if defined.more else ''}" if defined else "0" for defined in (old, then)
    )
    return f"tools {' → '.join(counts)}: {_least(old)} → {_least(then)} tokens"


def _schema(old: Defined | None, then: Defined | None) -> str:
    """`schema Ticket: ≥40 → ≥52 tokens`, or that it came, went, or is not counted."""
    names = dict.fromkeys(defined.name if defined else "none" for defined in (old, then))
    return f"schema {' → '.join(names)}: {_least(old)} → {_least(then)} tokens"


def _least(defined: Defined | None) -> str:
    """Tokens at least; what nothing is known of is not zero."""
    if defined is None:
        return "0"
    return f"≥{defined.least.low:,}" if defined.least.high or not (defined.silent or defined.more) else "?"


def _signed(value: Decimal | None, *, most: bool = False) -> str:
    if value is None:
        return "-"
    if not value:
        return "$0"
    return f"{'up to ' if most else ''}{'+' if value > 0 else '-'}{sharp(abs(value))}"


def _cells(change: Change) -> tuple[str, ...]:
    delta = change.delta
    tokens = f"{delta.input_tokens:+,}" if delta.input_tokens else "0"
    usd = delta.usd
    about = "~" if delta.approximate and usd else ""
    each = about + _signed(None if usd is None else usd * 1000, most=delta.kind == "exposure")
    month = "-" if delta.per_month is None or delta.kind == "exposure" else about + _signed(delta.per_month)
    return change.change, _where(change), what(change), tokens, each, month


def _details(change: Change) -> list[str]:
    """What the row leaves out: both ends, rates, where the values stand, why there are no dollars."""
    found = []
    one = change.after or change.before
    delta = change.delta
    if change.unpriced:
        found.append(f"no dollars: {change.unpriced}")
    if delta.sure is not None and delta.kind == "cost" and delta.ceiling not in (None, delta.sure):
        found.append(f"with the longest answers {_signed(delta.ceiling and delta.ceiling * 1000)} per 1,000 calls")
    formula = delta.ceiling_formula if delta.kind == "exposure" else delta.formula
    if delta.usd and formula:
        found.append(f"one call: {formula} = {in_full(delta.usd)}")
    if one is not None:
        for name, place in (("model", one.model_at), ("output_cap", one.cap_at)):
            if name in change.what and place and place != f"{one.path}:{one.line}":
                found.append(f"{'cap' if name == 'output_cap' else name} set at {place}")
        if one.wrapper is not None:
            found.append(f"calls: {', '.join(change.sites)}" if change.callers > 1 else f"site {one.site_id}")
        else:
            found.append(f"site {one.site_id}")
        if delta.usd is not None and not one.request.complete and "model" in change.what:
            found.append("what is filled in at run time is not in the figure unless input-tokens says how much it is")
    found += [f"{b.input}: {b.value}, {b.origin}{f' ({b.where})' if b.where else ''}" for b in delta.basis]
    return found


_NOTE = "Prices and traffic are today's on both sides. Tokens are those of the code; ~: estimated, the low end; up to: only the longest answers cost that."


def _total(made: Comparison) -> str:
    total = made.total
    each = f"{_signed(None if total.sure is None else total.sure * 1000)} for 1,000 calls of each"
    month = f"{_signed(total.per_month)} a month" if total.per_month is not None else "a month: not known (no traffic)"
    unpriced = sum(c.unpriced is not None for c in made.changes)
    rest = f"; {number(unpriced, 'change')} without dollars" if unpriced else ""
    silent = sum(c.delta.per_month is None and bool(c.delta.sure) for c in made.changes)
    if silent and total.per_month is not None:
        month += f" ({number(silent, 'change')} without traffic left out)"
    return f"Total: {month}; {each}{rest}. Prices of {made.snapshot_date}."


def _traffic(made: Comparison) -> list[str]:
    """Whose traffic dollars a month are of; nothing where there are none."""
    months = [c.delta for c in made.changes if c.delta.per_month is not None]
    found = Counter(f"{b.origin} ({b.where})" for d in months for b in d.basis if b.input == "calls a month")
    said = [f"{origin}, {number(count, 'change')}" for origin, count in gathered(found)]
    return [f"Calls a month: {'; '.join(said)}."] if said else []


def text(made: Comparison, view: View) -> str:
    """For terminals: the sentence, the biggest changes, and each in detail with `--all`."""
    lines = [headline(made)]
    if made.changes:
        shown = made.changes if view.show_all else made.changes[:ROWS]
        lines += ["", *aligned(_HEAD, [_cells(c) for c in shown], _RIGHT)]
        if len(made.changes) > len(shown):
            lines.append(f"+{len(made.changes) - len(shown):,} more; --all prints them")
        lines += ["", _total(made), *_traffic(made)]
        if view.verbose or view.show_all:
            for change in shown:
                lines += ["", f"{_where(change)}: {what(change)}", *(f"  {d}" for d in _details(change))]
        if not view.quiet:
            lines += ["", _NOTE]
    return "".join(f"{plain(line)}\n" for line in lines)


def markdown(made: Comparison, broken: Sequence[str] = ()) -> str:
    """The body of a comment: a hidden marker by which a workflow finds and updates it, the sentence, ten rows, details.

    `broken`: budgets that are broken, or cannot be judged.
    """
    parts = [MARKER, f"**{markup.markdown(headline(made))}**\n", *markup.budgets(broken)]
    if made.changes:
        rows = [_marked(_cells(c)) for c in made.changes[:ROWS]]
        parts.append(markup.table(_HEAD, rows, right=_RIGHT))
        if len(made.changes) > ROWS:
            parts.append(f"and {len(made.changes) - ROWS:,} more.\n")
        parts += [f"{markup.markdown(line)}\n" for line in (_total(made), *_traffic(made))]
        body = []
        for change in made.changes:
            listed = "\n".join(f"  - {markup.markdown(d)}" for d in _details(change))
            body.append(f"- {markup.code(_where(change))}: {markup.markdown(what(change))}\n{listed}")
        kept = markup.fitted(body, largest=markup.LARGEST - sum(map(len, parts)) - 1_000)
        parts.append(
            markup.details("Each change, and where its figures come from", f"{kept}\n\n{markup.markdown(_NOTE)}")
        )
    return markup.fitted(parts)


def _marked(cells: Sequence[str]) -> list[str]:
    return [markup.code(cell) if i == 1 else markup.markdown(cell) for i, cell in enumerate(cells)]


def html(made: Comparison, view: View) -> str:
    """A page that needs nothing else; all changes."""
    parts = [f"<h1>What the change costs</h1>\n<p><strong>{markup.hypertext(headline(made))}</strong></p>\n"]
    if made.changes:
        parts.append(markup.html_table(_HEAD, [_cells(c) for c in made.changes], right=_RIGHT))
        parts += [f"<p>{markup.hypertext(line)}</p>\n" for line in (_total(made), *_traffic(made), _NOTE)]
        for change in made.changes:
            items = "".join(f"<li>{markup.hypertext(d)}</li>" for d in _details(change))
            parts.append(
                f"<h3>{markup.hypertext(_where(change))}: {markup.hypertext(what(change))}</h3>\n<ul>{items}</ul>\n"
            )
    return markup.page("promptlint cost", "".join(parts))
