"""Jinja files → facts: read for their text and the variables they need, never rendered."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from promptlint.facts import FileFacts, Hole, Literal, Segment, Span, TextFile
from promptlint.parse.holes import TemplateError, split
from promptlint.parse.ignores import find_template_ignores
from promptlint.parse.reads import file_is_prompt

if TYPE_CHECKING:
    from jinja2.nodes import Template

# What jinja2 says of tags that an extension of the program may bring: the file is then not judged.
_UNREAD = ("unknown tag", "unknown filter", "no filter named", "no test named", "no loader")
# Python runs no template whose loops are nested deeper than 20, and jinja2 reads each as often as there are loops around it.
_DEEPEST = 50
_NAMELESS = "x.j2"
_TAGS = ("{%", "{#")
_INCLUDE = re.compile(r"\{%[-+]?\s*(?:include|import|from|extends)\s+([\"'])([^\"'\n]{1,200})\1")


def parse_template(text: str, path: str = "") -> FileFacts:
    """The facts of one jinja file. A template that does not read like a prompt is among the others.

    A syntax error becomes `problem`, with the offset of its line; a tag or filter that jinja2 does not know is none.
    """
    literal = Literal(text=text, span=Span(0, len(text)), runs=((0, 0, len(text)),) if text else ())
    problem, at = None, 0
    segments: tuple[Segment, ...] = (literal,)
    try:
        segments = split(literal, "jinja2")
    except TemplateError as error:
        problem, at = f"jinja: {error.message}", error.offset
    variables: tuple[str, ...] = ()
    if problem is None:
        variables, problem, at = free_variables(text)
    holes = any(isinstance(segment, Hole) for segment in segments)
    reads = bool(text.strip()) and file_is_prompt(path or _NAMELESS, shown(segments), holes=holes) is not None
    entry = TextFile(segments=segments, span=literal.span, syntax="jinja2")
    return FileFacts(
        kind="template",
        prompts=(entry,) if reads else (),
        others=(entry,) if text.strip() and not reads else (),
        variables=variables,
        includes=included(text),
        ignores=find_template_ignores(text),
        # A page of HTML or a program's skeleton may be written for another engine: its syntax is no concern of ours.
        problem=problem if reads else None,
        problem_at=at if reads else 0,
    )


def shown(segments: tuple[Segment, ...]) -> str:
    """The text with ` x ` for what is filled in, and nothing for the tags of jinja and mustache."""
    return "".join(s.text if isinstance(s, Literal) else "" if s.source[:2] in _TAGS else " x " for s in segments)


def included(text: str) -> tuple[str, ...]:
    """The templates that a template includes by name."""
    return tuple(dict.fromkeys(match.group(2) for match in _INCLUDE.finditer(text)))


def free_variables(text: str) -> tuple[tuple[str, ...], str | None, int]:
    """The undeclared names of a template, and the syntax error that hides them with its offset."""
    import jinja2
    from jinja2 import meta, nodes

    environment = jinja2.Environment(
        autoescape=False,  # parsed only, never rendered
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"],
        # Else jinja2 works out what is constant, and `{{ 9**9**9**9 }}` never ends.
        finalize=jinja2.pass_context(lambda context, value: value),
    )
    try:
        tree = environment.parse(text)
        for modifier in tree.find_all(nodes.EvalContextModifier):
            modifier.options = []  # of `{% autoescape ... %}` it works out the value
        if text.count("{%") > _DEEPEST and _nested(tree) > _DEEPEST:
            return (), None, 0
        walk = meta.TrackingCodeGenerator(environment)
        walk.optimizer = None  # as above
        walk.visit(tree)
        names = walk.undeclared_identifiers - environment.globals.keys() - _optional(tree)
        return tuple(sorted(names)), None, 0
    except jinja2.TemplateSyntaxError as error:
        message = error.message or "syntax error"
        if any(words in message.lower() for words in _UNREAD):
            return (), None, 0
        return (), f"jinja: {message}", _line_start(text, error.lineno)
    except (jinja2.TemplateError, RecursionError, ValueError, OverflowError):
        return (), None, 0


def _nested(tree: Template) -> int:
    """How many loops, macros and calls of macros stand in one another."""
    from jinja2 import nodes

    scopes = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.With, nodes.Block)
    deepest, todo = 0, [(0, child) for child in tree.body]
    while todo:
        depth, node = todo.pop()
        depth += isinstance(node, scopes)
        deepest = max(deepest, depth)
        todo.extend((depth, child) for child in node.iter_child_nodes())
    return deepest


def _optional(tree: Template) -> set[str]:
    """The names a template does without: those it tests with `is defined` or gives a default."""
    from jinja2 import nodes

    asked = [test.node for test in tree.find_all(nodes.Test) if test.name in ("defined", "undefined")]
    asked += [
        each.node for each in tree.find_all(nodes.Filter) if each.name in ("default", "d") and each.node is not None
    ]
    return {node.name for node in asked if isinstance(node, nodes.Name)}


def _line_start(text: str, line: int) -> int:
    r"""The offset of a 1-based line as jinja2 counts them: `\\n`, `\\r\\n` and `\\r` end one."""
    if line <= 1:
        return 0
    ends = (match.end() for match in re.finditer(r"\r\n|\r|\n", text))
    return next(islice(ends, line - 2, None), 0)
