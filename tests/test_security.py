"""Nothing that is read is run, nothing is sent, and nothing that is printed steers what shows it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import promptlint
from promptlint.cli.fixing import unified_diff
from promptlint.parse.templates import parse_template
from promptlint.report.escape import shown_line

PACKAGE = Path(promptlint.__file__).resolve().parent.parent
MARK = "import pathlib; pathlib.Path('owned').touch()\n"
FILES = {
    "bot.py": MARK
    + "from openai import OpenAI\nfrom helpers import PROMPT\nclient = OpenAI()\n"
    + 'OTHER_PROMPT = """You are a clerk.   \n\n\n\nIn order to answer, use one word."""\n'
    + "def ask(x):\n    return client.chat.completions.create(model='gpt-4o', messages=[{'role': 'system', 'content': PROMPT + OTHER_PROMPT}])\n",
    "helpers.py": MARK + "PROMPT = f'You are a judge. {pathlib.Path(\"owned\").touch()}'\n",
    "conftest.py": MARK,
    "sitecustomize.py": MARK,
    "setup.py": MARK + "import openai\n",
    "libcst.py": MARK,
    "jinja2/__init__.py": MARK,
    "promptlint.toml": 'extend-rules = ["house"]\n',
    "house/plugin.py": MARK,
    "prompts/a.j2": "You are a clerk. {{ cycler.__init__.__globals__.os.mkdir('owned') }}{% for i in range(10**12) %}x{% endfor %}",
    "prompts/b.yaml": "prompt: !!python/object/apply:os.mkdir [owned]\nsystem_prompt: You are a clerk. Answer in one word.\n",
    "prompts/c.prompty": "---\nx: !!python/object/apply:os.mkdir [owned]\n---\nsystem:\nYou are a clerk. {{x}}\n",
    "logs.csv": "model,calls,days\ngpt-4o,5,30\n",
    "shorter.md": "You are a clerk. Answer in one word.\n",
}
COMMANDS = [
    ["check", "--preview", "."],
    ["check", "--output-format", "sarif", "."],
    ["calls", "."],
    ["prompts", "--output-format", "json", "."],
    ["cost", "--traffic", "small", "."],
    ["cost", "--diff-base", "HEAD", "."],
    ["plan", "."],
    ["init", "--dry-run", "."],
    ["traffic", "sync", "--dry-run", "."],
    ["traffic", "import", "logs.csv", "--dry-run"],
    ["compress", "prompts/a.j2"],
    ["compress", "--unsafe-fixes", "prompts/b.yaml"],
    ["verify", "prompts/a.j2", "shorter.md"],
    ["rule", "--all"],
    ["fix", "--unsafe-fixes", "--preview", "."],
]
_BLOCKED = """
import os, socket, subprocess, sys
def refuse(*a, **k):
    print("a socket was opened", file=sys.stderr); os._exit(77)
socket.socket = socket.create_connection = socket.getaddrinfo = socket.socketpair = refuse
started = subprocess.Popen.__init__
def only_git(self, arguments, *a, **k):
    if arguments[0] != "git":
        print("started", arguments, file=sys.stderr); os._exit(78)
    started(self, arguments, *a, **k)
subprocess.Popen.__init__ = only_git
os.system = os.popen = os.execv = os.posix_spawn = refuse
from promptlint.cli import cli
cli(sys.argv[1:])
"""


def _project(folder: Path) -> None:
    (folder / "tokens").mkdir()
    for name, text in FILES.items():
        path = folder / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git = ["git", "-C", str(folder / "project"), "-c", "user.name=n", "-c", "user.email=n@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "m"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)


def test_nothing_is_imported_run_or_sent_whatever_the_command(tmp_path: Path) -> None:
    _project(tmp_path)
    project = tmp_path / "project"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "TIKTOKEN_CACHE_DIR": str(tmp_path / "tokens")}
    for command in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _BLOCKED, *command],
            cwd=project,
            env=environment,
            capture_output=True,
            check=False,
        )
        said = done.stderr.decode()
        assert done.returncode in (0, 1), (command, said)
        assert "Traceback" not in said, command
        assert not [*project.rglob("owned"), *(tmp_path / "tokens").iterdir()], command


@pytest.mark.parametrize(
    "text",
    [
        "{{ 9**9**9**9 }}{{ a }}",
        "{{ [1, 2] | join('x' * 10**9) }}{{ a }}",
        "{{ 'x' | center(10**10) }}{{ a }}",
        "{% autoescape 9**9**9**9 %}{{ a }}{% endautoescape %}",
        "{% if 9**9**9**9 %}{{ a }}{% endif %}",
        "{% for i in range(10**12) if 9**9**9**9 %}{{ a }}{% endfor %}",
        "{% include 'x' * 10**10 %}{{ a }}",
        "{% macro f(b=9**9**9**9) %}{{ a }}{% endmacro %}",
    ],
)
def test_no_expression_of_a_template_is_worked_out(text: str) -> None:
    assert parse_template(text, "prompts/x.j2").variables == ("a",)


def test_a_diff_steers_no_terminal_and_is_cut_where_lines_end() -> None:
    shown = unified_diff("a\x1b[2J\x0cb\u2028c\r\nd\r", "a\r\n", "x\x1b.py")
    assert (
        shown
        == "--- x\\x1b.py\n+++ x\\x1b.py\n@@ -1,2 +1 @@\n-a\\x1b[2J\x0cb\u2028c\r\n-d\\x0d\n\\ No newline at end of file\n+a\r\n"
    )


def test_marks_of_direction_alone_stay_and_overrides_do_not() -> None:
    assert shown_line("\u200fשלום\u202e\n") == "\u200fשלום\\u202e\n"


HOSTILE = "\\x1b[2J %0A::error::x | <img src=x> </details> `a` @all [a](javascript:b) \\u202e"


@pytest.mark.parametrize("output_format", ["github", "markdown", "sarif", "json", "concise", "full"])
def test_reports_escape_what_they_print(tmp_path: Path, output_format: str) -> None:
    name = "a,b%0A::error::x<b>`|.py" if os.name != "nt" else "a,b.py"
    code = f'from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-3.5-turbo-0301 {HOSTILE}", messages=[{{"role": "user", "content": x}}])\n'
    (tmp_path / name).write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "promptlint", "check", "--preview", "--all", "--output-format", output_format, "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
        capture_output=True,
        check=False,
    )
    out = done.stdout.decode()
    assert done.returncode == 1, done.stderr
    if output_format in ("json", "sarif"):
        assert json.loads(out)
        return
    assert not any(character in out for character in "\x1b\x07\u202e")
    if output_format == "github":
        assert all(line.startswith(("::warning title=PRM", "::notice title=PRM")) for line in out.splitlines())
        assert "%0A" not in out
    if output_format == "markdown":
        assert "<img" not in out
        assert "@all" not in out
        assert out.count("</details>") == out.count("<details>")
    if output_format in ("full", "concise"):
        assert not any(line.startswith("::") for line in out.splitlines())


@pytest.mark.skipif(os.name == "nt", reason="a command of POSIX")
def test_a_program_that_a_repository_names_for_git_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for path in (tmp_path / "a.py", tmp_path / "sub" / "b.py"):
        path.write_text("from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o', messages=[])\n")
    git = [
        "git",
        "-C",
        str(tmp_path),
        "-c",
        "user.name=n",
        "-c",
        "user.email=e@example.org",
        "-c",
        "commit.gpgsign=false",
    ]
    owned = tmp_path / "owned"
    for arguments in (
        ["init", "-q"],
        ["add", "-A"],
        ["commit", "-qm", "m"],
        ["config", "core.fsmonitor", f"touch {owned};"],
    ):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    subprocess.run([*git, "status"], check=True, capture_output=True)
    assert owned.exists()  # git alone runs it
    owned.unlink()
    for arguments, folder in (
        (["check", "."], tmp_path / "sub"),
        (["cost", "--diff-base", ":a.py"], tmp_path),
        (["cost", "--diff-base", "HEAD"], tmp_path),
        (["verify", "--rev", ":a.py..HEAD", "a.py"], tmp_path),
    ):
        subprocess.run(
            [sys.executable, "-m", "promptlint", *arguments],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(PACKAGE)}, capture_output=True, check=False,
        )  # fmt: skip
        assert not owned.exists(), arguments
