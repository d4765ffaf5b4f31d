"""Flags that several commands share, and how they end."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click
from click.core import ParameterSource

from promptlint.bytes_of import for_report
from promptlint.cli import nobody_reads
from promptlint.outcome import Options, Outcome, Problem
from promptlint.report.escape import plain

if TYPE_CHECKING:
    from pathlib import Path

    from promptlint.report.view import View

    Report = Callable[[Outcome, View], str]

Made = TypeVar("Made")
Command = Callable[..., Any]  # Any: click wraps commands of every signature


def _parts(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """`--select A,B --select C` is A, B and C."""
    parts = [part.strip() for text in given for part in text.split(",")]
    if given and not any(parts):
        raise click.BadParameter("it names nothing")
    return tuple(part for part in parts if part)


_PROJECT = (
    click.argument("paths", nargs=-1, type=click.Path()),
    click.option("--root", type=click.Path(exists=True, file_okay=False), help="The project's root; found from configuration or git by default."),
    click.option("--config", type=click.Path(), help="Use this configuration file."),
    click.option("--isolated", is_flag=True, help="Read no configuration file."),
    click.option("--exclude", multiple=True, callback=_parts, metavar="GLOB", help="Leave out these paths, in place of the configured ones; commas part several."),
    click.option("--extend-exclude", multiple=True, callback=_parts, metavar="GLOB", help="Leave out these paths too."),
    click.option("--force-exclude", is_flag=True, help="Leave out excluded files, tests, examples, evals and docs even when they are named, as for a hook."),
    click.option("--cache/--no-cache", default=True, help="Keep what was read of each file for the next run (the default)."),
    click.option("--cache-dir", type=click.Path(), envvar="PROMPTLINT_CACHE_DIR", show_envvar=True, help="Keep it here, not in .promptlint_cache below the root."),
    click.option("--jobs", "-j", type=click.IntRange(1, 64), metavar="N", help="Parse in so many processes at most (default: one for each core, and only where it pays). What is printed is the same."),
    click.option("--output-file", "-o", type=click.Path(), help="Write to a file in place of standard output."),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours; NO_COLOR and FORCE_COLOR are respected."),
)  # fmt: skip


def project_options(command: Command) -> Command:
    """The flags that say which files of which project."""
    for option in reversed(_PROJECT):
        command = option(command)
    return command


_RULES = (
    click.option("--select", multiple=True, callback=_parts, metavar="RULE", help="Run only these rules, whatever the configuration says: codes, prefixes (PRM5), names, ALL; commas part several."),
    click.option("--extend-select", multiple=True, callback=_parts, metavar="RULE", help="Run these rules too."),
    click.option("--ignore", multiple=True, callback=_parts, metavar="RULE", help="Leave out these rules."),
    click.option("--preview", is_flag=True, help="Run preview rules too."),
)  # fmt: skip


def rule_options(command: Command) -> Command:
    """The flags that choose rules."""
    for option in reversed(_RULES):
        command = option(command)
    return command


_VIEW = (
    click.option("--quiet", "-q", is_flag=True, help="Print findings, calls or prompts only."),
    click.option("--verbose", "-v", is_flag=True, help="Name every reason for what is not known."),
)  # fmt: skip


def view_options(command: Command) -> Command:
    """The flags that say how much to print."""
    for option in reversed(_VIEW):
        command = option(command)
    return command


def to_view(values: dict[str, Any]) -> View:
    """How the flags want a report shown; a report in a file has no colours."""
    from promptlint.report.style import wanted
    from promptlint.report.view import View

    return View(
        color=wanted(values["color"]) and values["output_file"] is None,
        show_all=values.get("show_all", False),
        quiet=values["quiet"],
        verbose=values["verbose"],
    )


def inventory_options(command: Command) -> Command:
    """The flags of `calls` and `prompts`."""
    formats = click.option(
        "--output-format", type=click.Choice(["text", "json"]), default="text", help="How to print them."
    )
    return project_options(formats(view_options(command)))


def traffic_option(command: Command) -> Command:
    """`--traffic`, for commands that print dollars a month."""
    option = click.option(
        "--traffic",
        type=click.Choice(["small", "medium", "large"]),
        help="Assume a stated profile where no traffic is known: 1,000, 30,000 or 1,000,000 calls a month at each call, 500 tokens filled in, 300 answered.",
    )
    return option(command)


def to_options(values: dict[str, Any]) -> Options:
    """The `Options` that flags stand for."""
    known: dict[str, Any] = {k: v for k, v in values.items() if k in Options.__struct_fields__}
    known["paths"] = tuple(values.get("paths") or (".",))
    return Options(**known)


def run_inventory(text: Report, json: Callable[[Outcome], str], values: dict[str, Any]) -> None:
    """Run `calls` or `prompts`: 0 when everything was read, else 2."""
    from promptlint.run import inventory

    outcome = guarded(lambda: inventory(to_options(values)))
    if not unanswered(outcome, values["output_format"]):
        write(
            json(outcome) if values["output_format"] == "json" else text(outcome, to_view(values)),
            values["output_file"],
        )
    print_problems(outcome.problems, outcome)
    sys.exit(2 if outcome.problems else 0)


def standard_input() -> BinaryIO:
    """The bytes of standard input. Raises OSError when it was closed."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed", "standard input")
    return sys.stdin.buffer


def with_stdin(values: dict[str, Any]) -> dict[str, Any]:
    """The flags, with the text of standard input where PATHS is `-`."""
    if tuple(values["paths"]) != ("-",):
        return values
    from promptlint.files import LARGEST_NOTEBOOK

    text = standard_input().read(LARGEST_NOTEBOOK + 1).decode("utf-8", "surrogateescape")
    return {**values, "paths": (".",), "stdin": text, "stdin_filename": values["stdin_filename"] or "stdin.py"}


def guarded(work: Callable[[], Made]) -> Made:
    """Run, turning what the user can mend into one line on standard error and exit code 2."""
    from promptlint.config import ConfigError
    from promptlint.knowledge.tables import RulesError

    try:
        return work()
    except (ConfigError, RulesError) as error:
        click.echo(plain(f"promptlint: {error}"), err=True)
        sys.exit(2)


def write(text: str, output_file: str | None) -> None:
    """Print a report, or write it to a file."""
    if output_file is None:
        try:
            sys.stdout.write(text)
        except BrokenPipeError:
            nobody_reads()
        return
    try:
        with for_report(output_file) as handle:
            handle.write(text.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError) as error:
        click.echo(plain(f"promptlint: {output_file}: {getattr(error, 'strerror', None) or error}"), err=True)
        sys.exit(2)


def put(path: Path, before: str, after: str, *, named: bool = False) -> str | None:
    """Write a file of settings, or make it; why not, when that cannot be done. One that was not `named` is no link to elsewhere."""
    from promptlint.walking import below
    from promptlint.writing import Change, create
    from promptlint.writing import write as put_all

    if not named and path.is_symlink() and below(os.path.realpath(path), os.path.realpath(path.parent)) is None:
        return f"{path}: not written: it is a link that leads out of the project"
    if not path.is_file():
        return create(path, after)
    return next(iter(put_all([Change(str(path), str(path), before, after, 1)])[1]), None)


def refuse_format(flag: str, *taken: str) -> None:
    """End when `--output-format` was given with a flag that prints in other ways; one from the environment is passed over."""
    context = click.get_current_context()
    given = context.params["output_format"]
    asked = context.get_parameter_source("output_format") is ParameterSource.COMMANDLINE
    if asked and given not in taken:
        instead = f"as {' or '.join(taken)}" if taken else "in a form of its own"
        raise click.UsageError(f"{flag} prints {instead}; leave out --output-format {given}")


def refuse_output_file(values: dict[str, Any]) -> None:
    """A command that writes a file of its own has nothing for another one, unless it is to print that."""
    if values["output_file"] is not None and not values["dry_run"]:
        raise click.UsageError("--output-file takes what --dry-run prints: give both, or neither")


def to_step_summary(text: str) -> None:
    """Add a report in Markdown to the summary page of a workflow's step, where there is one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with for_report(path, append=True) as handle:
            handle.write(f"{text}\n".encode("utf-8", "backslashreplace"))
    except OSError as error:
        click.echo(plain(f"promptlint: GITHUB_STEP_SUMMARY, {path}: {error.strerror or error}"), err=True)


def unanswered(outcome: Outcome, output_format: str | None) -> bool:
    """Whether nothing was read because of problems: "No findings." would be no answer then. Formats for machines stay complete."""
    nothing = bool(outcome.problems) and not outcome.summary.files
    return nothing and output_format not in ("json", "json-lines", "sarif")


def print_unmatched(outcome: Outcome, values: dict[str, Any]) -> None:
    """Keys of the configuration without effect, on standard error: a name that is misspelt is silent otherwise."""
    where = os.path.relpath(outcome.config_path) if outcome.config_path else "configuration"
    for line in outcome.unmatched() if not values["quiet"] else ():
        with suppress(BrokenPipeError):
            click.echo(plain(f"promptlint: {where}: {line}"), err=True)


def print_problems(problems: tuple[Problem, ...], outcome: Outcome) -> None:
    """What could not be done, one line each, on standard error."""
    for problem in problems:
        path = outcome.display(problem.path)
        where = f"{path}:{problem.line}" if problem.line else path
        with suppress(BrokenPipeError):
            click.echo(plain(f"promptlint: {where}: {problem.message}"), err=True)
