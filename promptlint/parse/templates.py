"""Jinja files → facts: parsed for their variables, never rendered."""

from __future__ import annotations

from promptlint.facts import FileFacts, Literal, Span, TextFile
from promptlint.parse.holes import split
from promptlint.parse.ignores import find_template_ignores
from promptlint.parse.reads import tells, text_shape


def parse_template(text: str) -> FileFacts:
    """The facts of one jinja file. A syntax error becomes `problem`; tags or filters that jinja2 does not know are not one."""
    import jinja2
    from jinja2 import meta

    environment = jinja2.Environment(autoescape=False)  # parsed only, never rendered
    problem: str | None = None
    at = 0
    variables: tuple[str, ...] = ()
    try:
        variables = tuple(sorted(meta.find_undeclared_variables(environment.parse(text))))
    except jinja2.TemplateSyntaxError as error:
        if "unknown tag" not in str(error).lower():
            problem = f"jinja: {error.message}"
            at = sum(len(line) for line in text.splitlines(keepends=True)[: error.lineno - 1])
    except (jinja2.TemplateError, RecursionError, ValueError):
        variables = ()
    literal = Literal(text=text, span=Span(0, len(text)), runs=((0, 0, len(text)),) if text else ())
    plain = split(literal, "jinja2")
    shown = "".join(s.text for s in plain if isinstance(s, Literal))
    prompts: tuple[TextFile, ...] = ()
    if tells(shown) >= 2 and text_shape(shown) is None:
        prompts = (TextFile(segments=plain, span=Span(0, len(text)), syntax="jinja2"),)
    return FileFacts(
        kind="template", prompts=prompts, variables=variables, ignores=find_template_ignores(text),
        problem=problem if prompts else None, problem_at=at,
    )  # fmt: skip
