"""`promptlint check`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from promptlint.cli.fixing import exit_code, fix_options, run_fixes
from promptlint.cli.options import (
    guarded,
    print_problems,
    print_unmatched,
    project_options,
    refuse_format,
    rule_options,
    to_options,
    to_step_summary,
    to_view,
    traffic_option,
    unanswered,
    view_options,
    with_stdin,
    write,
)

if TYPE_CHECKING:
    from promptlint.outcome import Outcome
    from promptlint.report.view import View

_FORMATS = {
    "full": ("full", "render"),
    "concise": ("concise", "render"),
    "json": ("jsons", "render_json"),
    "json-lines": ("jsons", "render_lines"),
    "github": ("github", "render"),
    "sarif": ("sarif", "render"),
    "markdown": ("markdown", "render"),
}


@click.command("check", short_help="Report what prompts and model calls waste.")
@project_options
@rule_options
@click.option(
    "--output-format",
    type=click.Choice(list(_FORMATS)),
    default=None,
    envvar="PROMPTLINT_OUTPUT_FORMAT",
    help="How to print findings (default: full).",
)
@click.option("--all", "show_all", is_flag=True, help="Print all findings, not only the ten dearest.")
@click.option("--statistics", is_flag=True, help="Count findings by rule.")
@click.option("--show-files", is_flag=True, help="List the files that would be checked, and stop.")
@click.option("--stdin-filename", metavar="PATH", help="The name of what is read from standard input (PATHS is `-`).")
@click.option("--exit-zero", is_flag=True, help="Exit 0 even when there are findings.")
@click.option("--fix", is_flag=True, help="Apply the safe fixes, then report what stays.")
@click.option("--fix-only", is_flag=True, help="Apply the safe fixes and report nothing: `promptlint fix`.")
@fix_options
@traffic_option
@view_options
def command(**values: Any) -> None:  # Any: click passes every flag by name
    """Report what prompts and model calls under PATHS (default: here) waste, the dearest first.

    \b
    promptlint check                               this project
    promptlint check --select PRM5 src             retiring and oversized models
    promptlint check --output-format github        annotations in a workflow
    promptlint check --output-format markdown      a comment for a pull request; $GITHUB_STEP_SUMMARY is written too
    cat a.py | promptlint check - --stdin-filename a.py

    The whole project is read, so that models and prompts are followed across files; PATHS choose what is reported.
    Exit codes: 0 clean, 1 findings, 2 could not do the job.
    """  # noqa: D301  # click reads the backspace itself
    from promptlint.run import check

    if values["show_files"]:
        refuse_format("--show-files")
    elif values["diff"]:
        refuse_format("--diff")
    elif values["statistics"]:
        refuse_format("--statistics", "full", "concise", "json")
    options = with_stdin(values)
    if values["show_files"]:
        _show_files(options)
        return
    if values["fix"] or values["fix_only"] or values["diff"]:
        _fix(options, values)
        return
    progress = _Progress()
    outcome = guarded(lambda: check(to_options({**options, "progress": progress.step})))
    progress.end()
    _report(outcome, values)
    code = outcome.exit_code
    sys.exit(0 if code == 1 and values["exit_zero"] else code)


def _fix(options: dict[str, Any], values: dict[str, Any]) -> None:
    """Fix first; report what stays unless only the changes were asked for."""
    fixed, done = run_fixes(to_options(options), values)
    if values["diff"] or values["fix_only"] or options.get("stdin") is not None:
        code = exit_code(fixed, done, values)
        sys.exit(0 if code == 1 and values["exit_zero"] else code)
    _report(fixed.outcome, values)
    code = fixed.outcome.exit_code if done else 2
    sys.exit(0 if code == 1 and values["exit_zero"] else code)


def _report(outcome: Outcome, values: dict[str, Any]) -> None:
    """Print the report, on the summary page of a workflow's step too, and what could not be done."""
    if not unanswered(outcome, values["output_format"]):
        text = _render(outcome, values)
        write(text, values["output_file"])
        if values["output_format"] == "markdown":
            to_step_summary(text)
        print_unmatched(outcome, values)
    print_problems(outcome.problems, outcome)


def _render(outcome: Outcome, values: dict[str, Any]) -> str:
    """The report in the format that was asked for."""
    name = values["output_format"] or "full"
    if values["statistics"]:
        from promptlint.report import statistics

        return statistics.render_json(outcome) if name == "json" else statistics.render(outcome)
    module, function = _FORMATS[name]
    render: Callable[[Outcome, View], str] = getattr(importlib.import_module(f"promptlint.report.{module}"), function)
    return render(outcome, to_view(values))


def _show_files(options: dict[str, Any]) -> None:
    from promptlint.reading import Reading
    from promptlint.report.escape import plain, shown_path

    reading = guarded(lambda: Reading(to_options(options)))
    listed = [shown_path(reading.display(path)) for path in sorted(reading.files) if reading.reported(path)]
    write("".join(f"{name}\n" for name in listed), options["output_file"])
    for problem in reading.problems:
        click.echo(plain(f"promptlint: {problem.path}: {problem.message}"), err=True)
    sys.exit(2 if reading.problems else 0)


class _Progress:
    """A line on standard error while parsing takes more than a second, on terminals only."""

    def __init__(self) -> None:
        import time

        self._clock = time.monotonic
        self._start = self._clock()
        self._shown = False

    def step(self, done: int, total: int) -> None:
        """`done` of `total` parts are parsed."""
        if sys.stderr.isatty() and self._clock() - self._start > 1:
            self._shown = True
            width = 30 * done // max(1, total)
            sys.stderr.write(f"\rReading {'#' * width}{'.' * (30 - width)} {100 * done // max(1, total)} %")
            sys.stderr.flush()

    def end(self) -> None:
        """Wipe the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
