"""`promptlint compress`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

_MARK = b"\xef\xbb\xbf"
_ELSEWHERE = {
    ".py": "`promptlint fix`",
    ".pyi": "`promptlint fix`",
    ".ipynb": "`promptlint check`",
    ".toml": "`promptlint check`",
}


@click.command("compress", short_help="Print a shorter prompt that says the same.")
@click.argument("file", metavar="FILE|-", type=click.Path())
@click.option("--diff", is_flag=True, help="Print what would change, as a unified diff.")
@click.option("--unsafe-fixes", is_flag=True, help="Make edits that a person should read first, too.")
@click.option(
    "--contractions/--no-contractions", default=True, help="Write `do not` as `don't` and the like (default: do)."
)
@click.option("--engine", type=click.Choice(["rules"]), default="rules", help="What makes the text shorter.")
@click.option("--model", metavar="NAME", help="Count tokens as this model does (default: o200k_base, as gpt-4o does).")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--output-file", "-o", type=click.Path(), help="Write to a file in place of standard output.")
@click.option("--stdin-filename", metavar="PATH", help="The name of what is read from standard input (FILE is `-`).")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours; NO_COLOR and FORCE_COLOR are respected.")  # fmt: skip
def command(file: str, **values: Any) -> None:  # Any: click passes every flag by name
    """Print the prompt in FILE, or from standard input, in fewer tokens and with the same meaning.

    \b
    promptlint compress prompt.md > shorter.md
    promptlint compress --diff prompts/answer.j2
    promptlint compress --unsafe-fixes --output-format json agents.yaml

    Indentation, blank lines, wordy phrases and spare commas go; holes, code, quoted text, examples and data stay byte for
    byte, and so do front matter and keys of .md, .prompty and .yaml files. Every edit saves tokens, and the whole is
    checked against the contract of `promptlint verify`. Folded YAML and JSON are named on standard error, not rewritten.

    The edits go to standard error. Exit codes: 0 done, whether or not anything was saved, 2 the input could not be read.
    """  # noqa: D301  # click reads the backspace itself
    from promptlint.compress.document import shorten
    from promptlint.compress.engines import EngineError, load
    from promptlint.knowledge import RulesError
    from promptlint.money.tokens import count, encoding_of
    from promptlint.report.rewrites import rewrite_json, saved_text
    from promptlint.report.style import wanted

    name = (values["stdin_filename"] or "standard-input.txt") if file == "-" else file
    suffix = Path(name).suffix.lower()
    if suffix in _ELSEWHERE:
        _fail(name, f"{suffix} files hold more than a prompt; use {_ELSEWHERE[suffix]}")
    text, mark, crlf = _read(file, name)
    encoding = encoding_of(values["model"])
    try:
        document = shorten(
            name,
            text,
            load(values["engine"]),
            count=lambda part: count(part, encoding),
            unsafe=values["unsafe_fixes"],
            contractions=values["contractions"],
        )
    except (RulesError, EngineError) as error:
        _fail(name, str(error))
    if values["output_format"] == "json":
        out = rewrite_json(name, text, document)
    elif values["diff"]:
        from promptlint.cli.fixing import unified_diff

        out = unified_diff(text, document.text, name) if document.changes else ""
    else:
        out = mark + (document.text.replace("\n", "\r\n") if crlf else document.text)
    _write(out, values["output_file"])
    click.echo(
        saved_text(name, text, document, _counted(values["model"], encoding), color=wanted(values["color"])),
        nl=False,
        err=True,
    )


def _counted(model: str | None, encoding: str) -> str:
    """With which tokens was counted, and why."""
    if model is None:
        return f"counted with {encoding} (no --model)"
    from promptlint.money.models import facts

    known = facts(model)
    if known is None:
        return f"counted with {encoding}: {model} is not known"
    return f"counted with {encoding}" + ("" if known.token_ratio == (1.0, 1.0) else f", which stands in for {model}")


def _read(file: str, name: str) -> tuple[str, str, bool]:
    r"""The text with `\n` at every line end, its byte order mark, and whether all its line ends are CR LF."""
    from promptlint.files import LARGEST_NAMED, decode

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        _fail(name, error.strerror or str(error))
    text, problem = decode(data, "text", LARGEST_NAMED)
    if text is None:
        _fail(name, problem or "cannot be read")
    crlf = "\r\n" in text and text.count("\n") == text.count("\r\n")
    return (text.replace("\r\n", "\n") if crlf else text), "\ufeff" if data.startswith(_MARK) else "", crlf


def _write(out: str, output_file: str | None) -> None:
    """Write bytes as they are: line ends are the text's own."""
    data = out.encode("utf-8", "surrogatepass")
    if output_file is None:
        stream = sys.stdout.buffer
        stream.write(data)
        stream.flush()
        return
    try:
        Path(output_file).write_bytes(data)
    except OSError as error:
        _fail(output_file, error.strerror or str(error))


def _fail(name: str, message: str) -> NoReturn:
    from promptlint.report.escape import plain

    click.echo(plain(f"promptlint: {name}: {message}"), err=True)
    sys.exit(2)
