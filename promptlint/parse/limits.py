"""The names by which a file sets, or asks for, how many tokens may come back."""

from __future__ import annotations

import re

# Quoted, as the key of a dictionary is, or given a value or a type: `"max_tokens"`, `max_tokens=9`, `num_predict: int`.
_USED = r"""(?=["']|\s*[=:](?!=))"""
# Each begins with letters that the search leaps to.
_NAMES = tuple(re.compile(name + _USED) for name in (r"max\w{0,9}[tT]ok\w*", "num_predict", r"n_predict"))
# What stands before the end of a longer name: `input_max_tokens` is another limit, `_max_tokens` the same one kept for oneself.
_LONGER = re.compile(r"[^\W_]_*\Z")
_FAR_ENOUGH = 3


def limits_named(text: str) -> tuple[str, ...]:
    """Names of output caps in a Python file, whichever SDK they are of, in order of their spelling."""
    found = (match for pattern in _NAMES for match in pattern.finditer(text))
    return tuple(
        sorted({m.group() for m in found if not _LONGER.search(text, max(0, m.start() - _FAR_ENOUGH), m.start())})
    )
