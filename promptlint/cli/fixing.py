"""Fixes from the command line: shown, asked about, or written. Shared by `fix` and `check --fix`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from promptlint.cli.options import guarded, print_problems, write
from promptlint.report.escape import plain, shown_line, shown_path
from promptlint.report.style import paint, wanted
from promptlint.source import lines_of

if TYPE_CHECKING:
    from promptlint.findings import Finding
    from promptlint.outcome import Options, Outcome
    from promptlint.rounds import Fixed

Command = Callable[..., Any]  # Any: click wraps commands of every signature


def _refuse(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        raise click.UsageError(
            "--engine is for `promptlint compress`: check and fix use the rules, and send nothing anywhere."
        )


_FIXES = (
    click.option("--engine", hidden=True, expose_value=False, callback=_refuse),
    click.option("--unsafe-fixes", is_flag=True, help="Apply fixes that a person should read first, too."),
    click.option("--diff", is_flag=True, help="Show what would change, and write nothing."),
)


def fix_options(command: Command) -> Command:
    """The flags that say which fixes are made, and whether they are written."""
    for option in reversed(_FIXES):
        command = option(command)
    return command


def run_fixes(options: Options, values: dict[str, Any]) -> tuple[Fixed, bool]:
    """Make the fixes; write them unless they are only to be shown. Also returns whether all could be done."""
    from promptlint.rounds import fix

    if values["output_file"] is not None and not _prints(options, values):
        raise click.UsageError(
            "--output-file takes what is printed: give --diff with it, or standard input; fixes are written to the files"
        )
    color = wanted(values["color"]) and values["output_file"] is None
    asker = None
    if values.get("interactive"):
        if sys.stdin is None or not sys.stdin.isatty():
            click.echo("promptlint: --interactive asks about each fix and needs a terminal", err=True)
            sys.exit(2)
        asker = Asker(color).ask
    fixed = guarded(lambda: fix(options, unsafe=values["unsafe_fixes"], accept=asker))
    problems = [*fixed.errors, *_put(fixed, options, values, color)]
    if not values.get("quiet"):
        from promptlint.report.summary import left_out

        missing = "" if fixed.changes or values.get("fix") else left_out(fixed.outcome)
        for note in (*fixed.notes, *_unsafe_left(fixed, values), *filter(None, (missing,))):
            click.echo(plain(f"promptlint: {note}"), err=True)
    for problem in problems:
        click.echo(plain(f"promptlint: {problem}"), err=True)
    return fixed, not problems


def _prints(options: Options, values: dict[str, Any]) -> bool:
    """Whether there is anything for standard output: changes that are shown, a fixed text, or a report of what stays."""
    return bool(values["diff"] or values.get("check") or values.get("fix") or options.stdin is not None)


def _put(fixed: Fixed, options: Options, values: dict[str, Any], color: bool) -> list[str]:
    """Show the changes, name them, print the text that came from standard input, or write the files."""
    shown = _shown(fixed, options, values, color)
    if shown is not None:
        write(shown, values["output_file"])
        return []
    from promptlint.writing import sweep
    from promptlint.writing import write as put

    display = fixed.outcome.display
    for name in sweep(fixed.outcome.leftovers):
        click.echo(plain(f"promptlint: {os.path.relpath(name)}: removed; a fix that was killed had left it"), err=True)
    written, problems = put(fixed.changes)
    for change in written:
        click.echo(f"{shown_path(display(change.path))}: {change.fixed} fixed", err=True)
    return problems


def _shown(fixed: Fixed, options: Options, values: dict[str, Any], color: bool) -> str | None:
    """What is printed in place of written; None where files are written."""
    display = fixed.outcome.display
    if values["diff"]:
        return "".join(unified_diff(c.before, c.after, display(c.path), color=color) for c in fixed.changes)
    if values.get("check"):
        return "".join(f"{shown_path(display(c.path))}: would fix {c.fixed}\n" for c in fixed.changes)
    if options.stdin is not None:
        return fixed.changes[0].after if fixed.changes else options.stdin
    return None


def _unsafe_left(fixed: Fixed, values: dict[str, Any]) -> list[str]:
    """How many fixes there are besides that a person should read first, where nothing else tells of them."""
    from promptlint.fix import can_be_made

    stay = [f for f in fixed.outcome.findings if can_be_made(f) and f.fix and f.fix.applicability == "unsafe"]
    if values["unsafe_fixes"] or values.get("fix") or fixed.errors or not stay:
        return []
    available = f"{len(stay):,} {'fix' if len(stay) == 1 else 'fixes'} available with --unsafe-fixes"
    if fixed.changes:
        return [f"{available}, too"]
    return [f"nothing {'would change' if values['diff'] or values.get('check') else 'was changed'}; {available}"]


def exit_code(fixed: Fixed, done: bool, values: dict[str, Any]) -> int:
    """0 nothing is left to change, 1 something would change, 2 could not do the job."""
    print_problems(fixed.outcome.problems, fixed.outcome)
    if not done or fixed.outcome.problems:
        return 2
    return 1 if fixed.changes and (values["diff"] or values.get("check")) else 0


def unified_diff(before: str, after: str, path: str, *, color: bool = False) -> str:
    """A unified diff. What would steer a terminal is made visible in it: lines with that are shown, not to be applied."""
    import difflib

    lines = difflib.unified_diff(lines_of(before), lines_of(after), shown_path(path), shown_path(path))
    return "".join(
        _hued(shown_line(line), color)
        if line.endswith("\n")
        else f"{_hued(shown_line(line), color)}\n\\ No newline at end of file\n"
        for line in lines
    )


def _hued(line: str, color: bool) -> str:
    """A line of a diff in the colour it has in git."""
    if not color:
        return line
    style = "bold" if line.startswith(("--- ", "+++ ")) else {"-": "red", "+": "green", "@": "cyan"}.get(line[:1])
    bare = line.rstrip("\r\n")
    return paint(bare, style, color=True) + line[len(bare) :] if style else line


class Asker:
    """Asks about each fix: yes, no, all that follow, or quit."""

    def __init__(self, color: bool) -> None:
        self._all: bool | None = None
        self._color = color

    def ask(self, finding: Finding, outcome: Outcome) -> bool:
        """Whether to make a fix: its place, what it is worth and its diff are shown first."""
        if self._all is not None:
            return self._all
        from promptlint.report.money import said
        from promptlint.report.places import shown

        assert finding.fix is not None
        click.echo(f"{shown(finding.place, outcome)}: {finding.code} {plain(said(finding))}")
        click.echo(self._diff(finding, outcome), nl=False)
        question = f"{finding.fix.title} ({finding.fix.applicability})? [y]es, [n]o, [a]ll, [q]uit"
        answer = ""
        while answer not in ("y", "n", "a", "q"):
            try:
                answer = click.prompt(plain(question), default="n", show_default=False, err=True).strip().lower()[:1]
            except click.Abort:
                answer = "q"
        if answer in ("a", "q"):
            self._all = answer == "a"
        return answer in ("y", "a")

    def _diff(self, finding: Finding, outcome: Outcome) -> str:
        from promptlint.edits import apply
        from promptlint.fix import edits_of

        assert finding.fix is not None
        paths = dict.fromkeys(e.place.path for e in finding.fix.edits)
        texts = {path: outcome.source(path).text for path in paths}
        return "".join(
            unified_diff(text, apply(text, edits_of([finding], path)), outcome.display(path), color=self._color)
            for path, text in texts.items()
        )
