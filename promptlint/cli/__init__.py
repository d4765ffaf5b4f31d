"""The command line: flags in, exit code out. Each command is imported only when it runs."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

_COMMANDS = {
    "calls": "List every call to a language model.",
    "check": "Report what prompts and model calls waste.",
    "compress": "Print a shorter prompt that says the same.",
    "cost": "Say what every call and prompt costs.",
    "fix": "Apply the fixes of findings.",
    "init": "Write the [models] table from what is not known.",
    "plan": "Say what all savings together would come to.",
    "prompts": "List every prompt template.",
    "rule": "Explain a rule.",
    "traffic": "Say how often each call is made.",
    "verify": "Name what a rewritten prompt loses.",
}


_WRITING = "the report could not be written: "
# What the system says without naming a file.
_PLACES = {
    **dict.fromkeys((errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EBADF, errno.EINVAL), _WRITING),
    errno.ENOENT: "the working directory: ",
}


class _Lazy(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"promptlint.cli.{cmd_name}").command
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """The context of a run; `--help` is printed here."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError:
            nobody_reads()
            sys.exit(0)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. What nobody foresaw is one line that says where, never a traceback."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except OSError as error:  # a full disk, a closed pipe: what the user can mend
            if error.errno == errno.EPIPE:
                nobody_reads()
                sys.exit(0)
            name = f"{error.filename}: " if error.filename else _PLACES.get(error.errno or 0, "could not go on: ")
            with suppress(OSError):
                click.echo(_plain(f"promptlint: {name}{error.strerror or error}"), err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("promptlint: interrupted", err=True)
            sys.exit(130)
        except Exception as error:
            _fault(error)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    help="Show version, distribution and path.",
    callback=lambda c, p, v: _version(c, v),
)
def cli() -> None:
    """A linter for the money that Python code spends on language models.

    \b
    promptlint check .                 findings, the dearest first
    promptlint fix --diff .            what the fixes would change
    promptlint compress prompt.md      the same prompt in fewer tokens
    promptlint calls .                 every call: model, cap, loop, cost
    promptlint cost .                  what calls and prompts cost, and why
    promptlint plan .                  what all savings together would come to
    promptlint prompts .               every prompt: place, form, tokens
    promptlint rule uncapped-output    what a rule reports, and why
    promptlint verify a.md b.md        what a rewritten prompt loses

    Exit codes: 0 clean, 1 findings, 2 could not do the job.
    """  # noqa: D301  # click reads the backspace itself


def _fault(error: Exception) -> NoReturn:
    """Say what went wrong and where, and end in 2; PROMPTLINT_TRACEBACK=1 shows the whole way there."""
    from promptlint.faults import told

    if os.environ.get("PROMPTLINT_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    click.echo(_plain(f"promptlint: could not go on {told(error)}"), err=True)
    sys.exit(2)


def nobody_reads() -> None:
    """A reader that had enough is no fault: what cannot be written is not tried again, and the verdict stands."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _plain(text: str) -> str:
    from promptlint.report.escape import plain

    return plain(text)


def _version(context: click.Context, wanted: bool) -> None:
    if wanted:
        from promptlint import __version__

        click.echo(f"promptlint {__version__} (distribution promptlint-budget, {Path(__file__).resolve().parents[1]})")
        context.exit()
