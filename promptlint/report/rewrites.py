"""A shortened prompt for people: what was saved, and each edit; and for machines."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

import msgspec

from promptlint.compress.document import Document
from promptlint.compress.engines import Bill
from promptlint.report.escape import plain, shown_path
from promptlint.report.money import exactly
from promptlint.report.style import paint
from promptlint.source import Source

_LONGEST = 60


def saved_text(path: str, before: str, document: Document, counted: str, *, color: bool) -> str:
    """One line a change, then the sum. `counted` says with which tokens."""
    source = Source(path, before)
    shown = shown_path(path)
    out = []
    for change in document.changes:
        line, column = source.line_column(change.start)
        old, new = _short(before[change.start : change.end]), _short(change.content)
        marked = "" if change.safe else paint(" (unsafe)", "yellow", color=color)
        rule = paint(change.rule, "bold", color=color)
        out.append(f"{shown}:{line}:{column}: {rule} {plain(old)} → {plain(new)}{marked}")
    for offset, reason in document.notes:
        out.append(f"promptlint: {shown}:{source.line_column(offset)[0]}: {plain(reason)}")
    for offset, reason in document.reasons:
        out.append(f"{shown}:{source.line_column(offset)[0]}: dropped: {plain(reason)}")
    saved = document.tokens_before - document.tokens_after
    share = 100 * saved / document.tokens_before if document.tokens_before else 0.0
    sum_ = (
        f"{document.tokens_before:,} → {document.tokens_after:,} tokens (-{share:.1f} %)"
        if saved
        else (f"{document.tokens_before:,} tokens, nothing to save")
    )
    edits = f"{len(document.changes)} edit{'' if len(document.changes) == 1 else 's'}"
    dropped = f", {document.dropped} dropped (something lost, or nothing saved)" if document.dropped else ""
    out.append(f"{shown}: {sum_}, {edits}{dropped}; {counted}")
    return "\n".join(out) + "\n"


def _short(text: str) -> str:
    """A piece of text on one line, in quotes."""
    shown = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{shown}"' if len(shown) <= _LONGEST else f'"{shown[:_LONGEST]}…"'


def estimate_text(bill: Bill | None, basis: str) -> str:
    """What the work costs at most, in one line; empty when it costs nothing."""
    if bill is None or not bill.requests:
        return ""
    amount = f"{_fine(bill.usd, ROUND_CEILING)} at most" if bill.usd is not None else "tokens at most"
    return (
        f"{amount}: {_requests(bill)}, {bill.input_tokens:,} tokens in, {bill.output_tokens:,} out, if every try is needed "
        f"({basis})"
    )


def bill_text(bill: Bill | None, basis: str) -> str:
    """What the work did cost, in one line; empty when it cost nothing."""
    if bill is None or not bill.requests:
        return ""
    amount = f"cost {_fine(bill.usd, ROUND_HALF_EVEN)}" if bill.usd is not None else "used"
    counted = "" if bill.exact else ", counted here: the server did not say"
    return (
        f"{amount}: {_requests(bill)}, {bill.input_tokens:,} tokens in, {bill.output_tokens:,} out ({basis}{counted})"
    )


def _requests(bill: Bill) -> str:
    return f"{bill.requests} request{'' if bill.requests == 1 else 's'}"


def _fine(usd: Decimal, rounding: str) -> str:
    """Dollars with two significant digits, however few they are."""
    if not usd:
        return "$0"
    exponent = min(-2, usd.adjusted() - 1)
    return f"${usd.quantize(Decimal(1).scaleb(exponent), rounding=rounding):,f}"


def rewrite_json(path: str, before: str, document: Document, engine: str, bill: Bill | None, basis: str) -> str:
    """The format of `compress --output-format json`. `usd` is what an engine that costs money did cost, null when unknown."""
    source = Source(path, before)
    edits = []
    for change in document.changes:
        line, column = source.line_column(change.start)
        end_line, end_column = source.line_column(change.end)
        edits.append(
            {
                "rule": change.rule,
                "line": line,
                "column": column,
                "end_line": end_line,
                "end_column": end_column,
                "before": before[change.start : change.end],
                "content": change.content,
                "safe": change.safe,
            }
        )
    notes = [{"line": source.line_column(offset)[0], "message": reason} for offset, reason in document.notes]
    value = {
        "version": 1,
        "path": path,
        "engine": engine,
        "text": document.text,
        "tokens_before": document.tokens_before,
        "tokens_after": document.tokens_after,
        "edits": edits,
        "dropped": document.dropped,
        "reasons": [{"line": source.line_column(offset)[0], "message": reason} for offset, reason in document.reasons],
        "notes": notes,
        "error": document.error,
        "usd": exactly(bill.usd) if bill else None,
        "usage": bill
        and {
            "requests": bill.requests,
            "input_tokens": bill.input_tokens,
            "output_tokens": bill.output_tokens,
            "exact": bill.exact,
            "basis": basis,
        },
    }
    return msgspec.json.encode(value).decode() + "\n"
