"""Templates and the calls that fill them: a rule speaks only where it is this text that is filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.outcome import Options
from promptlint.run import check

ASK = 'PROMPT = "You are a careful clerk. Answer the question: {question} Use what is known: {facts}"\n\n\n'


def codes(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "a.py").write_text(text)
    options = Options(paths=(str(tmp_path),), root=str(tmp_path), cache=False, select=("PRM601", "PRM603"))
    return [finding.code for finding in check(options).findings]


@pytest.mark.parametrize(
    "text",
    [
        ASK + "def ask(q):\n    return PROMPT.format(question=q)\n",
        ASK + "class A:\n    prompt = PROMPT\n\n    def ask(self, q):\n        return self.prompt.format(question=q)\n",
    ],
)
def test_a_variable_that_is_not_passed_is_reported(tmp_path: Path, text: str) -> None:
    assert codes(tmp_path, text) == ["PRM601"]


def test_a_default_that_another_object_may_replace_is_not_held_against_the_call(tmp_path: Path) -> None:
    text = "class A:\n    def __init__(self, prompt=PROMPT):\n        self.prompt = prompt\n\n    def ask(self, q):\n"
    assert codes(tmp_path, ASK + text + "        return self.prompt.format(question=q)\n") == []


def test_a_field_may_go_on_in_the_next_string(tmp_path: Path) -> None:
    split = 'PROMPT = (\n    "You are a careful clerk. Answer this question in a sentence: {"\n    "question}"\n)\n\n\n'
    assert codes(tmp_path, split + "def ask(q):\n    return PROMPT.format(question=q)\n") == []
    assert codes(tmp_path, split + "def ask(q):\n    return PROMPT.format(text=q)\n") == ["PRM601"]
    assert codes(
        tmp_path, split.replace("question}", "question") + "def ask(q):\n    return PROMPT.format(question=q)\n"
    ) == ["PRM603"]
