"""Ignore comments and per-file ignores."""

from __future__ import annotations

import pytest

CALL = "client.chat.completions.create(model='gpt-4o', messages=[])"
HEAD = "from openai import OpenAI\nclient = OpenAI()\n"


def codes(outcome) -> list[str]:
    return [f.code for f in outcome.findings]


@pytest.mark.parametrize(
    "text",
    [
        f"{CALL}  # promptlint: ignore[PRM101] short answers\n",
        f"# promptlint: ignore[PRM101] short answers\n{CALL}\n",
        f"{CALL}  # promptlint: ignore[uncapped-output] by its name\n",
        "client.chat.completions.create(\n    model='gpt-4o',\n    messages=[],\n)  # promptlint: ignore[PRM101] at the end\n",
    ],
)
def test_a_comment_silences_its_rule(checked, text) -> None:
    outcome = checked(HEAD + text, "PRM101", "PRM901")
    assert codes(outcome) == []
    assert outcome.summary.suppressed == 1


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore", "must name its rules"),
        ("ignore[PRM999] x", "unknown rule 'PRM999'"),
        ("ignore[PRM104] x", "which is not reported here"),
    ],
)
def test_a_comment_that_does_nothing_is_reported(checked, comment, message) -> None:
    outcome = checked(HEAD + f"{CALL}  # promptlint: {comment}\n", "ALL")
    (unused,) = [f for f in outcome.findings if f.code == "PRM901"]
    assert message in unused.message


def test_a_comment_inside_a_string_is_text(checked) -> None:
    assert codes(checked(HEAD + f"x = '# promptlint: ignore[PRM101]'; {CALL}\n", "PRM101")) == ["PRM101"]


def test_per_file_ignores(checked) -> None:
    files = {
        "scripts/a.py": HEAD + CALL,
        "b.py": HEAD + CALL,
        "promptlint.toml": "per-file-ignores = { 'scripts/*' = ['PRM1'] }",
    }
    assert [f.place.path for f in checked(files, "PRM101").findings] == ["b.py"]
