"""The pipeline: files → facts → Project → measures → findings. Read this first."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from promptlint.config import Config, load
from promptlint.facts import FileFacts, Place, Project, Span
from promptlint.files import Discovery, File, discover, module_table, project_root
from promptlint.findings import Finding
from promptlint.knowledge import Knowledge
from promptlint.knowledge import load as load_knowledge
from promptlint.link.project import link
from promptlint.outcome import Options, Outcome, Summary, Unreadable
from promptlint.parse.files import parse_all
from promptlint.source import Source

_MOST_ROUNDS = 5


def check(options: Options) -> Outcome:
    """Run every selected check. Raises `ConfigError` for a broken configuration or an unknown rule."""
    from promptlint.money.cost import measure
    from promptlint.registry import Context, run, select
    from promptlint.suppress import apply

    project_files, config, knowledge = _prepare(options)
    selection = select(config, options)
    project = project_files.linked
    measures = measure(project, config)
    context = Context(config, measures, project, knowledge, project_files.text)
    findings, failures = run(project, context, selection)
    kept, suppressed = apply(findings, context, selection)
    reported = [f for f in kept if project_files.reports(f.place.path)]
    return project_files.outcome(reported, measures, failures, suppressed)


def inventory(options: Options) -> Outcome:
    """The calls and prompts of the project, without findings."""
    from promptlint.money.cost import measure

    project_files, config, _ = _prepare(options)
    return project_files.outcome([], measure(project_files.linked, config), (), 0)
