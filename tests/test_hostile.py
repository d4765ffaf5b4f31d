"""What nobody would write is read to the end: each case is one that once was not, or one that must never be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))

if os.name == "nt":
    pytest.skip("the harness forks", allow_module_level=True)

from hostile import one, run
from hostile_cases import CASES, GOOD

READ = [
    "random bytes",
    "null bytes",
    "punycode",
    "undefined encoding",
    "raw_unicode_escape",
    "utf-7",
    "zlib",
    "mixed line ends",
    "10,000 brackets",
    "5,000 nested lists",
    "2,000 attributes",
    "2,000 subscripts",
    "2,000 conditions",
    "2,000 lambdas",
    "f-strings nested 60 deep",
    "a chain of 40 additions that doubles",
    "a text repeated a billion times",
    "words of 900 KB in files that may call a wrapper",
    "100,000 blanks before a line end",
    "powers of powers",
    "a cap of 5,000 digits",
    "a wrapper that calls itself",
    "wrappers that call each other",
    "a wrapper 60 deep",
    "a class that inherits from itself",
    "two files that import each other",
    "half a character",
    "half a character in JSON",
    "half a character in a notebook",
    "control characters in a prompt",
    "YAML that laughs",
    "YAML with tags",
    "JSON of objects 5,000 deep",
    "XML that laughs",
    "a notebook of odd worksheets",
    "a notebook of odd cells",
    "a loop that would not end",
    "a template that calls",
    "2,000 filters",
    "10,000 nots in a tag",
    "links that loop",
    "links that lead out",
    "pipes, sockets and devices",
    "a pipe that is named",
    "odd names",
    "a path of control characters",
    "a cache that leads to itself",
    "git ignore of odd lines",
    *(name for name in CASES if name.startswith("growing: ") and "globs" not in name),
]
SETTINGS = [
    "configuration: not UTF-8",
    "configuration: closed 5,000 deep",
    "configuration: traffic is nan",
    "configuration: traffic has 5,000 digits",
    "configuration: a discount of nan",
    "configuration: budgets of every kind",
    "configuration: rules of every kind",
    "configuration: glob bombs",
    "growing: 3,000 globs of 90 stars",
    "configuration: extend holds a null byte",
    "configuration: extend is long",
    "configuration: extend leads to a device",
    "configuration: pyproject tool is a number",
    "configuration: pyproject table is a text",
    "configuration: pyproject table is a list",
    "traffic: nan",
    "traffic: 5,000 brackets",
    "extend-rules: 5,000 brackets",
    "extend-rules: a null byte",
    "extend-rules: a pipe in it",
    "extend-rules: a device in it",
    "extend-rules: Python",
    "extend-rules: regular expression bombs",
]


@pytest.mark.parametrize("name", READ)
def test_everything_else_is_still_reported(name: str) -> None:
    faults, _ = one(CASES[name], "check-json")
    assert not faults


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_cannot_be_used_are_named(name: str) -> None:
    faults, _ = one(CASES[name], "check-json")
    assert not faults


@pytest.mark.parametrize("command", ["check-full", "check-github", "check-markdown", "calls", "prompts", "cost", "plan", "init", "sync", "fix-diff"])  # fmt: skip
@pytest.mark.parametrize("name", ["odd names", "control characters in a model"])
def test_nothing_steers_the_terminal(name: str, command: str) -> None:
    faults, _ = one(CASES[name], command)
    assert not faults


def test_names_of_files_are_no_workflow_commands_when_they_are_fixed(tmp_path: Path) -> None:
    (tmp_path / "::error::a.py").write_bytes(GOOD)
    _, out, err, _ = run(["fix", "--check", "--unsafe-fixes", "--no-cache", "."], tmp_path)
    assert "./::error::a.py: would fix" in out
    _, out, err, _ = run(["fix", "--unsafe-fixes", "--no-cache", "."], tmp_path)
    assert "./::error::a.py: " in err
    assert not any(line.startswith("::") for line in (out + err).splitlines())


@pytest.mark.parametrize("name", ["odd names", "links that loop", "links that lead out", "half a character", "mixed line ends"])  # fmt: skip
def test_fixing_is_no_harder(name: str) -> None:
    faults, _ = one(CASES[name], "fix")
    assert not faults
