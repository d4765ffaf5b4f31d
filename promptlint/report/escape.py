"""What code and file names hold must not steer a terminal or a workflow."""

from __future__ import annotations

import re
import unicodedata

# C0 and C1 controls but the tab, line and paragraph separators, and marks that turn the direction of what follows.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """One line for a terminal: control and direction characters made visible, lone surrogates too."""
    shown = _CONTROL.sub(lambda m: _visible(m.group()), text)
    return shown.encode("utf-8", "backslashreplace").decode()


# The same in a line that is shown as it is: its end, tabs, form feeds and single marks of direction belong to it.
_STEERING = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")


def shown_line(text: str) -> str:
    """A line of a file for a terminal, with its line end."""
    shown = _STEERING.sub(lambda m: _visible(m.group()), text)
    return shown.encode("utf-8", "backslashreplace").decode()


def _visible(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shown_path(path: str) -> str:
    """A path for a terminal. One that begins like a workflow command (`::error::`) gets `./` before it."""
    return plain(f"./{path}" if path.startswith(("::", "##[")) else path)


def width(text: str) -> int:
    """How many cells a terminal gives a text: two for wide characters, none for combining ones."""
    return len(text) if text.isascii() else sum(_cells(c) for c in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or character in "\u200b\u200d\ufe0e\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
