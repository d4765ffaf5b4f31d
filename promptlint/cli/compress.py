"""`promptlint compress`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from promptlint.bytes_of import for_report, given_bytes
from promptlint.cli.engine_options import engine_options, settings
from promptlint.cli.options import refuse_format, standard_input

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
@engine_options
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
    promptlint compress --engine llmlingua --model ./llmlingua-2-xlm-roberta-large --rate 0.7 prompt.md
    promptlint compress --engine model --model gpt-4.1-mini --endpoint https://api.openai.com/v1 prompt.md

    Indentation, blank lines, wordy phrases and spare commas go; holes, code, quoted text, examples and data stay byte for
    byte, and so do front matter and keys of .md, .prompty and .yaml files. Every edit saves tokens and
    keeps the contract of `promptlint verify`: wordings that its tests cover are made at once, all others are checked.
    Folded YAML and JSON are named on standard error, not rewritten.

    \b
    Engines:
      rules      The rules above. Offline, free, the same every time; the default.
      llmlingua  LLMLingua-2 on this machine drops words of free prose. Seconds a paragraph. Needs the extra `llmlingua`.
      model      A language model rewrites, and is asked again with what it lost. Costs money and sends the prompt to the
                 server you name; the most it can cost is printed before it starts, what it did cost after. The key is read
                 from PROMPTLINT_API_KEY (OPENAI_API_KEY for api.openai.com). Needs the extra `model`, or litellm.

    Whatever made it, a rewrite that loses something, or saves nothing, is not printed: the prompt is, as it was, and
    standard error says why. Edits of the last two are marked unsafe: read them. To have the rules as well, run both.

    The edits go to standard error. Exit codes: 0 done, whether or not anything was saved, 2 the input could not be read, or
    the engine could not do its job.
    """  # noqa: D301  # click reads the backspace itself
    from promptlint.compress.document import shorten
    from promptlint.compress.engines import EngineError, load
    from promptlint.knowledge.tables import RulesError
    from promptlint.money.tokens import count, encoding_of
    from promptlint.report.rewrites import bill_text, estimate_text, rewrite_json, saved_text
    from promptlint.report.style import wanted

    if values["diff"]:
        refuse_format("--diff", "text")
    name = (values["stdin_filename"] or "stdin.txt") if file == "-" else file
    suffix = Path(name).suffix.lower()
    if suffix in _ELSEWHERE:
        _fail(name, f"{suffix} files hold more than a prompt; use {_ELSEWHERE[suffix]}")
    text, mark, crlf = _read(file, name)
    target = values["count_as"] or (values["model"] if values["engine"] == "rules" else None)
    encoding = encoding_of(target)

    def tokens(part: str) -> int:
        return count(part, encoding)

    chosen = settings(values, _say)
    if values["output_file"] is not None and not Path(values["output_file"]).parent.is_dir():
        _fail(values["output_file"], "there is no such folder")  # before anything is paid
    basis = chosen.tariff.basis if chosen.tariff else ""
    engine = None
    try:
        engine = load(values["engine"], chosen)
        document = shorten(
            name,
            text,
            engine,
            count=tokens,
            unsafe=values["unsafe_fixes"],
            contractions=values["contractions"],
            first=lambda texts: _say(estimate_text(engine.estimate(texts, tokens), basis)),
        )
    except (RulesError, EngineError) as error:
        if engine is not None:
            _say(bill_text(engine.bill(), basis))
        _fail(name, str(error))
    bill = engine.bill()
    if values["output_format"] == "json":
        out = rewrite_json(name, text, document, values["engine"], bill, basis)
    elif values["diff"]:
        from promptlint.cli.fixing import unified_diff

        colored = wanted(values["color"]) and values["output_file"] is None
        out = unified_diff(text, document.text, name, color=colored) if document.changes else ""
    else:
        out = mark + (document.text.replace("\n", "\r\n") if crlf else document.text)
    _write(out, values["output_file"])
    click.echo(
        saved_text(
            name,
            text,
            document,
            _counted(target, encoding, "--model" if values["engine"] == "rules" else "--count-as"),
            color=wanted(values["color"]),
        ),
        nl=False,
        err=True,
    )
    _say(bill_text(bill, basis))
    if document.error is not None:
        _fail(name, f"{document.error}; the texts before it were rewritten")


def _say(message: str) -> None:
    from promptlint.report.escape import plain

    if message:
        click.echo(plain(f"promptlint: {message}"), err=True)


def _counted(model: str | None, encoding: str, flag: str) -> str:
    """With which tokens was counted, and why. `flag` would have said otherwise."""
    if model is None:
        return f"counted with {encoding} (no {flag})"
    from promptlint.money.models import facts

    known = facts(model)
    if known is None:
        return f"counted with {encoding}: {model} is not known"
    return f"counted with {encoding}" + ("" if known.token_ratio == (1.0, 1.0) else f", which stands in for {model}")


def _read(file: str, name: str) -> tuple[str, str, bool]:
    r"""The text with `\n` at every line end, its byte order mark, and whether all its line ends are CR LF."""
    from promptlint.files import LARGEST_NAMED, decode

    try:
        most = LARGEST_NAMED + 1
        data = standard_input().read(most) if file == "-" else given_bytes(file, most)
    except (OSError, ValueError) as error:
        _fail(name, getattr(error, "strerror", None) or str(error))
    text, problem = decode(data, "text", LARGEST_NAMED)
    if text is None:
        _fail(name, problem or "cannot be read")
    crlf = "\r\n" in text and text.count("\n") == text.count("\r\n")
    return (text.replace("\r\n", "\n") if crlf else text), "\ufeff" if data.startswith(_MARK) else "", crlf


def _write(out: str, output_file: str | None) -> None:
    """Write bytes as they are: line ends are the text's own."""
    from promptlint.writing import replace

    data = out.encode("utf-8", "surrogatepass")
    if output_file is None:
        stream = sys.stdout.buffer
        stream.write(data)
        stream.flush()
        return
    try:
        if Path(output_file).is_file() and os.access(Path(output_file).resolve().parent, os.W_OK):
            replace(Path(output_file), data)  # it may be the prompt itself
            return
        with for_report(output_file) as handle:
            handle.write(data)
    except OSError as error:
        _fail(output_file, error.strerror or str(error))


def _fail(name: str, message: str) -> NoReturn:
    from promptlint.report.escape import plain

    click.echo(plain(f"promptlint: {name}: {message}"), err=True)
    sys.exit(2)
