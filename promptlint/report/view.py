"""How a report is to be shown."""

from __future__ import annotations

from msgspec import Struct


class View(Struct, frozen=True, kw_only=True):
    """What the command line says about text: machine formats hold everything and ignore it."""

    color: bool = False
    show_all: bool = False
    quiet: bool = False
    verbose: bool = False
