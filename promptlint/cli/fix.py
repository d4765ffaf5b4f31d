"""`promptlint fix`."""

from __future__ import annotations

import sys
from typing import Any

import click

from promptlint.cli.fixing import exit_code, fix_options, run_fixes
from promptlint.cli.options import project_options, rule_options, to_options, with_stdin


@click.command("fix", short_help="Apply the fixes of findings.")
@project_options
@rule_options
@fix_options
@click.option("--check", is_flag=True, help="Name the files that would change, and write nothing.")
@click.option("--interactive", is_flag=True, help="Ask about each fix: y, n, all or quit.")
@click.option("--stdin-filename", metavar="PATH", help="The name of what is read from standard input (PATHS is `-`).")
@click.option(
    "--quiet", "-q", is_flag=True, help="Do not name the fixes that were not made, or say that there are unsafe ones."
)
def command(**values: Any) -> None:  # Any: click passes every flag by name
    """Apply the safe fixes of findings under PATHS (default: here).

    \b
    promptlint fix --diff                    what would change
    promptlint fix                           change it
    promptlint fix --interactive             decide about each fix
    promptlint fix --select PRM502 --unsafe-fixes

    Fixes are made in memory, parsed and checked again until nothing is left to fix; only then files are written, each
    at once, and only if nobody changed it meanwhile. Exit codes: 0 nothing is left to change, 1 something would change
    (with --diff or --check), 2 could not do the job.
    """  # noqa: D301  # click reads the backspace itself
    options = to_options(with_stdin(values))
    fixed, done = run_fixes(options, values)
    sys.exit(exit_code(fixed, done, values))
