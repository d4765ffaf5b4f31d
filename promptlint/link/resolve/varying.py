"""Whether a value is another each time: made from what a function is passed, or of what a loop goes through."""

from __future__ import annotations

import re

from promptlint.facts import Expr, Name
from promptlint.link.program.parts import names_used, of_loop
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context

_DEEPEST = 4
# What a program is set up with: the same for all of its requests.
_SETUP = re.compile(
    r"^(?:self|cls|config|cfg|conf|settings?|options?|opts|args|env|app)$|_(?:config|settings|options)$"
)


def passed(names: Names, expr: Expr, context: Context, depth: int = 0) -> bool:
    """Whether a value is made from what a function is passed, or goes through in a loop, not from what the program is set up with."""
    if depth >= _DEEPEST:
        return False
    return any(_is_passed(names, name, context, depth) for name in names_used(context.module, expr))


def _is_passed(names: Names, name: Name, context: Context, depth: int) -> bool:
    if _SETUP.search(name.name):
        return False
    module = context.module
    for function in module.around(name.scope):
        if function.qualname.endswith("__init__"):
            return False
        parameter = module.parameters.get((function.qualname, name.name))
        if parameter is not None:
            frame = context.frame_of(function)
            if frame is None:
                return parameter.default is None and parameter.kind in ("positional", "keyword")
            given = names.parameters.argument(frame, parameter)
            return given is not None and passed(names, given[0], given[1], depth + 1)
        found = module.bindings.get((function.qualname, name.name))
        if found:
            return any(of_loop(b.value) or passed(names, b.value, context, depth + 1) for b in found)
    return False
