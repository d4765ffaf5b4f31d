"""`promptlint compress`: what is read, what is written, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from promptlint.cli import cli

WORDY = "Please make sure to answer in order to help.\n\nDo not guess.\n"
SHORT = "Answer to help.\n\nDon't guess.\n"


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["compress", *arguments], input=stdin)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_shorter_prompt_is_on_standard_output_and_the_edits_on_standard_error(folder: Path) -> None:
    Path("p.md").write_text(WORDY)
    done = run("p.md")
    assert done.exit_code == 0
    assert done.stdout == SHORT
    assert 'p.md:1:1: phrase/please-make-sure-to "Please make sure to a" → "A"' in done.stderr
    assert "p.md: 14 → 7 tokens (-50.0 %), 3 edits; counted with o200k_base (no --model)" in done.stderr
    assert Path("p.md").read_text() == WORDY


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "prompts/a.md",
            "You are a judge. Please rate the answer {answer} to the question {question}, in order to help.\n",
        ),
        (
            "prompts/a.j2",
            "You are a judge. Rate it{% if kind %} as {{ kind }}{% endif %}, in order to help. Do not guess.\n",
        ),
        (
            "prompts/a.yaml",
            "system_prompt: |\n  You are a judge of {topic}. Please rate it, in order to help.\n  Do not guess.\n",
        ),
    ],
)
def test_it_counts_as_the_other_commands_do(folder: Path, name: str, text: str) -> None:
    Path("prompts").mkdir()
    Path(name).write_text(text)
    found = json.loads(run("--output-format", "json", name).stdout)
    listed = json.loads(CliRunner().invoke(cli, ["prompts", "--output-format", "json"]).stdout)["prompts"]
    assert [found["tokens_before"], found["tokens_after"]] == [listed[0]["tokens"], listed[0]["compressed_tokens"]]


def test_standard_input_is_read(folder: Path) -> None:
    done = run("-", stdin=WORDY.encode())
    assert done.stdout == SHORT
    assert "stdin.txt:1:1" in done.stderr


def test_a_text_of_more_than_a_megabyte_is_read(folder: Path) -> None:
    (folder / "long.txt").write_text("x" * 200 + "\n" + ("y" * 200 + "\n") * 5_000 + "Please read it.\n")
    done = run("long.txt")
    assert done.exit_code == 0
    assert done.stdout.endswith("y\nRead it.\n")


def test_nothing_to_save_is_no_failure(folder: Path) -> None:
    done = run("-", stdin=b"Read it.")
    assert (done.exit_code, done.stdout) == (0, "Read it.")
    assert "nothing to save" in done.stderr


@pytest.mark.parametrize("name", ["p.md", "p.prompty"])
def test_front_matter_stays(folder: Path, name: str) -> None:
    front = "---\ndescription: Please make sure to keep this\n---\n"
    Path(name).write_text(front + WORDY)
    assert run(name).stdout == front + SHORT


def test_the_roles_of_a_prompty_file_stay(folder: Path) -> None:
    Path("p.prompty").write_text(f"---\nname: x\n---\nsystem:\n{WORDY}\nuser:\n{{{{question}}}}\nPlease answer.\n")
    assert run("p.prompty").stdout == f"---\nname: x\n---\nsystem:\n{SHORT}\nuser:\n{{{{question}}}}\nAnswer.\n"


def test_jinja_tags_and_comments_stay(folder: Path) -> None:
    text = "{# please do not #}{% if do_not %}Please answer {{ in_order_to | default('do not') }}.{% endif %}\n"
    Path("p.j2").write_text(text)
    assert run("p.j2").stdout == text.replace("Please answer", "Answer")


def test_blocks_and_plain_scalars_of_yaml_keep_their_style(folder: Path) -> None:
    wordy = (
        "  You must read the text in order to answer. Do not guess, and name no more than 3 things that\n  are in it.\n"
    )
    Path("prompts.yaml").write_text(
        f"# please do not\nsystem_prompt: |\n{wordy}\n  Please stop.\nuser_prompt: Please answer the question, and do not guess.\n"
        "other_prompt: 'Please answer the question, and do not guess.'\nname: please do not\n"
    )
    assert run("prompts.yaml").stdout == (
        "# please do not\nsystem_prompt: |\n  Read the text to answer. Don't guess, and name at most 3 things that are in it.\n\n"
        "  Stop.\nuser_prompt: Answer the question, and don't guess.\n"
        "other_prompt: 'Please answer the question, and do not guess.'\nname: please do not\n"
    )


def test_what_yaml_would_read_differently_is_reported(folder: Path) -> None:
    Path("prompts.yaml").write_text("user_prompt: 'Please answer the question, and do not guess.'\n")
    assert "YAML would read the shorter text differently" in run("prompts.yaml").stderr


def test_folded_yaml_and_json_are_reported_not_rewritten(folder: Path) -> None:
    yaml = "system_prompt: >\n  You are a judge. Please answer the question\n  in order to help.\n"
    Path("prompts.yaml").write_text(yaml)
    done = run("prompts.yaml")
    assert (done.exit_code, done.stdout) == (0, yaml)
    assert "prompts.yaml:1: `system_prompt`: a folded block is not rewritten" in done.stderr
    text = '{"system_prompt": "You are a judge. Please answer the question in order to help."}'
    Path("prompts.json").write_text(text)
    done = run("prompts.json")
    assert (done.exit_code, done.stdout) == (0, text)
    assert "a string of JSON is not rewritten" in done.stderr


def test_line_ends_and_byte_order_mark_stay(folder: Path) -> None:
    Path("p.txt").write_bytes(b"\xef\xbb\xbf" + WORDY.replace("\n", "\r\n").encode())
    assert run("p.txt").stdout_bytes == b"\xef\xbb\xbf" + SHORT.replace("\n", "\r\n").encode()


def test_a_diff_shows_and_changes_nothing(folder: Path) -> None:
    Path("p.txt").write_text("Please read.\nStop.\n")
    assert run("--diff", "p.txt").stdout == "--- p.txt\n+++ p.txt\n@@ -1,2 +1,2 @@\n-Please read.\n+Read.\n Stop.\n"


def test_a_diff_has_colours_when_they_are_wanted(folder: Path) -> None:
    Path("p.txt").write_text("Please read.\nStop.\n")
    assert "\x1b[31m-Please read.\x1b[0m\n\x1b[32m+Read.\x1b[0m\n" in run("--diff", "--color", "always", "p.txt").stdout
    run("--diff", "--color", "always", "-o", "p.diff", "p.txt")
    assert "\x1b" not in Path("p.diff").read_text()


def test_unsafe_edits_are_made_when_asked_for_and_marked(folder: Path) -> None:
    Path("p.txt").write_text("Read the text.\n")
    assert run("p.txt").stdout == "Read the text.\n"
    done = run("--unsafe-fixes", "p.txt")
    assert done.stdout == "Read text.\n"
    assert "(unsafe)" in done.stderr


def test_contractions_can_be_turned_off(folder: Path) -> None:
    assert run("--no-contractions", "-", stdin=b"Do not guess.").stdout == "Do not guess."


def test_json_has_every_edit_with_its_place(folder: Path) -> None:
    Path("p.txt").write_text("Read.\nDo not guess.\n")
    assert json.loads(run("--output-format", "json", "p.txt").stdout) == {
        "version": 1,
        "path": "p.txt",
        "engine": "rules",
        "text": "Read.\nDon't guess.\n",
        "tokens_before": 6,
        "tokens_after": 5,
        "edits": [
            {
                "rule": "phrase/do-not",
                "line": 2,
                "column": 1,
                "end_line": 2,
                "end_column": 7,
                "before": "Do not",
                "content": "Don't",
                "safe": True,
            }
        ],
        "dropped": 0,
        "reasons": [],
        "notes": [],
        "error": None,
        "usd": None,
        "usage": None,
    }


def test_the_result_can_go_to_a_file(folder: Path) -> None:
    Path("p.txt").write_text(WORDY)
    assert run("-o", "q.txt", "p.txt").stdout == ""
    assert Path("q.txt").read_text() == SHORT


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_prompt_that_is_written_over_itself_is_whole_or_as_it_was(folder: Path) -> None:
    before = WORDY.encode()
    (folder / "prompt.md").write_bytes(before)
    script = f"ulimit -f 0; {sys.executable} -m promptlint compress prompt.md -o prompt.md"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(
        ["sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, (folder / "prompt.md").read_bytes()) == (2, before)
    assert "prompt.md: File too large" in done.stderr
    assert [path.name for path in folder.iterdir()] == ["prompt.md"]


def test_the_model_chooses_the_tokenizer(folder: Path) -> None:
    assert "counted with cl100k_base" in run("--model", "gpt-4", "-", stdin=b"Please read.").stderr
    assert "stands in for claude-sonnet-4-5" in run("--model", "claude-sonnet-4-5", "-", stdin=b"Please read.").stderr
    assert "no-such-model is not known" in run("--model", "no-such-model", "-", stdin=b"Please read.").stderr


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("missing.txt", None, "No such file"),
        ("latin.txt", b"caf\xe9", "not valid UTF-8"),
        ("code.py", b"x = 1", "use `promptlint fix`"),
        ("binary.txt", b"a\0b", "binary file"),
    ],
)
def test_what_cannot_be_read_ends_in_2(folder: Path, name: str, data: bytes | None, message: str) -> None:
    if data is not None:
        Path(name).write_bytes(data)
    done = run(name)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert message in done.stderr
