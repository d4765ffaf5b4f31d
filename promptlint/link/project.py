"""`link`: from facts to a `Project`, in one pass over everything that was parsed."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.facts import Call, Dump, FileFacts, Invocation, Known, Place, Project, Span, Want
from promptlint.knowledge import Knowledge
from promptlint.link.calls import Calls
from promptlint.link.circumstances import CallGraph
from promptlint.link.compose import Composer
from promptlint.link.messages import Messages
from promptlint.link.modules import Modules
from promptlint.link.names import Names
from promptlint.link.prompts import Prompts
from promptlint.link.sites import find_sites
from promptlint.link.templates import Templates
from promptlint.link.values import Context


def link(
    files: Mapping[str, FileFacts],
    known: Mapping[str, str],
    names_of: Mapping[str, str],
    knowledge: Knowledge,
    mapping: dict[str, str],
) -> Project:
    """Link files. `known` maps importable names to paths, `names_of` paths to their module name.

    Pure and total: nothing is read, nothing is raised, and the result depends on the arguments alone.
    """
    modules = Modules(files, known, names_of)
    names = Names(modules, knowledge)
    templates = Templates(names, files)
    composer = Composer(names, templates)
    calls = Calls(names, Messages(names, composer), CallGraph(names, modules), mapping)
    sites: list[Call] = []
    callers: list[Call] = []
    for module in modules:
        modules.eager = False
        for site in list(find_sites(names, module)):
            modules.eager = True
            call, outer = calls.site(site)
            sites.append(call)
            callers.extend(outer)
    modules.eager = False
    prompts = Prompts(names, modules, composer, templates).collect(calls.composed)
    return Project(
        calls=tuple(sorted(sites, key=_order)),
        callers=tuple(sorted(callers, key=_order)),
        prompts=prompts,
        dumps=_dumps(calls, names),
        wants=frozenset(Want(module=path, name=name) for path, name in modules.wanted),
        ignores={path: facts.ignores for path, facts in files.items() if facts.ignores},
        problems=tuple(
            (Place(path=path, span=_point(facts.problem_at)), facts.problem)
            for path, facts in sorted(files.items())
            if facts.problem is not None
        ),
    )


def _order(call: Call) -> tuple[str, int, int, str]:
    return call.place.path, call.place.span.start, call.place.span.end, call.site_id


def _point(offset: int) -> Span:
    return Span(offset, offset)


def _dumps(calls: Calls, names: Names) -> tuple[Dump, ...]:
    """Every `json.dumps` whose text is sent."""
    found: dict[tuple[str, int], Dump] = {}
    for composed, _, _, _ in calls.composed:
        for context, invocation in composed.dumps:
            keywords = {k: v for k, v in invocation.keywords.items if k is not None}
            if len(keywords) != len(invocation.keywords.items):
                continue
            indent = keywords.get("indent")
            found[context.module.path, invocation.span.start] = Dump(
                place=Place(path=context.module.path, span=invocation.span),
                callee=invocation.text,
                indent=indent.value if isinstance(indent, Known) and isinstance(indent.value, int) else None,
                default_ascii="ensure_ascii" not in keywords,
                default_separators="separators" not in keywords,
                sorted_keys="sort_keys" in keywords,
                only=_inline(context, invocation),
                insert_at=invocation.insert_at,
                needs_comma=invocation.needs_comma,
                keyword_spans=invocation.keyword_spans,
            )
    return tuple(found[key] for key in sorted(found))


def _inline(context: Context, invocation: Invocation) -> bool:
    """Whether the text goes nowhere but into the prompt: it is not bound to a name."""
    span = invocation.span
    return not any(b.value.span == span for b in context.module.facts.bindings)
