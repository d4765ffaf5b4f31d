"""`promptlint prompts`."""

from __future__ import annotations

from typing import Any

import click

from promptlint.cli.options import inventory_options, run_inventory


@click.command("prompts", short_help="List every prompt template.")
@inventory_options
def command(**values: Any) -> None:  # Any: click passes every flag by name
    """List every prompt template under PATHS (default: here).

    A string is a prompt when it reaches a model call, a chat message or a template class, when a prompt file holds it,
    or when its name and its text both say so. Exit codes: 0 done, 2 something could not be read.
    """
    from promptlint.report.inventory import prompts_json
    from promptlint.report.tables import prompts_text

    run_inventory(prompts_text, prompts_json, values)
