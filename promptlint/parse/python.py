"""Python source → `FileFacts`. `STATEMENTS` says which function reads which kind of statement; of others, the expressions are read."""

from __future__ import annotations

import ast

from promptlint.facts import FileFacts
from promptlint.parse.control_flow import body, for_, if_, match_, try_, while_, with_
from promptlint.parse.definitions import class_, function
from promptlint.parse.expressions import READERS
from promptlint.parse.ignores import find_ignores
from promptlint.parse.limits import limits_named
from promptlint.parse.positions import Positions
from promptlint.parse.simple_statements import (
    alone,
    annotated,
    assign,
    augmented,
    declared,
    delete,
    import_,
    import_from,
    return_,
)
from promptlint.parse.tree import SourceError, read
from promptlint.parse.walk import Statements, Walk

STATEMENTS: Statements = {
    ast.FunctionDef: function,
    ast.AsyncFunctionDef: function,
    ast.ClassDef: class_,
    ast.If: if_,
    ast.For: for_,
    ast.AsyncFor: for_,
    ast.While: while_,
    ast.Try: try_,
    ast.TryStar: try_,
    ast.With: with_,
    ast.AsyncWith: with_,
    ast.Match: match_,
    ast.Expr: alone,
    ast.Assign: assign,
    ast.AnnAssign: annotated,
    ast.AugAssign: augmented,
    ast.Delete: delete,
    ast.Return: return_,
    ast.Import: import_,
    ast.ImportFrom: import_from,
    ast.Global: declared,
    ast.Nonlocal: declared,
}


def parse_python(source: str) -> FileFacts:
    """The facts of one module. A syntax error becomes `problem`, with its place; nothing is raised."""
    try:
        tree = read(source)
    except SourceError as error:
        return FileFacts(kind="python", problem=error.message, problem_at=error.offset)
    walk = Walk(source, Positions(tree.text), READERS, STATEMENTS)
    body(walk, tree.body)
    return FileFacts(
        kind="python",
        imports=tuple(walk.imports),
        bindings=tuple(walk.bindings),
        blocks=tuple(walk.blocks),
        functions=tuple(walk.functions),
        classes=tuple(walk.classes),
        invocations=tuple(i for i in walk.invocations if i is not None),
        entered=tuple(walk.entered),
        texts=tuple(walk.messages[start] for start in sorted(walk.messages)),
        ignores=find_ignores(source, walk.strings),
        limits=limits_named(source),
        entry_point=walk.entry_point,
    )
