"""Notebooks → one Python text: code cells in order, with what only IPython understands made harmless, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

# Cell magics whose body is Python that runs here; the body of any other (`%%bash`, `%%html`) is not Python.
_PYTHON_MAGICS = frozenset(("time", "timeit", "capture", "prun", "python", "python3", "memit", "mprun"))
# Line magics whose argument is a Python statement.
_STATEMENT = re.compile(r"^(\s*)%(?:time|timeit|prun|memit)[ \t]+(?!-)")
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which JSON can spell: no parser takes it
_LINE = re.compile(r"^(\s*)(?:[%!?]|[\w.]+\?\??\s*$)")
_ASSIGNED = re.compile(r"^(\s*[\w., \[\]]+=\s*)(?:(%time\s+)|[%!])")


class Notebook(Struct, frozen=True):
    """`code` is what the cells say together; `cells` holds (offset in it, 1-based number among all cells) for each."""

    code: str
    cells: tuple[tuple[int, int], ...]


def read_notebook(text: str) -> Notebook | str:
    """The code of a notebook, or why it cannot be read and what to do.

    Formats 3 and 4 of Jupyter. A notebook in another language has no code of ours and no cells.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return "not a notebook: its JSON is broken; save it again in Jupyter"
    if not isinstance(document, dict):
        return "not a notebook: it is JSON, but no object"
    cells = _cells(document)
    if cells is None:
        return "not a notebook: it has no cells; save it as notebook format 4"
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    offset = 0
    for number, cell in enumerate(cells, 1) if _is_python(document) else ():
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        code = _python(_joined(cell.get("source", cell.get("input", ""))))
        places.append((offset, number))
        parts.append(code)
        offset += len(code)
    return Notebook("".join(parts), tuple(places))


def _cells(document: dict[str, Any]) -> list[Any] | None:  # Any: JSON
    if isinstance(document.get("cells"), list):
        return list(document["cells"])
    sheets = document.get("worksheets")
    if isinstance(sheets, list):
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in found if isinstance(cells, list) for cell in cells]
    return None


def _is_python(document: dict[str, Any]) -> bool:  # Any: JSON
    metadata = document.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(key)
        if isinstance(found, dict) and isinstance(found.get(name), str):
            return str(found[name]).lower() in ("python", "ipython", "python3")
    return True


def _joined(source: object) -> str:
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", source) if isinstance(source, str) else ""


def _python(code: str) -> str:
    """A cell as Python, every line in its place. It ends in a line end, so that the next cell begins a line."""
    lines = code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        name = lines[first][2:].split(maxsplit=1)[0] if lines[first][2:].strip() else ""
        if name not in _PYTHON_MAGICS:
            return "\n".join("#" + line if line.strip() else line for line in lines) + "\n"
        lines[first] = "#" + lines[first]
    return "\n".join(_lines(lines)) + "\n"


def _lines(lines: list[str]) -> Iterator[str]:
    r"""Magics, shell commands and help requests as comments. A continued one (`!pip install \\`) goes on below."""
    continued = False
    quotes = ""
    for line in lines:
        if continued:
            continued = line.rstrip().endswith("\\")
            yield "#" + line
            continue
        outside = not quotes
        quotes = _open_quotes(line, quotes)
        if not outside:
            yield line
            continue
        statement = _STATEMENT.match(line)
        if statement:
            yield statement.group(1) + line[statement.end() :]
            continue
        assigned = _ASSIGNED.match(line)
        if assigned:
            continued = line.rstrip().endswith("\\")
            rest = line[assigned.end() :]
            yield assigned.group(1) + (rest if assigned.group(2) else f"None  # {rest}")
            continue
        magic = _LINE.match(line)
        if magic:
            continued = line.rstrip().endswith("\\")
            yield f"{magic.group(1)}pass  # {line.strip()}"
            continue
        yield line


def _open_quotes(line: str, inside: str) -> str:
    """The triple quotes that a line leaves open."""
    position = 0
    while True:
        if inside:
            end = line.find(inside, position)
            if end < 0:
                return inside
            position, inside = end + 3, ""
        hits = [(line.find(q, position), q) for q in ('"""', "'''") if line.find(q, position) >= 0]
        if not hits:
            return ""
        start, inside = min(hits)
        if "#" in line[position:start] and not re.search(r"""["']""", line[position:start]):
            return ""
        position = start + 3
