"""`promptlint verify`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from promptlint.bytes_of import given_bytes, too_large
from promptlint.cli.options import standard_input


class _UnreadableError(Exception):
    """A text that can't be had. The message names it and says why."""


@click.command("verify", short_help="Name what a rewritten prompt loses.")
@click.argument("texts", nargs=-1, metavar="BEFORE AFTER", type=click.Path())
@click.option("--rev", metavar="A[..B]", help="Compare one file in two git revisions; without B, with HEAD.")
@click.option(
    "--syntax",
    type=click.Choice(["format", "percent", "dollar", "braces", "jinja2", "mustache", "text"]),
    help="The template syntax (default: all are recognised).",
)
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colours; NO_COLOR and FORCE_COLOR are respected.",
)
def command(texts: tuple[str, ...], rev: str | None, syntax: str | None, output_format: str, color: str) -> None:  # fmt: skip
    """Compare a prompt with its rewrite, and name what the rewrite loses, changes or adds.

    \b
    promptlint verify prompt.md shorter.md
    some-tool < prompt.md | promptlint verify prompt.md -
    promptlint verify --rev main..HEAD prompts/answer.j2

    It does not matter who or what made the rewrite. Holes, template tags, code, quoted text, URLs, XML tags and JSON
    keys must be the same; numbers, negations, exceptions, "must" and "may", "each" and "any", units, languages and names
    must still say the same of the same things; each sentence, list item and example must still be there, in any words.
    "Please", "make sure that" and "in order to" may go.

    Exit codes: 0 nothing lost, 1 something is lost, changed or added, 2 a text could not be read.
    """  # noqa: D301  # click reads the backspace itself
    try:
        before, after = _two_revisions(rev, texts) if rev is not None else _two_files(texts)
    except _UnreadableError as error:
        from promptlint.report.escape import plain

        click.echo(plain(f"promptlint: {error}"), err=True)
        sys.exit(2)
    from promptlint.compress.contract import losses
    from promptlint.report.losses import losses_json, losses_text
    from promptlint.report.style import wanted

    found = losses(before[1], after[1], syntax=syntax)
    if output_format == "json":
        sys.stdout.write(losses_json(found))
    else:
        sys.stdout.write(losses_text(found, before[0], after[0], color=wanted(color)))
    sys.exit(1 if found else 0)


_Named = tuple[str, str]


def _two_files(texts: tuple[str, ...]) -> tuple[_Named, _Named]:
    if len(texts) != 2:
        raise click.UsageError("name two files, such as `promptlint verify BEFORE AFTER`, or one with --rev A[..B]")
    if texts == ("-", "-"):
        raise click.UsageError("only one of BEFORE and AFTER can be standard input")
    first, second = (_file(path) for path in texts)
    return first, second


def _file(path: str) -> _Named:
    from promptlint.files import LARGEST

    try:
        data = standard_input().read(LARGEST + 1) if path == "-" else given_bytes(path, LARGEST + 1)
    except (OSError, ValueError) as error:
        raise _UnreadableError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    name = "<stdin>" if path == "-" else path
    return name, _decoded(name, data)


def _decoded(name: str, data: bytes) -> str:
    from promptlint.files import decode

    text, problem = decode(data, "text")
    if text is None:
        raise _UnreadableError(f"{name}: {problem}")
    return text


def _two_revisions(rev: str, texts: tuple[str, ...]) -> tuple[_Named, _Named]:
    if len(texts) != 1:
        raise click.UsageError("--rev compares one file: `promptlint verify --rev A[..B] FILE`")
    first, _, second = rev.partition("..")
    if not first or second.startswith("."):
        raise click.UsageError("--rev takes one revision or two, such as main or main..HEAD")
    one, other = (_at(revision, texts[0]) for revision in (first, second or "HEAD"))
    return one, other


def _at(revision: str, path: str) -> _Named:
    """A file as a revision has it. The file, and its folder, need not be there any more."""
    from promptlint.files import LARGEST

    absolute = Path(path).absolute()
    folder = next((p for p in absolute.parents if p.is_dir()), absolute.parent)
    inside = absolute.relative_to(folder).as_posix()
    if _git(folder, "rev-parse", "--git-dir")[0]:
        raise _UnreadableError(f"{path}: not in a git repository")
    if _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")[0]:
        raise _UnreadableError(f"{revision}: no such revision")
    name, blob = f"{revision}:{path}", f"{revision}:./{inside}"
    size = _git(folder, "cat-file", "-s", blob)[1]
    if size.strip().isdigit() and int(size) > LARGEST:
        raise _UnreadableError(f"{name}: {too_large(path, LARGEST, int(size)).strerror}")
    code, data = _git(folder, "cat-file", "blob", blob)
    if code:
        raise _UnreadableError(f"{path}: not in revision {revision}")
    return name, _decoded(name, data)


def _git(folder: Path, *arguments: str) -> tuple[int, bytes]:
    from promptlint import git

    try:
        done = git.ask(folder, *arguments)
    except (OSError, ValueError) as error:
        raise _UnreadableError(f"git: {getattr(error, 'strerror', None) or error}") from error
    return done.returncode, done.stdout
