"""Files that say at their top that they are generated and not to be edited: their findings have no fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from msgspec.structs import replace

from promptlint.findings import Finding

_LOOKED_AT = 1_500
# Comments at the beginning of a file, or its docstring. In a file of prose a line behind `#` is a title.
_MARKED = r"<!--.*?-->|\{#.*?#\}"
_TOP = re.compile(rf'\ufeff?\s*(?:(?:(?:#|//|;)[^\n]*|{_MARKED}|"""(?:(?!""").)*""")\s*){{1,30}}', re.DOTALL)
_TOP_OF_PROSE = re.compile(rf"\ufeff?\s*(?:(?:{_MARKED})\s*){{1,30}}", re.DOTALL)
_CODE = (".py", ".pyi", ".yaml", ".yml", ".toml", ".ipynb", ".json")
_GENERATED = re.compile(r"\b(?:auto-?)?generated\b", re.IGNORECASE)
_UNTOUCHED = re.compile(
    r"\b(?:do not|don't|never|not to be|should not be|must not be) (?:be )?(?:manually |directly )?"
    r"(?:edit|modif(?:y|ied)|chang|alter|touch)|@generated\b",
    re.IGNORECASE,
)


def generated(path: str, text: str) -> bool:
    """Whether the comment at the top of a file says that it is made by a program, and not to be edited."""
    top = (_TOP if path.endswith(_CODE) else _TOP_OF_PROSE).match(text, 0, _LOOKED_AT)
    if top is None:
        return False
    said = top.group()
    return "@generated" in said or (_GENERATED.search(said) is not None and _UNTOUCHED.search(said) is not None)


def without_fixes(findings: Iterable[Finding], text: Callable[[str], str]) -> Iterator[Finding]:
    """The findings, those without their fix whose fix would edit a generated file. `text` gives that of a file."""
    made = cache(lambda path: generated(path, text(path)))
    for finding in findings:
        if finding.fix is not None and any(made(edit.place.path) for edit in finding.fix.edits):
            yield replace(
                finding, fix=None, message=f"{finding.message}; not written: the file says that it is generated"
            )
        else:
            yield finding
