"""`promptlint traffic sync` and `promptlint traffic import`."""

from __future__ import annotations

import errno
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from promptlint.bytes_of import given_bytes, regular_bytes
from promptlint.cli.options import (
    guarded,
    print_problems,
    project_options,
    put,
    refuse_output_file,
    to_options,
    unanswered,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from promptlint.facts import Call
    from promptlint.money.sites import Target
    from promptlint.outcome import Outcome
    from promptlint.traffic_file import Site, Written


@click.group("traffic", short_help="Say how often each call is made.")
def command() -> None:
    """Keep promptlint-traffic.toml, which says how often each call is made and how much it carries.

    \b
    promptlint traffic sync                 put in the calls that are missing, as comments to fill in
    promptlint traffic import usage.csv     fill them in from an export of call logs
    promptlint cost                         dollars a month, each with its basis

    The file lies in the project's root. What people wrote in it is never changed.
    """  # noqa: D301  # click reads the backspace itself


def _number(context: click.Context, option: click.Parameter, value: float | None) -> float | None:
    if value is not None and value != value:  # nan, which is in every range
        raise click.BadParameter("nan is no number of days")
    return value


_MOST_REASONS = 10
_LARGEST = 500_000_000
_DRY = click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")


@command.command("sync", short_help="Put in the calls that are missing.")
@project_options
@_DRY
def sync(**values: Any) -> None:  # Any: click passes every flag by name
    """Put a commented block for each call under PATHS that has none into promptlint-traffic.toml, in order of place.

    Lines are only ever added. Exit codes: 0 done, 2 could not do the job.
    """
    from promptlint.run import costs
    from promptlint.traffic_file import synced

    refuse_output_file(values)
    outcome = guarded(lambda: costs(to_options(values)))
    if unanswered(outcome, None):
        _end(outcome)
    sites = _sites(outcome)
    path, before, configured = _read(outcome)
    written = _guarded(path, lambda: synced(before, sites, elsewhere=configured))
    _put(path, before, written, values)
    count = len(written.added)
    added = f"{count} {'call' if count == 1 else 'calls'} added" if count else "no call is missing"
    _say(f"{path}: {added}{' (dry run)' if values['dry_run'] else ''}")
    gone = sorted(configured - {s.site_id for s in sites} - _ids(outcome))
    if gone:
        _say(f"{path}: {len(gone)} of its sites are no longer in the code: {', '.join(gone)}")
    _end(outcome)


@command.command("import", short_help="Fill it in from an export of call logs.")
@click.argument("file", type=click.Path(dir_okay=False))
@project_options
@_DRY
@click.option("--days", type=click.FloatRange(min=0, min_open=True, max=36_500), callback=_number, help="How many days the export covers, where its rows do not say.")  # fmt: skip
def import_(file: str, **values: Any) -> None:  # Any: as above
    """Read an export of call logs (CSV, or JSON, one object a line) and write what it measured of each call.

    \b
    A row needs one of   site_id | path:line (or path and line) | model
    and may have         calls, input, cached, output (tokens), period (30 days, week, 2026-10, 2026-10-05, 2026-10-01/2026-10-31)

    A log with dates is as long as all its days: a day without a row of a call is one without it.
    Numbers are totals of the period; a row without `calls` is one call; `input` includes cached tokens. Other names that
    usage exports have are understood (prompt_tokens, num_model_requests, gen_ai.usage.output_tokens, ...). A model joins a
    call only if no other call uses it. What cannot be joined is counted and named. From 100 rows of single calls on, the
    length that 99 of 100 answers do not pass is written too (output-p99): PRM102 and PRM105 hold caps against it.

    Exit codes: 0 done, 2 could not do the job.
    """  # noqa: D301  # click reads the backspace itself
    from promptlint.money import logs
    from promptlint.report.escape import plain
    from promptlint.run import costs
    from promptlint.traffic_file import measured

    refuse_output_file(values)
    try:
        entries = logs.read(_text(_whole(file)))
    except OSError as error:
        _fail(f"{file}: {error.strerror or error}")
    except (ValueError, logs.LogError) as error:
        _fail(f"{file}: {error}")
    outcome = guarded(lambda: costs(to_options(values)))
    length = Decimal(str(values["days"])) if values["days"] is not None else None
    targets = _targets(outcome)
    try:
        joined = logs.join(entries, targets, source=plain(Path(file).name), length=length)
    except logs.LogError as error:
        _fail(f"{file}: {error}")
    path, before, _ = _read(outcome)
    written = _guarded(path, lambda: measured(before, _sites(outcome), joined.figures))
    _put(path, before, written, values)
    for site in written.kept:
        _say(f"{path}: sites.{site} has figures of your own; they stay")
    for reason, calls in joined.unjoined[:_MOST_REASONS]:
        _say(f"{file}: {calls:,} {'call' if calls == 1 else 'calls'} not joined: {reason}")
    if len(joined.unjoined) > _MOST_REASONS:
        rest = sum(calls for _, calls in joined.unjoined[_MOST_REASONS:])
        _say(
            f"{file}: {rest:,} more not joined, for {len(joined.unjoined) - _MOST_REASONS:,} other reasons of this kind"
        )
    if joined.short:
        _say(
            f"{file}: requests of {', '.join(joined.short)} had fewer tokens than the text in the code has, so nothing is "
            "taken to be filled in: is the log of this code, and `input` of all tokens?"
        )
    share = 100 * joined.explained // joined.calls if joined.calls else 0  # 100 % is all of them
    _say(
        f"{path}: {len(written.measured)} of {len(targets)} call sites measured; "
        f"your logs explain {share} % of the calls ({joined.explained:,} of {joined.calls:,})."
    )
    _end(outcome)


def _whole(file: str) -> bytes:
    """The bytes of an export. Raises OSError, of one that has no end too."""
    data = given_bytes(file, _LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(errno.EFBIG, f"larger than {_LARGEST // 1_000_000} MB; split it by months")
    return data


def _text(data: bytes) -> str:
    """The text of an export: UTF-8, or what spreadsheets write. Raises ValueError."""
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def _calls(outcome: Outcome) -> list[Call]:
    """The calls that have a cost of their own, each site once."""
    from promptlint.money.state import own_calls

    return own_calls(outcome.project, outcome.measures, outcome.reported)


def _ids(outcome: Outcome) -> set[str]:
    return {c.site_id for c in (*outcome.project.calls, *outcome.project.callers)}


def _sites(outcome: Outcome) -> list[Site]:
    from promptlint.report.inventory import model_value
    from promptlint.report.places import at
    from promptlint.traffic_file import Site

    found = []
    for call in _calls(outcome):
        point = at(call.place, outcome)
        cell = f"cell {point.cell}:" if point.cell is not None else ""
        model = model_value(call.model)
        named = model if isinstance(model, str) else " | ".join(model) if model else "model not known"
        inside = f" {call.function}" if call.function else ""
        label = f"{call.place.path}:{cell}{point.line}{inside}: {call.callee}, {named}"
        found.append(
            Site(
                site_id=call.site_id,
                label=label,
                order=(
                    call.place.path,
                    outcome.source(call.place.path).line_column(call.place.span.start)[0],
                    call.site_id,
                ),
            )
        )
    return found


def _targets(outcome: Outcome) -> list[Target]:
    from promptlint.money.sites import Target

    found = []
    for call in _calls(outcome):
        source = outcome.source(call.place.path)
        first, last = (source.line_column(n)[0] for n in (call.place.span.start, call.place.span.end))
        found.append(
            Target(
                site_id=call.site_id,
                path=call.place.path,
                lines=(first, last),
                models=tuple(str(v) for v in call.model.values),
                static=outcome.measures.calls[call.site_id].static.low,
            )
        )
    return found


def _read(outcome: Outcome) -> tuple[Path, str, frozenset[str]]:
    """The file, its text, and the sites that have figures in any file."""
    from promptlint.config import LARGEST, TRAFFIC_FILE

    path = Path(outcome.root) / TRAFFIC_FILE
    try:
        text = regular_bytes(path, LARGEST).decode("utf-8-sig") if path.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{path}: {getattr(error, 'strerror', None) or error}")
    return path, text, outcome.traffic_sites


def _guarded(path: Path, work: Callable[[], Written]) -> Written:
    from promptlint.traffic_file import TrafficFileError

    try:
        return work()
    except TrafficFileError as error:
        _fail(f"{path}: {error}")


def _put(path: Path, before: str, written: Written, values: dict[str, Any]) -> None:
    if values["dry_run"]:
        write(written.text, values["output_file"])
    elif written.text != before and (problem := put(path, before, written.text)) is not None:
        _fail(problem)


def _say(message: str) -> None:
    """A line on standard error; names of files and columns cannot steer the terminal."""
    from promptlint.report.escape import plain

    click.echo(plain(message), err=True)


def _fail(message: str) -> NoReturn:
    _say(f"promptlint: {message}")
    sys.exit(2)


def _end(outcome: Outcome) -> None:
    print_problems(outcome.problems, outcome)
    sys.exit(2 if outcome.problems else 0)
