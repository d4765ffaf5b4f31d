"""`promptlint plan`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from promptlint.cli.options import (
    guarded,
    print_problems,
    print_unmatched,
    project_options,
    to_options,
    to_step_summary,
    to_view,
    traffic_option,
    unanswered,
    view_options,
    write,
)

if TYPE_CHECKING:
    from promptlint.outcome import Outcome
    from promptlint.report.plan import Report


@click.command("plan", short_help="Say what all savings together would come to.")
@project_options
@click.option(
    "--output-format",
    type=click.Choice(["table", "json", "markdown", "html"]),
    default="table",
    help="How to print it.",
)
@click.option("--html", "html_file", type=click.Path(), metavar="FILE", help="Draw it into a page of HTML, too.")
@click.option("--all", "show_all", is_flag=True, help="Print all places, not only ten of each kind.")
@traffic_option
@view_options
def command(**values: Any) -> None:  # Any: click passes every flag by name
    """Say what the model calls under PATHS (default: here) would cost after every saving that there is evidence for.

    \b
    promptlint traffic sync                 first: the calls, for you to say how often each is made
    promptlint plan                         the waterfall, each step with its places, inputs and assumptions
    promptlint plan --traffic medium        with an assumed 30,000 calls a month at each call
    promptlint plan --html plan.html        with bars; the page loads nothing

    The steps, in the order in which they act on a request:

    \b
    route            a small model answers what needs no large one          PRM501, PRM502, PRM503
    response cache   what was asked before is not asked again               repeated-share
    prompt cache     the beginning of a prompt is read from the provider's  PRM301, PRM302, PRM303
    batch            what nobody waits for is sent by way of the Batch API  PRM401, PRM403, batchable-share
    compress         prompts say the same in fewer tokens                   PRM201, PRM202, PRM203
    cap              answers end where they were asked to                   PRM101, PRM102

    Each call is priced anew after each step, so a step saves on what the steps before it left, and nothing is counted
    twice. Findings of preview rules count, ignored ones do not. A step without evidence is zero and says what evidence it
    needs. What code cannot prove (that there is no cache of answers) is asked, with the places.

    Exit codes: 0 done, 2 could not do the job.
    """  # noqa: D301  # click reads the backspace itself
    from promptlint.report.plan import report
    from promptlint.run import planned

    if (values["html_file"] or "").startswith("-"):
        raise click.BadParameter(f"it takes a file, not {values['html_file']!r}", param_hint="--html")
    outcome, made, asked = guarded(lambda: planned(to_options(values)))
    if unanswered(outcome, values["output_format"]):
        print_problems(outcome.problems, outcome)
        sys.exit(2)
    shown = report(outcome, made, asked)
    write(_rendered(values["output_format"], outcome, shown, values), values["output_file"])
    if values["html_file"] is not None:
        write(_rendered("html", outcome, shown, values), values["html_file"])
    if values["output_format"] == "markdown":
        to_step_summary(_rendered("markdown", outcome, shown, values))
    print_unmatched(outcome, values)
    print_problems(outcome.problems, outcome)
    sys.exit(2 if outcome.problems else 0)


def _rendered(output_format: str, outcome: Outcome, shown: Report, values: dict[str, Any]) -> str:
    from promptlint.report import plan

    match output_format:
        case "json":
            from promptlint.report.plan_json import plan_json

            return plan_json(outcome, shown)
        case "html":
            from promptlint.report.plan_html import html

            return html(outcome, shown)
        case "markdown":
            return plan.markdown(outcome, shown, to_view(values))
        case _:
            return plan.text(outcome, shown, to_view(values))
