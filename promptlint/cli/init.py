"""`promptlint init`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

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
from promptlint.report.escape import plain


@click.command("init", short_help="Write the [models] table from what is not known.")
@project_options
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
def command(**values: Any) -> None:  # Any: click passes every flag by name
    """List the expressions that name a model in a [models] table of the configuration, for you to fill in.

    The lines are comments: nothing changes until you take the # away and name a model. What is in the file already stays
    as it is. The file is the configuration in use, else pyproject.toml, else a new promptlint.toml.

    \b
    promptlint calls --show-unresolved     why models are not known
    promptlint init                        write the table

    Exit codes: 0 done, 2 could not do the job.
    """  # noqa: D301  # click reads the backspace itself
    from tomlkit.exceptions import TOMLKitError

    from promptlint.bytes_of import regular_bytes
    from promptlint.config import LARGEST
    from promptlint.models_table import Entry, add_entries, target
    from promptlint.outcome import expression_of
    from promptlint.report.places import shown
    from promptlint.report.unresolved import unresolved
    from promptlint.run import inventory

    refuse_output_file(values)
    outcome = guarded(lambda: inventory(to_options(values)))
    if unanswered(outcome, None):
        print_problems(outcome.problems, outcome)
        sys.exit(2)
    entries = [
        Entry(expression, len(places), shown(places[0], outcome).rpartition(":")[0])
        for reason, places in unresolved(outcome)["model"].items()
        if (expression := expression_of(reason))
    ]
    path, keys = target(Path(outcome.root), outcome.config_path)
    try:
        before = regular_bytes(path, LARGEST).decode("utf-8-sig") if path.is_file() else ""
        after, added = add_entries(before, entries, keys=keys)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        click.echo(plain(f"promptlint: {path}: {getattr(error, 'strerror', None) or error}"), err=True)
        sys.exit(2)
    if values["dry_run"]:
        write(after, values["output_file"])
    elif added:
        problem = put(path, before, after, named=values["config"] is not None)
        if problem is not None:
            click.echo(plain(f"promptlint: {problem}"), err=True)
            sys.exit(2)
    noun = "expression" if added == 1 else "expressions"
    would = "would be added" if values["dry_run"] else "added; name their models there"
    done = f"{added} {noun} {would}" if added else "no model expression is missing"
    click.echo(plain(f"{path}: {done}"), err=True)
    print_problems(outcome.problems, outcome)
    sys.exit(2 if outcome.problems else 0)
