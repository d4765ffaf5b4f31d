"""`python -m promptlint`, and the `promptlint` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; `--version` answers before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        from pathlib import Path

        from promptlint import __version__

        print(f"promptlint {__version__} (distribution promptlint-budget, {Path(__file__).resolve().parent})")
        return
    from promptlint.cli import cli

    cli(prog_name="promptlint")


if __name__ == "__main__":
    main()
