"""`promptlint calls`."""

from __future__ import annotations

from typing import Any

import click

from promptlint.cli.options import inventory_options, run_inventory


@click.command("calls", short_help="List every call to a language model.")
@inventory_options
@click.option("--show-unresolved", is_flag=True, help="Print why models, caps and prompts are not known instead.")
def command(**values: Any) -> None:  # Any: click passes every flag by name
    """List every call to a language model under PATHS (default: here).

    Each call shows its model, output cap, loop and what is known of its cost. `--output-format json` prints the same
    for machines. Exit codes: 0 done, 2 something could not be read.
    """
    from promptlint.report.inventory import calls_json
    from promptlint.report.tables import calls_text
    from promptlint.report.unresolved import unresolved_text, with_unresolved

    if values["show_unresolved"]:
        run_inventory(lambda o, _: unresolved_text(o), lambda o: with_unresolved(calls_json(o), o), values)
    else:
        run_inventory(calls_text, calls_json, values)
