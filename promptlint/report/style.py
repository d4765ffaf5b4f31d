"""Colours, only where they are wanted."""

from __future__ import annotations

import os
import sys

_CODES = {"bold": "1", "red": "31", "yellow": "33", "cyan": "36", "dim": "2", "green": "32"}


def wanted(choice: str) -> bool:
    """`--color`, then NO_COLOR, FORCE_COLOR (no-color.org, force-color.org), then whether standard output is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, *styles: str, color: bool) -> str:
    """Text in a style, or as it is."""
    if not color or not text:
        return text
    return f"\x1b[{';'.join(_CODES[s] for s in styles)}m{text}\x1b[0m"
