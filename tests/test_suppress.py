"""Ignore comments and per-file ignores."""

from __future__ import annotations

import time

import pytest

from promptlint.parse.ignores import find_data_ignores, find_ignores

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
        ("ignore-file[PRM101]", "there is no comment `ignore-file`"),
    ],
)
def test_a_comment_that_does_nothing_is_reported(checked, comment, message) -> None:
    outcome = checked(HEAD + f"{CALL}  # promptlint: {comment}\n", "ALL")
    (unused,) = [f for f in outcome.findings if f.code == "PRM901"]
    assert message in unused.message


def test_a_comment_inside_a_string_is_text(checked) -> None:
    assert codes(checked(HEAD + f"x = '# promptlint: ignore[PRM101]'; {CALL}\n", "PRM101")) == ["PRM101"]


WORDY = (
    "You are an editor. Please make sure to read the page in order to find errors. Please note that it is read aloud. "
    "It is important to note that you do not need to mend anything. At this point in time we list a large number of pages."
)
MARK = "promptlint: ignore[PRM201] its words are tuned"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", f"# {MARK}\nprompt: |\n  {WORDY}\n"),
        ("a.yaml", f"prompt: |  # {MARK}\n  {WORDY}\n"),
        ("a.yaml", f"prompt:  # {MARK}\n  {WORDY}\n"),
        ("a.yaml", f"prompt: {WORDY}  # {MARK}\n"),
        ("a.yml", f"- role: system\n  # {MARK}\n  content: |\n    {WORDY}\n"),
        ("a.toml", f'# {MARK}\nprompt = """\n{WORDY}\n"""\n'),
        ("a.toml", f'prompt = """\n{WORDY}\n"""  # {MARK}\n'),
        ("a.toml", f'# mail\u2028and more\n# {MARK}\nprompt = """\n{WORDY}\n"""\n'),
        ("a.md", f"<!-- {MARK} -->\n{WORDY}\n"),
        ("a.md", f"---\n# {MARK}\nmodel: gpt-4o\n---\n\n{WORDY}\n"),
        ("a.xml", f"<prompts>\n<!-- {MARK} -->\n<prompt>{WORDY}</prompt>\n</prompts>\n"),
        ("a.j2", f"{{# {MARK} #}}\n{WORDY}\n"),
    ],
)
def test_a_comment_of_a_prompt_file_silences_its_rule(checked, name, text) -> None:
    outcome = checked({f"prompts/{name}": text}, "PRM201", "PRM901")
    assert codes(outcome) == []
    assert outcome.summary.suppressed == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.yaml", f"prompt: |\n  # {MARK}\n  {WORDY}\n"), ("a.txt", f"# {MARK}\n{WORDY}\n")],
)
def test_what_is_sent_is_no_comment(checked, name, text) -> None:
    assert codes(checked({f"prompts/{name}": text}, "PRM201", "PRM901")) == ["PRM201"]


def test_an_idle_comment_of_a_yaml_file_goes_with_its_line(checked) -> None:
    (unused,) = checked({"prompts/a.yaml": f"# {MARK}\nprompt: Read it.\n"}, "PRM201", "PRM901").findings
    assert [(e.before, e.content) for e in unused.fix.edits] == [(f"# {MARK}\n", "")]


def test_per_file_ignores(checked) -> None:
    files = {
        "scripts/a.py": HEAD + CALL,
        "b.py": HEAD + CALL,
        "promptlint.toml": "per-file-ignores = { 'scripts/*' = ['PRM1'] }",
    }
    assert [f.place.path for f in checked(files, "PRM101").findings] == ["b.py"]


def test_thousands_of_comments_are_read_in_the_time_of_their_length() -> None:
    source = f"x = 1\n# {MARK}\n" * 10_000 + f"# {MARK}\n" * 10_000
    start = time.monotonic()
    found = find_ignores(source)
    wider = find_data_ignores(source, ())
    assert time.monotonic() - start < 5
    assert [i.lines for i in found[:2]] == [i.lines for i in wider[:2]] == [(1, 2), (3, 4)]
    assert {i.lines[1] for i in found[9_999:]} == {30_000}
