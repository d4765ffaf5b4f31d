"""`python -m promptlint`, and the `promptlint` command."""

from __future__ import annotations

import contextlib
import io
import os
import sys


def main() -> None:
    """Run the command line; `--version` answers before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        from pathlib import Path

        from promptlint import __version__

        print(f"promptlint {__version__} (distribution promptlint-budget, {Path(__file__).resolve().parent})")
        return
    from promptlint.cli import cli

    _utf8()
    code: int | str | None = 0
    try:
        cli(prog_name="promptlint")
    except SystemExit as done:
        code = done.code
    except OSError as error:  # what click prints before a command runs
        code = _unwritten(error)
    leave(_flushed(code))


def leave(code: int | str | None) -> None:
    """End with this exit code. A linked project is many thousand objects, which the system frees faster than Python does."""
    watched = sys.getprofile() is not None or sys.gettrace() is not None  # it reports when Python ends
    if isinstance(code, str) or watched:
        sys.exit(code)
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(code or 0)


def _utf8() -> None:
    """The same bytes in every locale; what is no text comes out escaped. A stream that was closed takes what comes."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  # to the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _flushed(code: int | str | None) -> int | str | None:
    """The exit code, when all that was printed arrived: a reader that had enough is no fault, a full disk is one."""
    from promptlint.cli import nobody_reads

    try:
        sys.stdout.flush()
    except BrokenPipeError:
        nobody_reads()
    except OSError as error:
        return _unwritten(error)
    return code


def _unwritten(error: OSError) -> int:
    from promptlint.cli import nobody_reads

    nobody_reads()
    with contextlib.suppress(OSError):
        print(f"promptlint: the report could not be written: {error.strerror or error}", file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    main()
