"""`promptlint cost`."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from promptlint.bytes_of import given_bytes
from promptlint.cli.options import (
    guarded,
    print_problems,
    print_unmatched,
    project_options,
    refuse_format,
    to_options,
    to_step_summary,
    to_view,
    traffic_option,
    unanswered,
    view_options,
    write,
)
from promptlint.report.escape import plain

if TYPE_CHECKING:
    from promptlint.money.budgets import Verdict
    from promptlint.money.state import State
    from promptlint.outcome import Outcome
    from promptlint.reading import Reading
    from promptlint.report.diff import Comparison

_LARGEST = 500_000_000


@click.command("cost", short_help="Say what every call and prompt costs.")
@project_options
@click.option(
    "--output-format",
    type=click.Choice(["table", "json", "markdown", "html"]),
    default="table",
    help="How to print it.",
)
@click.option(
    "--explain", metavar="SITE", help="Print formula, inputs and origins of one call: its site id, or path:line."
)
@click.option(
    "--diff-base", metavar="REF", help="Say what changed since this git revision; the work tree is not touched."
)
@click.option("--compare-to", metavar="FILE", help="Say what changed since this report of --output-format json.")
@click.option(
    "--fail-over",
    metavar="USD",
    help="Exit 1 above this many dollars a month, 50usd: of the increase where there is a base, else of all.",
)
@click.option("--all", "show_all", is_flag=True, help="Print all rows, not only the ten dearest.")
@traffic_option
@view_options
def command(**values: Any) -> None:  # Any: click passes every flag by name
    """Say what the calls and prompts under PATHS (default: here) cost: per 1,000 calls, and a month where traffic is known.

    \b
    promptlint cost                                the dearest calls and prompts, and what has no dollars
    promptlint cost --traffic medium               with an assumed 30,000 calls a month at each call
    promptlint cost --explain src/bot.py:31        one call: formula, inputs, where each comes from
    promptlint cost --diff-base origin/main        what this branch changes, prompts and constants of other files included
    promptlint cost --output-format json -o base.json, then --compare-to base.json

    --diff-base compares files as they are now with that revision; what a branch alone changes is said against its merge
    base: --diff-base "$(git merge-base origin/main HEAD)".

    Only what follows from known inputs is printed: what is unknown makes a range or is left out, and is counted and named.
    Tools and the schema of an answer are input: of those written in the project their names, descriptions and values are
    counted ("≥"), functions of OpenAI's gpt-4o, gpt-4 and gpt-3.5 as it documents; others are named as not counted.
    Traffic comes from [tool.promptlint.traffic] or promptlint-traffic.toml (`promptlint traffic`).

    Budgets of [tool.promptlint.budget] are gates: max-monthly-usd, max-monthly-increase-usd, max-prompt-tokens and
    max-output-tokens (both by glob of paths or name).

    Exit codes: 0 done, 1 a budget is broken (it is named), 2 could not do the job, a budget that cannot be judged included.
    """  # noqa: D301  # click reads the backspace itself
    from promptlint.reading import Reading
    from promptlint.run import costed

    _together(values)
    limit = _limit(values["fail_over"])
    whole = values["diff_base"] is None  # else it has to be known which files were looked at
    reading = guarded(lambda: Reading(to_options(values), whole=whole))
    outcome = guarded(lambda: costed(reading))
    if unanswered(outcome, values["output_format"]):
        print_problems(outcome.problems, outcome)
        sys.exit(2)
    compared = _comparison(reading, outcome, values)
    verdicts = _verdicts(reading, outcome, compared, limit)
    said = [told(verdict, outcome) for verdict in verdicts]
    rendered = _rendered(outcome, compared, values, verdicts)
    write(rendered, values["output_file"])
    if values["output_format"] == "markdown":
        to_step_summary(rendered)
    print_unmatched(outcome, values)
    print_problems(outcome.problems, outcome)
    silent = _silent(reading, outcome, compared, limit)
    for line in (*([silent] if silent else ()), *said):
        click.echo(plain(f"promptlint: {line}"), err=True)
    if outcome.problems or any(not v.judged for v in verdicts) or (compared is not None and not compared.whole):
        sys.exit(2)
    sys.exit(1 if verdicts else 0)


def _silent(reading: Reading, outcome: Outcome, compared: Comparison | None, limit: Decimal | None) -> str:
    """What no gate in dollars can see, if there is one."""
    from promptlint.report.cost import sheet

    budget = reading.config.budget
    if compared is not None:
        if limit is None and budget.max_monthly_increase_usd is None:
            return ""
        count, what = sum(c.unpriced is not None for c in compared.changes), "change"
    else:
        if limit is None and budget.max_monthly_usd is None:
            return ""
        count, what = len(sheet(outcome).unpriced), "call"
    has = f"1 {what} has" if count == 1 else f"{count:,} {what}s have"
    return f"{has} no dollars and cannot count against a budget" if count else ""


def _together(values: dict[str, Any]) -> None:
    """Flags that exclude each other, or that are given nothing."""
    for name in ("diff_base", "compare_to", "explain"):
        if values[name] is not None and not values[name].strip():
            flag = f"--{name.replace('_', '-')}"
            raise click.BadParameter("it is empty; did the command in it fail?", param_hint=flag)
    if values["diff_base"] and values["compare_to"]:
        raise click.UsageError("--diff-base and --compare-to are two ways to name the same base; give one")
    if values["explain"]:
        refuse_format("--explain", "table")
    if values["explain"] and (values["diff_base"] or values["compare_to"]):
        raise click.UsageError("--explain is about one call as it is; leave out the base")


def _limit(text: str | None) -> Decimal | None:
    from promptlint.money.budgets import usd

    try:
        return usd(text) if text is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fail-over") from error


def _comparison(reading: Reading, outcome: Outcome, values: dict[str, Any]) -> Comparison | None:
    """The changes since the base that was named, if one was."""
    from promptlint.money.diff import changes, total
    from promptlint.report.cost import state_of
    from promptlint.report.diff import Comparison
    from promptlint.run import costed

    now = outcome
    if values["compare_to"]:
        before, base, whole = _stored(values["compare_to"]), values["compare_to"], True
    elif values["diff_base"]:
        base = values["diff_base"]
        before, seen, whole = _revision(reading, base)
        # What one side looks at the other must, or a prompt that it had all along would come out of nothing.
        both = reading.also(seen)
        now = outcome if both is reading else costed(both)
    else:
        return None
    found = changes(before, state_of(now), dict(reading.config.prices.discount))
    return Comparison(
        base=base, changes=found, total=total(found), snapshot_date=outcome.measures.snapshot_date, whole=whole
    )


def _stored(path: str) -> State:
    """The state in a report that `cost --output-format json` wrote."""
    import msgspec

    from promptlint.money.state import State

    try:
        report = msgspec.json.decode(given_bytes(path, _LARGEST))  # what is cut is no JSON
        if isinstance(report, dict) and isinstance(report.get("state"), dict):
            return msgspec.convert(report["state"], State)
        problem = "no report of `promptlint cost --output-format json`"
    except OSError as error:
        problem = error.strerror or str(error)
    except (msgspec.DecodeError, RecursionError) as error:
        problem = f"no report of `promptlint cost --output-format json`: {error}"
    click.echo(plain(f"promptlint: {path}: {problem}"), err=True)
    sys.exit(2)


def _revision(reading: Reading, name: str) -> tuple[State, frozenset[str], bool]:
    """The state of a revision, by today's configuration and prices, the files it was read from, and whether all were there."""
    from promptlint.outcome import Problem
    from promptlint.report.cost import state_of
    from promptlint.revision import Revision, RevisionError
    from promptlint.run import costed

    try:
        revision = Revision(reading.root, name)
        try:
            then = reading.at(revision)
            base = costed(then)
        finally:
            revision.close()
    except (RevisionError, OSError) as error:
        click.echo(plain(f"promptlint: {error}"), err=True)
        sys.exit(2)
    unread = [Problem(path, 0, message) for path, message in sorted(revision.problems.items())]
    for problem in (*unread, *base.problems):
        where = f"{base.display(problem.path)}:{problem.line}" if problem.line else base.display(problem.path)
        click.echo(plain(f"promptlint: at {name}: {where}: {problem.message}"), err=True)
    whole = not unread and revision.missing.isdisjoint(problem.path for problem in base.problems)
    return state_of(base), then.seen, whole


def _rendered(outcome: Outcome, compared: Comparison | None, values: dict[str, Any], verdicts: list[Verdict]) -> str:
    """The report. Comments and JSON name broken budgets as well, for whoever reads them sees no terminal."""
    from promptlint.report.jsons import budget_rows

    view, broken = to_view(values), [told(verdict, outcome) for verdict in verdicts]
    if values["explain"]:
        from promptlint.report.explain import explain, find

        calls = find(values["explain"], outcome)
        if not calls:
            click.echo(plain(f"promptlint: no call at {values['explain']!r}; `promptlint calls` lists them"), err=True)
            sys.exit(2)
        return "\n".join(explain(call, outcome) for call in calls)
    if compared is not None:
        from promptlint.report import diff, diff_json

        if values["output_format"] == "json":
            return diff_json.render(compared, budget_rows(verdicts, outcome))
        if values["output_format"] == "markdown":
            return diff.markdown(compared, broken)
        return (diff.html if values["output_format"] == "html" else diff.text)(compared, view)
    if values["output_format"] == "json":
        from promptlint.report.cost import cost_json

        return cost_json(outcome, verdicts)
    from promptlint.report import cost_text

    if values["output_format"] == "markdown":
        return cost_text.markdown(outcome, view, broken)
    return (cost_text.html if values["output_format"] == "html" else cost_text.text)(outcome, view)


def _verdicts(reading: Reading, outcome: Outcome, compared: Comparison | None, limit: Decimal | None) -> list[Verdict]:
    """The budgets that are broken or cannot be judged: of the configuration, and `--fail-over`."""
    from promptlint.money.budgets import monthly, tokens
    from promptlint.money.formula import Amount
    from promptlint.report.cost import sheet

    budget = reading.config.budget
    made = sheet(outcome)
    now = made.per_month if made.months else None
    found = [*tokens(budget, outcome.project, outcome.measures, outcome.reported)]
    silent = len(made.lines) - made.months
    checked = [("max-monthly-usd", budget.max_monthly_usd, now, silent)]
    if compared is not None:
        added = compared.total.per_month
        more = None if added is None else Amount(low=added, high=None)
        unknown = sum(c.delta.per_month is None and bool(c.delta.sure) for c in compared.changes)
        checked += [
            ("max-monthly-increase-usd", budget.max_monthly_increase_usd, more, unknown),
            ("--fail-over", limit, more, unknown),
        ]
    else:
        checked.append(("--fail-over", limit, now, silent))
    verdicts = (monthly(name, most, amount, left_out=rest) for name, most, amount, rest in checked if most is not None)
    return [*found, *(v for v in verdicts if v is not None)]


def told(verdict: Verdict, outcome: Outcome) -> str:
    """A budget that is broken, in one line that names it."""
    from promptlint.report.places import shown

    where = f"{shown(verdict.place, outcome)}: " if verdict.place is not None else ""
    return f"{where}budget {verdict.budget}: {verdict.message}"
