"""The recipes of docs/ci.md: their scripts are run on a small repository, with stand-ins for what talks to a server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import promptlint
from promptlint.knowledge.tables import rules_dir
from promptlint.report import diff

HERE = Path(__file__).resolve().parent.parent
PAGE = (HERE / "docs" / "ci.md").read_text(encoding="utf-8")
APP = """from openai import OpenAI
client = OpenAI()
def ask(text):
    return client.chat.completions.create(model="gpt-4o", max_tokens=200,
        messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}])
"""
TRAFFIC = "[tool.promptlint.traffic]\ncalls-per-month = 100000\ninput-tokens = 100\noutput-tokens = 50\n"
STAND_INS = {
    # What is asked of the server goes into a log; what it would answer is in ANSWER.
    "gh": 'echo "gh $*" >> "$LOG"; case "$*" in *--paginate*) printf "%s" "$ANSWER";; esac',
    "curl": 'echo "curl $*" >> "$LOG"; case "$*" in *per_page*) printf "%s" "$ANSWER";; esac',
    "pip": 'echo "pip $*" >> "$LOG"',
    "promptlint": f'exec "{sys.executable}" -m promptlint "$@"',
    "python3": f'exec "{sys.executable}" "$@"',  # the one on the PATH may be of another version
}

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("bash") is None, reason="recipes are for the shell of a runner"
)


def blocks() -> list[dict[str, Any]]:
    return [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def steps(name: str) -> list[dict[str, Any]]:
    """The steps of the workflow of that name."""
    (found,) = [block for block in blocks() if block.get("name") == name]
    (job,) = found["jobs"].values()
    return [step for step in job["steps"] if "run" in step]


class Runner:
    """A repository with a base branch and a work tree that costs more, and the environment of a runner."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tools, self.log = folder / "work", folder / "tools", folder / "log"
        self.tools.mkdir()
        for name, body in STAND_INS.items():
            path = self.tools / name
            path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            path.chmod(0o755)
        self.folder.mkdir()
        self.summary = folder / "summary.md"
        self.write("app.py", APP)
        self.write("pyproject.toml", TRAFFIC)
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "base")
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")
        self.base = self.git("rev-parse", "HEAD").strip()

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8", newline="")

    def git(self, *arguments: str) -> str:
        known = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b.c",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "core.autocrlf=false",
        ]
        return subprocess.run(
            ["git", *known, *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        ).stdout

    def changed(self, text: str) -> None:
        self.write("app.py", text)
        self.git("commit", "-q", "-a", "-m", "change")

    def run(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PATH": f"{self.tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "LOG": str(self.log),
            "ANSWER": "",
            "GITHUB_BASE_REF": "main",
            "GITHUB_REPOSITORY": "a/b",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "NUMBER": "7",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.base,
            "CI_API_V4_URL": "https://gitlab.invalid/api/v4",
            "CI_PROJECT_ID": "1",
            "CI_MERGE_REQUEST_IID": "7",
            "PROMPTLINT_TOKEN": "x",
            **more,
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, encoding="utf-8"
        )

    def asked(self) -> str:
        return self.log.read_text(encoding="utf-8") if self.log.is_file() else ""


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


DEARER = APP.replace('"gpt-4o"', '"gpt-4-turbo"')  # 2.50 and 10 a million are 10 and 30: 151 dollars a month more


def test_annotations_stand_at_their_lines(runner: Runner) -> None:
    (install, check) = steps("promptlint")
    assert runner.run(install["run"]).returncode == 0
    assert runner.asked() == "pip install promptlint-budget\n"
    result = runner.run(check["run"])
    assert (result.returncode, result.stderr) == (1, "")
    assert re.match(r"::warning title=PRM502 retiring-model,file=app.py,line=4,", result.stdout)


def test_the_summary_page_gets_every_report(runner: Runner) -> None:
    result = runner.run(steps("promptlint summary")[1]["run"])
    assert (result.returncode, result.stderr) == (0, "")
    written = runner.summary.read_text(encoding="utf-8")
    assert re.findall(r"<!-- promptlint (\w+) -->", written) == ["check", "cost", "plan"]


def test_one_comment_is_written_then_kept_up_to_date(runner: Runner) -> None:
    runner.changed(APP.replace("Be brief.", "Be brief and kind."))
    _, cost, say = steps("promptlint cost")
    result = runner.run(cost["run"])
    assert (result.returncode, result.stderr) == (0, "")
    comment = (runner.folder / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith(f"{diff.MARKER}\n")
    assert "app.py:4" in comment
    assert runner.summary.read_text(encoding="utf-8") == f"{comment}\n"
    assert diff.MARKER in say["run"]
    assert runner.run(say["run"]).returncode == 0
    assert runner.asked().splitlines()[-1] == "gh pr comment 7 --body-file comment.md"
    assert runner.run(say["run"], ANSWER="41\n42\n").returncode == 0
    assert (
        runner.asked().splitlines()[-1] == "gh api --method PATCH repos/a/b/issues/comments/41 --field body=@comment.md"
    )


def test_the_gate_stops_what_costs_too_much_and_the_comment_is_there(runner: Runner) -> None:
    runner.changed(DEARER)
    result = runner.run(steps("promptlint cost")[1]["run"])
    assert result.returncode == 1
    assert "budget --fail-over" in result.stderr
    assert "gpt-4-turbo" in (runner.folder / "comment.md").read_text(encoding="utf-8")


def test_a_gate_without_traffic_is_no_pass(runner: Runner) -> None:
    runner.write("pyproject.toml", "[tool.promptlint]\n")
    runner.changed(DEARER)
    result = runner.run(steps("promptlint cost")[1]["run"])
    assert result.returncode == 2
    assert "--fail-over" in result.stderr


def test_code_scanning_gets_a_file_it_can_read(runner: Runner) -> None:
    result = runner.run(steps("promptlint scanning")[1]["run"])
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    (uses,) = [
        s for b in blocks() for j in b.get("jobs", {}).values() for s in j["steps"] if "sarif" in s.get("uses", "")
    ]
    written = json.loads((runner.folder / uses["with"]["sarif_file"]).read_text(encoding="utf-8"))
    assert [r["ruleId"] for r in written["runs"][0]["results"]] == ["PRM502"]


def test_gitlab_gets_one_note(runner: Runner) -> None:
    runner.changed(APP.replace("Be brief.", "Be brief and kind."))
    (job,) = [block["promptlint"] for block in blocks() if "promptlint" in block]
    cost, check = job["script"]
    assert runner.run(cost).returncode == 0
    assert (runner.folder / job["artifacts"]["paths"][0]).is_file()
    assert "app.py:4" in runner.run(check).stdout
    (note,) = job["after_script"]
    notes = "https://gitlab.invalid/api/v4/projects/1/merge_requests/7/notes"
    assert runner.run(note, ANSWER='[{"id": 3, "body": "hello"}]').returncode == 0
    assert runner.asked().splitlines()[-1].endswith(f"--request POST --data-urlencode body@comment.md {notes}")
    comment = (runner.folder / "comment.md").read_text(encoding="utf-8")
    answer = json.dumps([{"id": 3, "body": "hello"}, {"id": 4, "body": comment}])
    assert runner.run(note, ANSWER=answer).returncode == 0
    assert runner.asked().splitlines()[-1].endswith(f"--request PUT --data-urlencode body@comment.md {notes}/4")
    runner.changed(DEARER)
    assert runner.run(cost).returncode == 1


def test_a_base_without_history(runner: Runner) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    first, second = script.splitlines()
    assert runner.run(first).returncode == 0
    runner.write("app.py", DEARER)
    result = runner.run(second)
    assert result.returncode == 0
    assert "gpt-4-turbo" in result.stdout


def test_what_is_named_exists() -> None:
    (hooks,) = [block["repos"] for block in blocks() if "repos" in block]
    known = {hook["id"] for hook in yaml.safe_load((HERE / "pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert {hook["id"] for hook in hooks[0]["hooks"]} <= known
    assert hooks[0]["rev"] == f"v{promptlint.__version__}"
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", (HERE / "README.md").read_text(encoding="utf-8")):
        place = rules_dir() / path.removeprefix("rules/") if path.startswith("rules/") else HERE / path
        assert place.exists(), path


def test_the_hooks_of_the_page_run(runner: Runner) -> None:
    (hooks,) = [block["repos"] for block in blocks() if "repos" in block]
    entries = {
        h["id"]: h["entry"] for h in yaml.safe_load((HERE / "pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    }
    for hook in hooks[0]["hooks"]:
        arguments = " ".join(f"'{a}'" for a in hook.get("args", []))
        result = runner.run(f"{entries[hook['id']]} {arguments} app.py")
        assert result.returncode in (0, 1), result.stderr


def test_the_budget_of_the_page_is_a_gate(runner: Runner) -> None:
    (table,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    runner.write("pyproject.toml", f"{TRAFFIC}{table}")
    runner.changed(DEARER)
    result = runner.run(f"promptlint cost --diff-base {runner.base}")
    assert result.returncode == 1
    assert "budget max-monthly-increase-usd" in result.stderr
