"""What is wrong with a value of a configuration, in the words of the file: msgspec speaks of arrays and objects."""

from __future__ import annotations

import re

_AT = re.compile(r"(?P<what>.*?)(?: - at (?:(?:key|value) in )?`\$\.?(?P<where>[^`]*)`)?", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(?P<wanted>[^`]+)`, got `(?P<got>[^`]+)`")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]+)`")
_KINDS = {
    "array": "a list", "str": "a text", "int": "a whole number", "float": "a number", "decimal": "a number",
    "bool": "true or false", "object": "a table", "null": "nothing", "datetime": "a date", "date": "a date", "time": "a time",
}  # fmt: skip


def said(error: str) -> str:
    """`` `ignore` is a text; it must be a list `` of "Expected `array`, got `str` - at `$.ignore`"."""
    found = _AT.fullmatch(error)
    if found is None or not (where := found.group("where")):
        return error
    key, what = f"`{where.removesuffix('[...]')}`", found.group("what")
    if expected := _EXPECTED.fullmatch(what):
        value = "a value of " if where.endswith("[...]") else ""
        return f"{value}{key} is {_kind(expected.group('got'))}; it must be {_wanted(expected.group('wanted'))}"
    if missing := _MISSING.fullmatch(what):
        return f"{key} lacks `{missing.group('field')}`"
    return what if what.startswith("`") else f"{key}: {what}"


def _kind(name: str) -> str:
    return _KINDS.get(name, name)


def _wanted(names: str) -> str:
    kinds = dict.fromkeys(_kind(name) for name in names.split(" | ") if name != "null")
    if "a number" in kinds:
        kinds.pop("a whole number", None)
    return " or ".join(kinds)
