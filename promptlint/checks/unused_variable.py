"""PRM602 unused-variable. Its page: `rules/checks/PRM602-unused-variable.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Hole, Place, Prompt, TemplateUse
from promptlint.findings import Finding
from promptlint.registry import check

_FIELD = re.compile(r"\{(\w+)")  # also in the format of another field: `{text:>{width}}`
_WORD = re.compile(r"[A-Za-z_]\w*")
_SYNTAXES = ("format", "fstring", "dollar", "jinja2")
# What a template takes in may use a value that it does not name.
_TAKES_IN = re.compile(r"\{%[-+]?\s*(?:include|extends|import|from|call)\b")


@check("PRM602")
def unused_variable(prompt: Prompt) -> Iterator[Finding]:
    """Report a value that is passed to a template and stands nowhere in it: the model never sees it."""
    # A text without any field is filled for form's sake, with others that have one.
    holes = [s.source for s in prompt.segments if isinstance(s, Hole)]
    if prompt.problem is not None or prompt.syntax not in _SYNTAXES or not holes:
        return
    if any(_TAKES_IN.match(source) for source in holes):
        return
    pattern = _FIELD if prompt.syntax in ("format", "fstring") else _WORD
    used = {name for source in holes for name in pattern.findall(source)}
    for use in prompt.uses:
        if not use.sole or use.open:
            continue
        for name, span in use.written.items():
            if name not in used and not name.startswith("_"):
                yield Finding(
                    place=Place(path=use.place.path, span=span),
                    message=f"`{name}` is passed, but the template has no {_field(name, prompt)}: the model never sees it",
                    related=((prompt.place, "the template"),),
                )
        yield from _too_many(prompt, holes, use)


def _field(name: str, prompt: Prompt) -> str:
    return {"dollar": f"`${name}`", "jinja2": f"`{{{{ {name} }}}}`"}.get(prompt.syntax or "", f"`{{{name}}}`")


def _too_many(prompt: Prompt, holes: list[str], use: TemplateUse) -> Iterator[Finding]:
    """`"{} of {}".format(a, b, c)`: fields that are counted, and more values than fields."""
    if prompt.syntax != "format" or any(source.count("{") > 1 for source in holes):
        return
    plain = [source for source in holes if re.match(r"\{[.!:\[}]", source)]
    numbers = [int(found[1]) + 1 for source in holes if (found := re.match(r"\{(\d+)", source))]
    taken = max([len(plain), *numbers])
    if use.positional > taken:
        yield Finding(
            place=use.place,
            message=f"{use.positional} values are passed by their place, but the template takes {taken}: "
            "the model never sees the rest",
            related=((prompt.place, "the template"),),
        )
