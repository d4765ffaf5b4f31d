"""Text from code, shown in Markdown and HTML: nothing in it may become markup, a mention, a link or a new line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from promptlint.report.escape import plain

_SPECIAL = re.compile(r"([\\`*_{}\[\]#!|~$])|(?<!\w)(:)(?=[\w+-]+:)")
_MENTION = re.compile(r"@(?=\w)")
_WORD_JOINER = "&#8203;"  # an at sign that is followed by it mentions nobody

LARGEST = 60_000
"""Characters of a comment: GitHub takes 65,536, GitLab a million."""


def markdown(text: str) -> str:
    """One line of Markdown that reads as the text itself."""
    escaped = _SPECIAL.sub(lambda m: f"\\{m.group()}", plain(text))
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Names of people, issues (#1) and addresses (www.) are linked wherever they stand.
    return _MENTION.sub(f"@{_WORD_JOINER}", escaped).replace("www.", f"www{_WORD_JOINER}.").replace("://", "&#58;//")


def code(text: str) -> str:
    """An inline code span of any text, in a table too."""
    shown = plain(text).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall(r"`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown.strip() else ""


def budgets(broken: Sequence[str], rows: int = 10) -> list[str]:
    """Budgets that are broken, as a list in Markdown; nothing where none is."""
    if not broken:
        return []
    more = [f"- and {len(broken) - rows:,} more"] if len(broken) > rows else []
    return ["\n".join([*(f"- {markdown(line)}" for line in broken[:rows]), *more]) + "\n"]


def spoken(text: str) -> str:
    """A message of ours in Markdown: what stands between backticks is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return markdown(text)
    return "".join(code(part) if i % 2 else markdown(part) for i, part in enumerate(parts))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> str:
    """A Markdown table of cells that are Markdown already."""
    aligned = set(right)
    rule = " | ".join("--:" if i in aligned else ":--" for i in range(len(head)))
    lines = [f"| {' | '.join(head)} |", f"| {rule} |", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"


def details(summary: str, body: str) -> str:
    """A part that is folded away."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body.strip()}\n\n</details>\n"


def fitted(parts: Sequence[str], *, largest: int = LARGEST) -> str:
    """The parts that fit into a comment, in order; what is left out is said."""
    kept: list[str] = []
    for part in parts:
        if sum(map(len, kept)) + len(part) > largest - 200:
            kept.append("\nThe rest does not fit into a comment; run the command to see it.\n")
            break
        kept.append(part)
    return "\n".join(kept)


def hypertext(text: str) -> str:
    """Text inside an element or a quoted attribute of HTML."""
    return html.escape(plain(text), quote=True)


_STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2em auto;max-width:80em;padding:0 1em;color:#222;background:#fff}"
    "table{border-collapse:collapse;margin:1em 0}th,td{padding:.3em .8em;border-bottom:1px solid #ddd;text-align:left}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.n{white-space:nowrap}"
    ".wide{overflow-x:auto}.wide table{min-width:46em}svg{max-width:100%;min-width:40em;height:auto}"
    "h3,li,p{overflow-wrap:anywhere}code{font:13px ui-monospace,monospace}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}th,td{border-color:#444}}"
)


def page(title: str, body: str) -> str:
    """A whole HTML page that loads nothing and runs nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{hypertext(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> str:
    """An HTML table of plain texts."""
    aligned = set(right)

    def cells(tag: str, row: Sequence[str]) -> str:
        made = (f"<{tag}{' class=n' if i in aligned else ''}>{hypertext(c)}</{tag}>" for i, c in enumerate(row))
        return f"<tr>{''.join(made)}</tr>\n"

    body = "".join(cells("td", row) for row in rows)
    return f"<div class=wide><table>\n{cells('th', head)}{body}</table></div>\n"
