"""An export of call logs, read and joined to call sites: what was measured, of how many days, and what fits nowhere.

A row has calls and tokens of one site in one period, or is one call. Columns go by the names that usage exports use.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

from promptlint.config import MOST, Figures
from promptlint.facts import Record
from promptlint.money.sites import Index, Target

DAYS_A_MONTH = 30
_LONGEST = 36_500  # days of a period
_LINE = re.compile(r"[0-9]{1,9}")
_COLUMNS = {
    "site": ("site_id", "site"),
    "place": ("path:line", "place", "location", "call_site"),
    "path": ("path", "file", "code.file.path", "code.filepath", "code_file"),
    "line": ("line", "lineno", "code.line.number", "code.lineno", "code_line"),
    "model": ("model", "model_requested", "gen_ai.request.model"),
    "calls": ("calls", "requests", "count", "num_model_requests"),
    "input": ("input", "input_tokens", "prompt_tokens", "gen_ai.usage.input_tokens"),
    "cached": ("cached", "cached_tokens", "input_cached_tokens", "cached_read_tokens", "cache_read_input_tokens"),
    "output": ("output", "output_tokens", "completion_tokens", "gen_ai.usage.output_tokens"),
    "period": ("period", "days", "window"),
}
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
# 900 or 900,000; 12.5 or 125: a thousand is marked in one way here, in another there.
_UNSURE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+,[0-9]+")
_DATES = re.compile(r"(\d{4}-\d\d-\d\d)\s*(?:/|\.\.|to|–)\s*(\d{4}-\d\d-\d\d)$")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)$")
_MONTH = re.compile(r"(\d{4})-(\d\d)$")
_LENGTH = re.compile(r"(\d+)\s*(d|days?|w|weeks?|m|months?|h|hours?)?$", re.IGNORECASE)
# The longest of 100 answers says what is rare; the longest of ten is luck.
_FEWEST_ANSWERS = 100
_ONE = {"hour": "1h", "day": "1d", "daily": "1d", "week": "1w", "weekly": "1w", "month": "1m", "monthly": "1m"}
_UNITS = {"": Decimal(1), "d": Decimal(1), "w": Decimal(7), "m": Decimal(DAYS_A_MONTH), "h": Decimal(1) / 24}


class LogError(Exception):
    """The export cannot be read. The message names the row and what is wrong."""


class Entry(Record, frozen=True):
    """One row: calls and tokens are totals of the period. `input` includes what was read from a cache.

    `window`: first and last day of a period that is dated.
    """

    site: str | None
    path: str | None
    line: int | None
    model: str | None
    calls: int
    input: int | None
    cached: int | None
    output: int | None
    period: str | None
    days: Decimal | None
    window: tuple[date, date] | None = None


class Joined(Record, frozen=True):
    """Figures of each site, how many calls of the log they explain, and why the rest could not be joined.

    `short`: sites whose requests had fewer tokens than their text in the code has.
    """

    figures: dict[str, Figures]
    calls: int
    explained: int
    unjoined: tuple[tuple[str, int], ...]
    short: tuple[str, ...] = ()


def read(text: str) -> list[Entry]:
    """The rows of a CSV or JSON-lines export (or a JSON array). Raises `LogError`."""
    rows = _json_rows(text) if text.lstrip()[:1] in ("{", "[") else _csv_rows(text)
    entries = [_entry(number, row) for number, row in rows]
    if not entries:
        raise LogError("no row in it")
    return entries


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:  # Any: JSON values
    if text.lstrip().startswith("["):
        rows: Iterator[tuple[int, Any]] = enumerate(_json(text, ""), 1)
    else:
        # `splitlines` would end a row at U+2028, too, which a string may hold as it is.
        lines = enumerate(io.StringIO(text, newline="\n"), 1)
        rows = ((n, _json(line, f"row {n}: ")) for n, line in lines if line.strip())
    for number, row in rows:
        if not isinstance(row, dict):
            raise LogError(f"row {number}: not an object")
        yield number, row


def _json(text: str, where: str) -> Any:  # Any: JSON values
    try:
        return json.loads(text)
    except RecursionError as error:
        raise LogError(f"{where}not JSON that can be read: nested too deeply") from error
    except ValueError as error:  # also a number of more digits than Python converts
        raise LogError(f"{where}not JSON: {error}") from error


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:  # Any: as above
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    reader = csv.DictReader(io.StringIO(text, newline=""), dialect=dialect)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise LogError(f"row {reader.line_num}: {error}") from error


def _entry(number: int, row: Mapping[str, Any]) -> Entry:  # Any: as above
    columns = _columns(tuple(row))
    found = {name: next((v for k in keys if (v := row[k]) not in (None, "")), None) for name, keys in columns.items()}
    path, line = found["path"], found["line"]
    if found["place"] is not None:
        path, _, line = str(found["place"]).rpartition(":")
    if found["site"] is None and path is None and found["model"] is None:
        known = (
            ", ".join(sorted({_folded(k) for k, v in row.items() if k is not None and v not in (None, "")})) or "none"
        )
        raise LogError(f"row {number}: no site_id, path:line or model (columns: {known})")

    def count(name: str) -> int | None:
        value = found[name]
        if value is None:
            return None
        text = str(value).strip()
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "").replace("_", "")
        elif isinstance(value, str) and _UNSURE.fullmatch(text):
            raise LogError(f"row {number}: {name} is {_shown(value)}, which may be several numbers; write digits alone")
        try:
            number_of = Decimal(text.replace("_", ""))
        except ArithmeticError as error:
            raise LogError(f"row {number}: {name} is {_shown(value)}, not a number") from error
        if not number_of.is_finite() or not 0 <= number_of <= MOST:
            raise LogError(f"row {number}: {name} is {_shown(value)}, not a count")
        return int(number_of.to_integral_value(ROUND_HALF_EVEN))

    calls = count("calls")
    sent, cached = count("input"), count("cached")
    if sent is not None and cached is not None and cached > sent:
        raise LogError(f"row {number}: more tokens are cached ({cached:,}) than sent ({sent:,}); `input` includes both")
    period = None if found["period"] is None else str(found["period"]).strip()
    return Entry(
        site=None if found["site"] is None else str(found["site"]).strip(),
        path=None if not path else str(path).strip().replace("\\", "/"),
        line=int(str(line)) if line is not None and _LINE.fullmatch(str(line).strip()) else None,
        model=None if found["model"] is None else str(found["model"]).strip(),
        calls=1 if calls is None else calls,
        input=sent,
        cached=cached,
        output=count("output"),
        period=period,
        days=None if period is None else days(period, number),
        window=None if period is None else window(period),
    )


@lru_cache(maxsize=64)
def _columns(keys: tuple[str | None, ...]) -> dict[str, tuple[str, ...]]:
    """The keys of a row that may say each thing, the best first."""
    there = [key for key in reversed(keys) if key is not None]
    return {name: tuple(k for a in names for k in there if _folded(k) == a) for name, names in _COLUMNS.items()}


def _folded(key: str) -> str:
    return key.strip().lower()


def _shown(value: object) -> str:
    return f"{value!r:.80}"


def days(period: str, row: int = 0) -> Decimal:
    """How many days `30`, `30 days`, `week`, `P7D`, `2026-10` or `2026-10-01/2026-10-31` are; a month by itself has 30.

    Raises `LogError`.
    """
    length = _length(period)
    if length is None:
        raise LogError(f"row {row}: period {_shown(period)} is no number of days, month or two dates")
    return length


@lru_cache(maxsize=1024)
def _length(period: str) -> Decimal | None:
    try:
        said = period.lower()
        period = _ONE.get(said, said[1:] if re.fullmatch(r"p\d+[dwm]", said) else period)
        if dated := window(period):
            return Decimal((dated[1] - dated[0]).days + 1)
        if (found := _LENGTH.match(period)) and 0 < len(found[1]) < 7 and int(found[1]):
            length_of = int(found[1]) * _UNITS[(found[2] or "").lower()[:1]]
            return length_of if length_of <= _LONGEST else None
    except (ValueError, KeyError):
        pass
    return None


@lru_cache(maxsize=1024)
def window(period: str) -> tuple[date, date] | None:
    """The first and the last day of `2026-10` and `2026-10-01/2026-10-31`; None for a length without dates, or backwards."""
    try:
        if found := _DATES.match(period):
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        elif found := _MONTH.match(period):
            year, month = int(found[1]), int(found[2])
            first = date(year, month, 1)
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        elif found := _DAY.match(period):
            first = last = date.fromisoformat(found[1])
        else:
            return None
    except ValueError:
        return None
    return (first, last) if first <= last else None


def covered(windows: Iterable[tuple[date, date]]) -> int:
    """How many days lie in any of these windows."""
    total, reached = 0, date.min
    for first, last in sorted(windows):
        begin = max(first, reached + timedelta(days=1)) if reached > date.min else first
        total += max(0, (last - begin).days + 1)
        reached = max(reached, last)
    return total


def join(entries: Iterable[Entry], targets: Sequence[Target], *, source: str, length: Decimal | None) -> Joined:
    """Add up the entries of each site. `length`: days of entries that do not say their period.

    Raises `LogError` when a period is nowhere said.
    """
    sums: dict[str, list[Entry]] = {}
    reasons: dict[str, int] = {}
    total = explained = 0
    static = {t.site_id: t.static for t in targets}
    index = Index(targets)
    dated: set[tuple[date, date]] = set()
    for entry in entries:
        total += entry.calls
        dated |= {entry.window} if entry.window is not None else set()
        site, reason = index.site(entry.site, entry.path, entry.line, entry.model)
        if site is None:
            reasons[reason] = reasons.get(reason, 0) + entry.calls
            continue
        explained += entry.calls
        sums.setdefault(site, []).append(entry)
    # A day without a row of a site is a day without a call of it: the whole log says how long it is.
    whole = covered(dated)
    figures = {site: _figures(found, static[site], source, length, whole) for site, found in sorted(sums.items())}
    unjoined = tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
    short = tuple(
        site for site, found in sorted(sums.items()) if (_mean(found, "input") or static[site]) < static[site]
    )
    return Joined(figures=figures, calls=total, explained=explained, unjoined=unjoined, short=short)


def _figures(entries: Sequence[Entry], static: int, source: str, length: Decimal | None, log: int) -> Figures:
    calls = sum(e.calls for e in entries)
    periods = {e.period: e.days for e in entries}
    if None in periods and length is None:
        raise LogError("its rows do not say of how many days they are: add a `period` column, or give --days")
    undated = {e.period: e.days for e in entries if e.window is None}
    span = sum((d if d is not None else length or Decimal(0) for d in undated.values()), Decimal(0))
    span += log if len(undated) < len(periods) else 0

    sent, cached = _mean(entries, "input"), _mean(entries, "cached")
    whole = sum(e.input or 0 for e in entries)
    share = Decimal(sum(e.cached or 0 for e in entries)) / whole if whole and cached is not None else None
    monthly = int((calls * DAYS_A_MONTH / span).to_integral_value(ROUND_HALF_EVEN))
    if max(monthly, sent or 0, _mean(entries, "output") or 0) > MOST:
        raise LogError(f"{monthly:,} calls a month in one place, or tokens in one call, are no log of calls")
    return Figures(
        calls_per_month=monthly,
        input_tokens=None if sent is None else max(0, sent - static),
        output_tokens=_mean(entries, "output"),
        output_p99=_p99(entries),
        cached_share=None if share is None else min(Decimal(1), round(share, 4)),
        measured=f"{source}, {span.normalize():f} {'day' if span == 1 else 'days'}",
    )


def _mean(entries: Sequence[Entry], name: str) -> int | None:
    """The average of one call; None where a row does not say."""
    calls = sum(e.calls for e in entries)
    values = [getattr(e, name) for e in entries]
    if not calls or any(v is None for v in values):
        return None
    return int((Decimal(sum(values)) / calls).to_integral_value(ROUND_HALF_EVEN))


def _p99(entries: Sequence[Entry]) -> int | None:
    """The length that 99 of 100 answers do not pass (nearest rank), where each row is one answer; totals hide it."""
    outputs = sorted(e.output for e in entries if e.output is not None and e.calls == 1)
    if len(outputs) < max(len(entries), _FEWEST_ANSWERS):
        return None
    return outputs[(99 * len(outputs) + 99) // 100 - 1]
