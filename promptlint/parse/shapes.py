"""What a text is when it is no prose: SQL, HTML, CSS, shell, code, data, a regular expression or what a terminal shows."""

from __future__ import annotations

import re

_LONGEST = 4_000
_SQL = re.compile(
    r"\s*(?:--[^\n]*\n\s*)?(?:SELECT\s[^;]{1,300}\bFROM\b|INSERT\s+(?:OR \w+ )?INTO\b|UPDATE\s+\S+\s+SET\b|DELETE\s+FROM\b|"
    r"CREATE\s+(?:TEMP(?:ORARY)? |OR REPLACE |UNIQUE |VIRTUAL )?(?:TABLE|INDEX|VIEW|SCHEMA|EXTENSION|FUNCTION|CONSTRAINT|VECTOR)\b|"
    r"ALTER\s+TABLE\b|DROP\s+(?:TABLE|INDEX)\b|WITH\s+\w+\s+AS\s*\(|(?:OPTIONAL )?MATCH\s*\(|MERGE\s*\(|UNWIND\s+\$|PRAGMA\s)"
)
_ORDER_TO_WRITE = re.compile(r"\byou\b|\b(?:query|question) (?:for|that|to|is)\b", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:html|div|span|table|t[rdh]|body|head|script|style|p|br|a|ul|li|img|button|form|h[1-6]|svg|path|link|meta|input|label)\b[^<>]{0,300}>",
    re.IGNORECASE,
)
_CSS = re.compile(r"(?:^|\n|\})[ \t]*[.#@]?[\w-]+(?:[ :>,.#][^{}\n]{0,80})?\{\s*[\w-]+\s*:")
_SHELL = re.compile(
    r"(?:\$ |sudo |cd |export |echo |mkdir |rm -|apt-get |pip3? install |docker |git |curl |chmod |set -e|if \[|fi$|done$|npm |python3? -)"
)
_CODE = re.compile(
    r"(?:import \w|from [\w.]+ import |(?:async )?def \w+\(|class \w+[(:]|function[ (]|const \w|let \w|var \w|return[ ;(]|if .{1,80}[:{]$|for .{1,80}[:{]$|"
    r"else[: {]|try[:{]|except\b.{0,80}:$|with .{1,80}:$|@\w+|\}|\w[\w.\[\]]* ?[+-]?= ?\S|\w[\w.]*\(.{0,120}\)[,;:]?$|//|<\?|#include|package |public |private )"
)
_STATEMENT = re.compile(
    r"^[ \t]*(?:(?:async )?def +\w|class +\w[^\n]{0,80}[:{]$|(?:from [\w.]+ )?import \w|(?:return|raise|yield|await)\b|self\.\w|@\w|"
    r"(?:if|elif|for|while|with|try|except|else)\b[^\n]{0,100}:$|#include|package \w|func \w|(?:public|private|export|const|let) \w)",
    re.MULTILINE,
)
_FENCED = re.compile(r"^[ \t]*```.*?^[ \t]*```", re.MULTILINE | re.DOTALL)
_DATA = re.compile(r"(?:[\"'][^\"'\n]{1,80}[\"']\s*:|[\[\]{}],?$)")
# Colours of a terminal: `[bold red]...[/bold red]` as rich writes them, or the escapes themselves.
_COLOURED = re.compile(
    r"\[(?:bold|dim|italic|underline|reverse|strike|(?:bright_)?(?:red|green|yellow|blue|magenta|cyan|white|black))[\w ]{0,40}\]"
    r"[^\[\]]{1,200}\[/|\x1b\["
)
_BLOB = re.compile(r"\S{200}")
_REGEX = re.compile(r"\(\?[:P<=!]|\[\^|\\[dwsb][+*?\]]|\)[?*]|\.\*")
_GROUP = re.compile(r"\(\?(?:[:=!]|<[=!])")
_ALTERNATIVES = 5
_PROSE = re.compile(r"[A-Za-z][\w'’]*(?:[,;:]? [\w'’\"(-]+){3}")


def text_shape(text: str) -> str | None:
    """sql | html | css | shell | code | data | regex | blob | terminal when the text as a whole is one of these, else None."""
    head = text[:_LONGEST]
    stripped = head.lstrip()
    if not stripped:
        return None
    if stripped.startswith("#!"):
        return "shell"
    if stripped.startswith(">>> "):
        return "code"
    if _SQL.match(stripped) and not _ORDER_TO_WRITE.search(head):
        return "sql"
    if stripped[:15].lower().startswith(("<!doctype", "<html", "<?xml", "<svg")):
        return "html"
    if " " not in stripped[:200] and _BLOB.match(stripped):
        return "blob"
    if len(_REGEX.findall(head)) * 40 > len(head) or (_GROUP.search(head) and head.count("|") >= _ALTERNATIVES):
        return "regex"
    if len(_COLOURED.findall(head)) >= 2:
        return "terminal"
    return _by_lines(head)


def makes_a_program(text: str) -> bool:
    """Whether a template writes code: many of its lines are statements, examples in fences left out."""
    bare = _FENCED.sub("", text[:_LONGEST])
    lines = sum(1 for line in bare.splitlines() if line.strip())
    statements = len(_STATEMENT.findall(bare))
    return statements >= 3 and statements * 8 > lines


def _by_lines(head: str) -> str | None:
    """What most lines are, when few of them are sentences."""
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    prose = sum(1 for line in lines if _PROSE.match(line) and not _CODE.match(line))
    if prose * 3 > len(lines):
        return None
    tags = len(_TAG.findall(head))
    if tags >= 3 and tags * 2 > len(lines):
        return "html"
    for shape, pattern in (("data", _DATA), ("shell", _SHELL), ("code", _CODE)):
        if sum(1 for line in lines if pattern.match(line)) * 2 > len(lines):
            return shape
    return "css" if len(_CSS.findall(head)) >= 2 else None
