"""`promptlint cost`."""

from __future__ import annotations

import sys
from typing import Any

import click

from promptlint.cli.options import (
    guarded,
    print_problems,
    project_options,
    to_options,
    to_view,
    traffic_option,
    view_options,
    write,
)


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
@click.option("--all", "show_all", is_flag=True, help="Print all rows, not only the ten dearest.")
@traffic_option
@view_options
def command(**values: Any) -> None:  # Any: click passes every flag by name
    r"""Say what the calls and prompts under PATHS (default: here) cost: per 1,000 calls, and a month where traffic is known.

    \b
    promptlint cost                                the dearest calls and prompts, and what has no dollars
    promptlint cost --traffic medium               with an assumed 30,000 calls a month at each call
    promptlint cost --explain src/bot.py:31        one call: formula, inputs, where each comes from
    promptlint cost --output-format json -o base.json

    Only what follows from known inputs is printed: what is unknown makes a range or is left out, and is counted and named.
    Traffic comes from [tool.promptlint.traffic] or promptlint-traffic.toml (`promptlint traffic`).

    Exit codes: 0 done, 2 could not do the job.
    """
    from promptlint.run import costs

    outcome = guarded(lambda: costs(to_options(values)))
    view = to_view(values)
    if values["explain"]:
        from promptlint.report.explain import explain, find

        calls = find(values["explain"], outcome)
        if not calls:
            click.echo(f"promptlint: no call at {values['explain']!r}; `promptlint calls` lists them", err=True)
            sys.exit(2)
        write("\n".join(explain(call, outcome) for call in calls), values["output_file"])
    elif values["output_format"] == "json":
        from promptlint.report.cost import cost_json

        write(cost_json(outcome), values["output_file"])
    else:
        from promptlint.report import cost_text

        render = {"table": cost_text.text, "markdown": cost_text.markdown, "html": cost_text.html}
        write(render[values["output_format"]](outcome, view), values["output_file"])
    print_problems(outcome.problems, outcome)
    sys.exit(2 if outcome.problems else 0)
