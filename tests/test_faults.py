"""What goes wrong in one place is told with its file, and the rest is found all the same."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from promptlint.faults import told
from promptlint.files import File
from promptlint.link.inventory.fills import Fills
from promptlint.link.inventory.prompts import Prompts
from promptlint.link.inventory.said import Said
from promptlint.link.resolve.allowance import Allowance
from promptlint.link.sent.calls import Calls
from promptlint.outcome import Options
from promptlint.run import check, inventory
from promptlint.sources import Sources

CALL = 'from openai import OpenAI\n\n\ndef ask():\n    return OpenAI().chat.completions.create(model="gpt-4o", messages=[])\n'
PROMPT = 'SYSTEM_PROMPT = "You are a careful clerk. Answer the question of the user in one sentence."\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text(CALL + PROMPT)
    return tmp_path


def failing_in(monkeypatch, cls: type, method: str, path: str) -> None:
    """Let a step of linking go wrong in one file."""
    step = getattr(cls, method)

    def fails(self, what):
        module = getattr(what, "module", what)
        if module.path == path:
            raise KeyError("unforeseen")
        return step(self, what)

    monkeypatch.setattr(cls, method, fails)


STEPS = [
    (Calls, "site"), (Said, "_messages"), (Prompts, "_named"), (Prompts, "_reshaped"), (Fills, "note"), (Fills, "note_objects"),
]  # fmt: skip


@pytest.mark.parametrize(("cls", "method"), STEPS)
def test_a_fault_in_one_file_is_told_and_the_others_are_linked(tree: Path, monkeypatch, cls, method) -> None:
    failing_in(monkeypatch, cls, method, "a.py")
    outcome = check(Options(paths=(str(tree),), root=str(tree), cache=False))
    assert {f.place.path for f in outcome.findings if f.code == "PRM101"} >= {"b.py"}
    (problem,) = outcome.problems
    assert problem.path == "a.py"
    assert problem.message.startswith("could not be followed (KeyError: 'unforeseen' at ")
    assert problem.message.endswith("; please report this")


@pytest.mark.parametrize(
    "step", ["want_bases", "inventory.dumps._dump", "requests.similar._in_module", "requests.decorated.decorations"]
)
def test_a_fault_in_a_step_over_all_files_hides_no_other_file(tree: Path, monkeypatch, step) -> None:
    place, _, name = step.rpartition(".")
    where = f"promptlint.link.{place or 'project'}"
    right = getattr(importlib.import_module(where), name)

    def fails(names, what, *more):
        if getattr(getattr(what, "module", what), "path", "") == "a.py":
            raise KeyError("unforeseen")
        return right(names, what, *more)

    dumped = "import json\nimport ell\n@ell.simple(model='gpt-4o')\ndef say(x):\n    return 'Say it again: ' + json.dumps(x)\nsay({})\n"
    (tree / "a.py").write_text(CALL + dumped)
    monkeypatch.setattr(f"{where}.{name}", fails)
    outcome = inventory(Options(paths=(str(tree),), root=str(tree), cache=False))
    assert [problem.path for problem in outcome.problems] == ["a.py"]
    assert "b.py" in {call.place.path for call in outcome.project.calls}


def test_of_a_file_with_very_many_calls_the_first_are_listed_and_the_file_is_named(tree: Path, monkeypatch) -> None:
    monkeypatch.setattr("promptlint.link.project.MOST_SITES", 3)
    (tree / "many.py").write_text("from openai import OpenAI\nc = OpenAI().chat.completions.create\n" + "c()\n" * 5)
    outcome = inventory(Options(paths=(str(tree),), root=str(tree)))
    assert [call.place.path for call in outcome.project.calls] == ["a.py", "b.py", "many.py", "many.py", "many.py"]
    assert [(p.path, p.message.partition(";")[0]) for p in outcome.problems] == [
        ("many.py", "more than 3 requests to models")
    ]


def test_a_dictionary_that_becomes_a_number_has_no_keys(tree: Path) -> None:
    (tree / "a.py").write_text(
        "from openai import OpenAI\n\n\ndef ask(options, share):\n    found = {}\n    for key in options:\n"
        "        found[key] = options[key]\n    if share:\n        found = share * 0.5\n"
        '    return OpenAI().chat.completions.create(model="gpt-4o", messages=[], **found)\n'
    )
    outcome = inventory(Options(paths=(str(tree),), root=str(tree), cache=False))
    assert outcome.problems == ()
    (call,) = [c for c in outcome.project.calls if c.place.path == "a.py"]
    assert call.cap is not None
    assert call.cap.state == "unknown"


def test_too_little_memory_is_no_fault_of_this_program() -> None:
    assert told(MemoryError()) == "(more memory is needed than there is)"
    assert told(KeyError("x")).endswith("please report this")


def test_a_file_that_cannot_be_opened_is_said_once_and_tried_once() -> None:
    tried = []

    def opener(file: File, most: int | None = None) -> bytes:
        tried.append(file.path)
        raise PermissionError(13, "Permission denied")

    file = File("a.py", "/a.py", "python", "source", reported=True)
    sources = Sources([file], [], opener)
    later = sources.with_texts({})
    assert [sources.bytes_of(file), sources.bytes_of(file), sources.decoded("a.py")] == [None, None, None]
    assert sources.with_texts({}).bytes_of(file) is None
    assert tried == ["a.py"]
    assert [p.message for p in sources.problems] == ["cannot be read: Permission denied"]
    assert later.problems == []


def test_a_search_takes_so_many_steps_and_fewer_once_many_had_no_end() -> None:
    allowed = Allowance(100)
    taken = []
    for _ in range(10):
        allowed.begin()
        taken.append(sum(allowed.take() for _ in range(150)))
    assert taken == [100] * 8 + [2, 2]
