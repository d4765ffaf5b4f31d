"""Where the placeholders of each template syntax stand in a text. Every scan is one pass over it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct


class TemplateError(Exception):
    """A template that its own syntax rejects. `offset` is in code points of the text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Slot(Struct, frozen=True):
    """`text[start:end]` is not literal text.

    `name` is what fills it ("" for an `else` or `endfor`); None when it stands for `stands_for`: an escape or a comment.
    `trims_before` and `trims_after`: white space around it is dropped when the template is filled.
    """

    start: int
    end: int
    name: str | None
    stands_for: str = ""
    trims_before: bool = False
    trims_after: bool = False


_BRACE = re.compile(r"[{}]")
_FIELD_MARK = re.compile(r"[\[\]{}:!]")
_CONVERSION = re.compile(r"!(.?)(.?)", re.DOTALL)
_PERCENT = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?[-#0 +]*(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?[hlL]?(?P<kind>.?)", re.DOTALL
)
_DOLLAR = re.compile(r"\$(?:(?P<escaped>\$)|(?P<named>[A-Za-z_][A-Za-z0-9_]*)|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)\})")
_SINGLE = re.compile(r"\{\{|\}\}|\{(?P<name>[^\W\d]\w*)\}")
_MUSTACHE = re.compile(r"\{\{\{(?P<triple>[^{}]*)\}\}\}|\{\{(?P<body>[^{}]*)\}\}")
_WORD_OR_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s=]+=?")
_PATH = re.compile(r"\$?(?!(?:this|else|true|false|null|as)\b)[^\W\d][\w./-]*$")
_BLOCKS_OVER = frozenset(("each", "with"))
_MARKERS = frozenset(("role", "history", "media", "section", "set", "else"))


def format_slots(text: str) -> Iterator[Slot]:
    """The replacement fields of `str.format`, as `MarkupIterator` in CPython's `unicode_format.h` finds them.

    Raises `TemplateError` where `str.format` raises `ValueError`.
    """
    position, numbered = 0, 0
    manual: bool | None = None
    while (brace := _BRACE.search(text, position)) is not None:
        start, character = brace.start(), brace.group()
        if text.startswith(character, start + 1):
            yield Slot(start, start + 2, None, character)
            position = start + 2
            continue
        if character == "}":
            raise TemplateError("single `}`: write `}}` for a brace in the text", start)
        position = _end_of_field(text, start)
        name = _field_name(text, start + 1, position - 1)
        by_hand = name[:1].isdigit()
        if not name or by_hand:
            if manual is not None and manual != by_hand:
                raise TemplateError("`{}` and `{0}` cannot be mixed in one template", start)
            manual = by_hand
        if not name:
            name, numbered = str(numbered), numbered + 1
        yield Slot(start, position, name)


def _end_of_field(text: str, start: int) -> int:
    """The offset behind the `}` that closes the field opened at `start`. Braces in `[...]` of its name do not count."""
    depth, bracket, named = 0, False, True
    for mark in _FIELD_MARK.finditer(text, start):
        character = mark.group()
        if bracket:
            bracket = character != "]"
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if not depth:
                return mark.end()
        elif character in ":!":
            named = False
        else:
            bracket = named and character == "["
    raise TemplateError("`{` is never closed: write `{{` for a brace in the text", start)


def _field_name(text: str, start: int, end: int) -> str:
    """What stands before the conversion and the format specification."""
    bracket = False
    for at in range(start, end):
        character = text[at]
        if character in "[]":
            bracket = character == "["
        elif character == "{" and not bracket:
            raise TemplateError("`{` inside the name of a field: write `{{` for a brace in the text", at)
        elif character in ":!" and not bracket:
            if character == "!":
                _check_conversion(text[at:end], at)
            return text[start:at]
    return text[start:end]


def _check_conversion(rest: str, at: int) -> None:
    match = _CONVERSION.match(rest)
    if match is None or not match.group(1):
        raise TemplateError("`!` without a conversion", at)
    if match.group(1) not in "rsa":
        raise TemplateError(f"unknown conversion `!{match.group(1)}`", at)
    if match.group(2) not in ("", ":"):
        raise TemplateError("`:` expected behind the conversion", at)


def percent_slots(text: str) -> Iterator[Slot]:
    """The conversions of `text % values`. Raises `TemplateError` for one that Python does not know."""
    index, position = 0, 0
    while (start := text.find("%", position)) >= 0:
        match = _PERCENT.match(text, start)
        kind = match.group("kind") if match else ""
        if match is None or not kind:
            raise TemplateError("`%` is not finished: write `%%` for a percent sign", start)
        position = match.end()
        if kind == "%":
            yield Slot(start, position, None, "%")
            continue
        if kind not in "diouxXeEfFgGcrsa":
            raise TemplateError(f"unknown conversion `{match.group()}`: write `%%` for a percent sign", start)
        index += (match.group("width") == "*") + (match.group("precision") == "*")
        key = match.group("key")
        yield Slot(start, position, key if key is not None else str(index))
        index += key is None


def dollar_slots(text: str) -> Iterator[Slot]:
    """`$name` and `${name}` of `string.Template`. A lone `$` is text, as `safe_substitute` has it."""
    for match in _DOLLAR.finditer(text):
        if match.group("escaped"):
            yield Slot(match.start(), match.end(), None, "$")
        else:
            yield Slot(match.start(), match.end(), match.group("named") or match.group("braced"))


def brace_slots(text: str) -> Iterator[Slot]:
    """`{name}` alone: what programs that replace slots themselves use. All other braces are text."""
    for match in _SINGLE.finditer(text):
        if match.group("name"):
            yield Slot(match.start(), match.end(), match.group("name"))


def mustache_slots(text: str) -> Iterator[Slot]:
    """The tags of mustache and handlebars, and `{{$name}}` of semantic-kernel. A section is a tag that nothing fills."""
    for match in _MUSTACHE.finditer(text):
        body = (match.group("body") or match.group("triple") or "").strip().strip("~")
        sign, words = body[:1], _WORD_OR_TEXT.findall(body.lstrip("#/^&>").strip())
        if sign == "!":
            yield Slot(match.start(), match.end(), None)
        elif words:
            yield Slot(match.start(), match.end(), _filling(sign, words))


def _filling(sign: str, words: list[str]) -> str:
    """The variable of a tag: `name`, the last word of `{{helper name}}`, the list of `{{#each list}}`."""
    if (sign in tuple("/^>#") and (sign != "#" or words[0] not in _BLOCKS_OVER)) or words[0] in _MARKERS:
        return ""
    words = words[: words.index("|")] if "|" in words else words  # the filters of liquid
    paths = [word for word in (words[1:] if len(words) > 1 else words) if _PATH.match(word)]
    return (paths[0] if sign == "#" else paths[-1]).lstrip("$") if paths else ""


def scanner(syntax: str) -> Callable[[str], Iterator[Slot]] | None:
    """The scan of a syntax: format | fstring | percent | dollar | braces | jinja2 | mustache. None for plain text."""
    if syntax in ("jinja", "jinja2"):
        from promptlint.parse.jinja import jinja_slots

        return jinja_slots
    return _SCANNERS.get(syntax)


_SCANNERS: dict[str, Callable[[str], Iterator[Slot]]] = {
    "format": format_slots,
    "fstring": format_slots,
    "percent": percent_slots,
    "dollar": dollar_slots,
    "braces": brace_slots,
    "mustache": mustache_slots,
}
