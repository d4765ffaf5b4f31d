"""`promptlint rule`."""

from __future__ import annotations

import sys

import click


@click.command("rule", short_help="Explain a rule.")
@click.argument("name", required=False, metavar="CODE|NAME")
@click.option("--all", "show_all", is_flag=True, help="List all rules.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
def command(name: str | None, show_all: bool, output_format: str) -> None:
    """Print the page of a rule, or with --all one line for each.

    Exit codes: 0 done, 2 no such rule.
    """
    import msgspec

    from promptlint import registry

    if name is None and not show_all:
        raise click.UsageError("name a rule, such as `promptlint rule PRM101`, or use --all")
    if name is not None:
        from difflib import get_close_matches

        rule = registry.find_rule(name)
        if rule is None:
            names = [n for r in registry.rules() for n in (r.code, r.name)]
            close = get_close_matches(name, names, n=1)
            hint = f"; did you mean {close[0]}?" if close else "; see `promptlint rule --all`"
            click.echo(f"promptlint: no rule {name!r}{hint}", err=True)
            sys.exit(2)
        click.echo(msgspec.json.encode(rule).decode() if output_format == "json" else rule.page)
        return
    if output_format == "json":
        click.echo(msgspec.json.encode(registry.rules()).decode())
        return
    for rule in registry.rules():
        fix = "" if rule.fix == "none" else f", {rule.fix} fix"
        click.echo(f"{rule.code}  {rule.name:<22} {rule.status}{fix}: {rule.summary}")
