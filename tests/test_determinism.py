"""The same input gives the same bytes, whatever else differs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import promptlint
from promptlint.edits import apply
from promptlint.facts import Place, Span
from promptlint.findings import Edit

PACKAGE = Path(promptlint.__file__).resolve().parent.parent
_WRAPPER = """
from openai import OpenAI
from anthropic import Anthropic
client = OpenAI()
other = Anthropic()
MODELS = {"gpt-4o", "gpt-4-turbo", "gpt-4", "o1-mini"}

def ask(text, model="gpt-4-turbo"):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}])

def tell(text):
    return other.messages.create(model="claude-3-opus-20240229", max_tokens=5000, messages=[{"role": "user", "content": text}])

def any_of(text):
    for model in MODELS:
        ask(text, model=model)
"""
_USER = '''
from app.llm import ask, tell, MODELS
import datetime
SYSTEM_PROMPT = """You are a careful clerk.   



In order to answer, please make sure that you use one word. It is {now} now. %s"""

def run(items):
    for item in items:
        tell(SYSTEM_PROMPT.format(now=datetime.datetime.now()) + item)
        ask(f"Answer yes or no: {item}")
'''
COMMANDS = [
    ["check", "--preview", "--all"],
    ["check", "--preview", "--output-format", "json"],
    ["calls", "--output-format", "json"],
    ["prompts", "--output-format", "json"],
    ["cost", "--traffic", "small", "--output-format", "json"],
    ["fix", "--preview", "--unsafe-fixes", "--diff"],
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("determinism") / "project"
    (folder / "app").mkdir(parents=True)
    (folder / "prompts").mkdir()
    (folder / "promptlint.toml").write_text('[models]\n"settings.model" = "gpt-4o"\n')
    (folder / "app" / "__init__.py").write_text("")
    (folder / "app" / "llm.py").write_text(_WRAPPER)
    for i in range(12):  # enough for more than one process
        (folder / "app" / f"user_{i}.py").write_text(_USER % i + "# Nothing to see here.\n" * 600)
    (folder / "app" / "bad.py").write_text("import openai\ndef f(:\n")
    (folder / "prompts" / "é.j2").write_text("You are a clerk.   \n\n\n\n\nAnswer {{ question }} in one word.\n")
    (folder / "prompts" / "a.yaml").write_text("prompt: You are a clerk. Answer in one word.\nother: x\n")
    return folder


def _run(folder: Path, command: list[str], *arguments: str, **environment: str) -> tuple[int, bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "promptlint", *command, *(arguments or ("--no-cache", "."))],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PACKAGE), **environment},
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert b"please report" not in done.stderr
    return done.returncode, done.stdout


def _ways() -> Iterator[tuple[list[str], dict[str, str]]]:
    for jobs, seed, locale, zone in (("1", "0", "C", "UTC"), ("2", "1", "POSIX", "Asia/Kathmandu"), ("4", "77", "C.UTF-8", "America/New_York")):  # fmt: skip
        yield ["--jobs", jobs], {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_processes_hash_seed_locale_and_time_zone_change_nothing(project: Path, command: list[str]) -> None:
    found = {_run(project, command, *jobs, "--no-cache", ".", **environment) for jobs, environment in _ways()}
    assert len(found) == 1
    assert found.pop()[1]


def test_order_and_spelling_of_the_paths_change_nothing(project: Path) -> None:
    command = COMMANDS[1]
    one = _run(project, command, "--no-cache", "app", "prompts")
    assert one == _run(project, command, "--no-cache", "prompts", "app")
    assert one == _run(project, command, "--no-cache", "./prompts/", str(project / "app"), "app")


def test_the_working_directory_changes_only_how_paths_are_told(project: Path) -> None:
    here = _run(project, COMMANDS[1])[1]
    above = _run(project.parent, COMMANDS[1], "--no-cache", "project")[1]
    assert above.replace(b'"path": "project/', b'"path": "').replace(b'"project/', b'"').replace(b"project/app", b"app") == here  # fmt: skip


def test_a_cache_changes_nothing(project: Path) -> None:
    for command in COMMANDS[1:3]:
        plain = _run(project, command)
        assert plain == _run(project, command, ".") == _run(project, command, ".")
    shutil.rmtree(project / ".promptlint_cache")


def test_the_order_of_the_file_system_changes_nothing(project: Path, tmp_path: Path) -> None:
    """The same files, made in the opposite order."""
    for path in sorted((p for p in project.rglob("*") if p.is_file()), reverse=True):
        copy = tmp_path / "project" / path.relative_to(project)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    assert _run(project, COMMANDS[1]) == _run(tmp_path / "project", COMMANDS[1])


def test_the_clock_is_asked_by_nobody_who_reports() -> None:
    """What is retired and what it costs is told as of the snapshot of prices, whose date every report names."""
    asked = re.compile(
        r"\b(?:date|datetime)\.(?:today|now|utcnow)\(|\btime\.(?:time|localtime|gmtime|ctime|strftime)\("
    )
    found = {path.name for path in (PACKAGE / "promptlint").rglob("*.py") if asked.search(path.read_text("utf-8"))}
    # How old a temporary file of the cache is, and how long a server asks to wait.
    assert found <= {"cache.py", "endpoint.py"}


def test_what_is_put_in_at_one_place_stays_in_order() -> None:
    edits = [Edit(place=Place(path="a", span=Span(1, 1)), before="", content=text) for text in "zyxwvu"]
    assert apply("ab", edits) == "azyxwvub"
