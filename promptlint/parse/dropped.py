"""What a program creates and does not keep: nobody finds a batch again whose id is lost."""

from __future__ import annotations

import ast

from promptlint.facts import Result
from promptlint.parse.calls import mark
from promptlint.parse.names import last_name
from promptlint.parse.walk import Walk

_CREATES = ("create", "acreate")
# What an object that was created says of itself, by which nobody finds it again.
_TOLD = ("status", "processing_status", "object", "created_at", "endpoint", "request_counts", "completion_window")


def note_dropped(walk: Walk, value: Result) -> None:
    """Note that what a call creates is not kept."""
    if (last_name(walk.made_by(value).callee) or "").startswith(_CREATES):
        mark(walk, value, dropped=True)


def is_batch(walk: Walk, value: Result) -> bool:
    """Whether a call says that it is about a batch: only of those what becomes of the result is asked."""
    return "batch" in walk.made_by(value).text.lower()


def unread(walk: Walk, targets: list[ast.expr]) -> bool:
    """Whether what is assigned is a variable of a function that nothing reads but to tell how it stands."""
    if walk.around is None or len(targets) != 1 or not isinstance(targets[0], ast.Name):
        return False
    name = targets[0].id
    if name in walk.globals:
        return False
    told = {
        id(node.value)
        for node in ast.walk(walk.around)
        if isinstance(node, ast.Attribute) and node.attr in _TOLD and isinstance(node.value, ast.Name)
    }
    read = (n for n in ast.walk(walk.around) if isinstance(n, ast.Name) and n.id == name and id(n) not in told)
    return all(isinstance(n.ctx, ast.Store) for n in read)
