"""JSON text of report structs."""

from __future__ import annotations

import json

import msgspec


def pretty(value: object) -> str:
    r"""Indented JSON and a newline. Lone surrogates (odd file names, odd literals) come out as `\\udc80`."""
    try:
        return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), indent=1) + "\n"


def line(value: object) -> str:
    """JSON on one line, with its newline."""
    try:
        return msgspec.json.encode(value).decode() + "\n"
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")) + "\n"
