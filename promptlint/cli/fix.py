"""`promptlint fix`."""

from __future__ import annotations

import sys
from typing import Any

import click

from promptlint.cli.options import guarded, print_problems, project_options, rule_options, split_rules, to_options


@click.command("fix", short_help="Apply the fixes of findings.")
@project_options
@rule_options
@click.option("--unsafe-fixes", is_flag=True, help="Apply fixes that a person should read first, too.")
@click.option("--diff", is_flag=True, help="Show what would change, and write nothing.")
def command(**values: Any) -> None:  # Any: click passes every flag by name
    r"""Apply the safe fixes of findings under PATHS (default: here).

    \b
    promptlint fix --diff                    what would change
    promptlint fix                           change it
    promptlint fix --select PRM502 --unsafe-fixes

    A file that would no longer parse is left alone. Exit codes: 0 nothing to change, 1 files changed (or would, with
    --diff), 2 could not do the job.
    """
    from promptlint.fix import plan, write
    from promptlint.report.escape import plain
    from promptlint.run import check

    outcome = guarded(lambda: check(to_options({**values, **split_rules(values)})))
    paths = {edit.place.path for f in outcome.findings if f.fix for edit in f.fix.edits}
    texts = {path: (outcome.absolute(path), outcome.source(path).text) for path in paths if outcome.reported(path)}
    changes, refused = plan(outcome.findings, texts, unsafe=values["unsafe_fixes"])
    for change in changes:
        if values["diff"]:
            click.echo(plain_diff(change.before, change.after, outcome.display(change.path)), nl=False)
            continue
        problem = write(change)
        if problem is not None:
            refused.append(problem)
        else:
            click.echo(plain(f"{outcome.display(change.path)}: {change.fixed} fixed"), err=True)
    for message in refused:
        click.echo(plain(f"promptlint: {message}"), err=True)
    print_problems(outcome.problems, outcome)
    sys.exit(2 if refused or outcome.problems else 1 if changes else 0)


def plain_diff(before: str, after: str, path: str) -> str:
    """A unified diff."""
    import difflib

    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), path, path)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
