"""What is not known is said, and `promptlint init` writes a table that makes it known."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """\
from openai import OpenAI
from settings import settings

def ask(text, limit):
    return OpenAI().chat.completions.create(
        model=settings.llm, messages=[{"role": "user", "content": text}], max_tokens=limit
    )

def tell(model):
    return OpenAI().responses.create(model=model, input="Tell a joke.")
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "promptlint", *arguments], cwd=folder, capture_output=True, text=True)


def write(folder: Path) -> None:
    (folder / "a.py").write_text(CODE)
    (folder / "settings.py").write_text("class Settings:\n    llm: str\n\nsettings = Settings()\n")


def test_reasons_are_counted_with_their_places(tmp_path: Path) -> None:
    write(tmp_path)
    done = run(tmp_path, "calls", "--show-unresolved")
    assert done.returncode == 0
    assert "Models not known: 2 calls" in done.stdout
    assert "    1  parameter model  (a.py:10:12)" in done.stdout
    assert "Output caps not known: 1 call" in done.stdout
    assert "Prompts not known: 1 call" in done.stdout


def test_where_all_is_known_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert run(tmp_path, "calls", "--show-unresolved").stdout == "Nothing is unresolved.\n"


def test_machines_get_the_same_when_they_ask(tmp_path: Path) -> None:
    write(tmp_path)
    assert "unresolved" not in json.loads(run(tmp_path, "calls", "--output-format", "json").stdout)
    found = json.loads(run(tmp_path, "calls", "--show-unresolved", "--output-format", "json").stdout)["unresolved"]
    assert [(r["what"], r["count"]) for r in found] == [("model", 1), ("model", 1), ("output_cap", 1), ("prompt", 1)]


def test_init_writes_comments_that_resolve_the_models_once_they_are_filled_in(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "pyproject.toml").write_text('# mine\n[project]\nname = "x"\n')
    done = run(tmp_path, "init")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "pyproject.toml").read_text()
    assert text.startswith('# mine\n[project]\nname = "x"\n')
    assert "[tool.promptlint.models]" in text
    filled = text.replace('# "', '"').replace('= ""', '= "gpt-4o"')
    (tmp_path / "pyproject.toml").write_text(filled)
    calls = json.loads(run(tmp_path, "calls", "--output-format", "json").stdout)["calls"]
    assert [(c["model"], c["model_basis"]) for c in calls] == [("gpt-4o", "configured")] * 2


def test_init_adds_nothing_twice(tmp_path: Path) -> None:
    write(tmp_path)
    run(tmp_path, "init")
    first = (tmp_path / "promptlint.toml").read_text()
    done = run(tmp_path, "init")
    assert "no model expression is missing" in done.stderr
    assert (tmp_path / "promptlint.toml").read_text() == first


@pytest.mark.parametrize(
    "before",
    [
        "[tool.a]\nx = 1\n[project]\nname = 'x'\n[tool.b]\ny = 1\n",
        "[tool.promptlint]\npreview = true\n[project]\nname = 'x'\n[tool.b]\ny = 1\n",
        "[tool.promptlint]\n[project]\nname = 'x'\n[tool.promptlint.budget]\n",
        "[tool.promptlint.models]\nx = 'gpt-4o'\n[project]\nname = 'x'\n[tool.promptlint.traffic]\n",
        "[tool.promptlint]\nmodels.x = 'gpt-4o'\npreview = true\n[project]\nname = 'x'\n",
        "[tool]\npromptlint.models.x = 'gpt-4o'\npromptlint.preview = true\nb.y = 1\n",
        "tool.promptlint.models.x = 'gpt-4o'\ntool.promptlint.preview = true\n[project]\nname = 'x'\n",
        "tool.promptlint.preview = true\ntool.b.y = 1\n[project]\nname = 'x'\n",
        "[tool]\npromptlint.preview = true\nb.y = 1\n[project]\nname = 'x'\n",
        "[tool.promptlint]\nbudget.max-monthly-usd = 5\npreview = true\n[project]\nname = 'x'\n",
        "[project]\nname = 'x'\n[tool.promptlint.models]\nx = 'gpt-4o'",
    ],
)
def test_init_finds_its_place_among_tables_that_stand_apart(tmp_path: Path, before: str) -> None:
    write(tmp_path)
    (tmp_path / "pyproject.toml").write_text(before)
    assert run(tmp_path, "init").returncode == 0
    text = (tmp_path / "pyproject.toml").read_text()
    assert [line for line in text.splitlines() if line in before.splitlines()] == before.splitlines()
    filled = re.sub(r'^# (.*) = ""', r'\1 = "gpt-4o"', text, flags=re.MULTILINE)
    (tmp_path / "pyproject.toml").write_text(filled)
    calls = json.loads(run(tmp_path, "calls", "--output-format", "json").stdout)["calls"]
    assert [(c["model"], c["model_basis"]) for c in calls] == [("gpt-4o", "configured")] * 2
    run(tmp_path, "init")
    assert (tmp_path / "pyproject.toml").read_text() == filled


@pytest.mark.parametrize(
    "before", ["[models]\r\nx = 'gpt-4o'\r\n", "models.x = 'gpt-4o'\r\npreview = true", "preview = true\r\n"]
)
def test_init_ends_lines_as_the_file_does(tmp_path: Path, before: str) -> None:
    write(tmp_path)
    (tmp_path / "promptlint.toml").write_bytes(before.encode())
    assert run(tmp_path, "init").returncode == 0
    text = (tmp_path / "promptlint.toml").read_bytes().decode()
    assert text.count("\r\n") == text.count("\n") > 3
    assert text.replace("\r\n", "").count("\r") == 0


def test_init_leaves_a_table_alone_into_which_nothing_can_be_put(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "promptlint.toml").write_text("models = {x = 'gpt-4o'}\n")
    done = run(tmp_path, "init")
    assert done.returncode == 2
    assert "models is not a table of its own" in done.stderr
    assert (tmp_path / "promptlint.toml").read_text() == "models = {x = 'gpt-4o'}\n"


def test_init_can_be_tried_first(tmp_path: Path) -> None:
    write(tmp_path)
    done = run(tmp_path, "init", "--dry-run")
    assert "[models]" in done.stdout
    assert not (tmp_path / "promptlint.toml").exists()


def test_a_broken_configuration_is_named_and_left_alone(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "promptlint.toml").write_text("models = 3\n")
    done = run(tmp_path, "init")
    assert done.returncode == 2
    assert "promptlint.toml" in done.stderr
    assert (tmp_path / "promptlint.toml").read_text() == "models = 3\n"


def test_functions_named_in_the_configuration_are_calls(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "import ourllm\nfrom acme.llm import Gateway\n\n"
        'ourllm.ask("Summarize the text.", tier="fast", limit=9)\n'
        'Gateway(key="k").chat(text="Translate the text.", tier="clever")\n'
    )
    (tmp_path / "promptlint.toml").write_text(
        '[[wrappers]]\ncallee = "ourllm.ask"\nprompt = "text"\nmodel = "tier"\ncap = "limit"\n'
        '[[wrappers]]\ncallee = "acme.llm.Gateway.chat"\nprompt = "text"\nmodel = "tier"\n'
        '[models]\nfast = "gpt-4o-mini"\n'
    )
    calls = json.loads(run(tmp_path, "calls", "--output-format", "json").stdout)["calls"]
    assert [(c["sdk"], c["model"], c["output_cap"]["value"]) for c in calls] == [
        ("ourllm", "gpt-4o-mini", 9),
        ("acme", "clever", None),
    ]
    prompts = json.loads(run(tmp_path, "prompts", "--output-format", "json").stdout)["prompts"]
    assert [p["line"] for p in prompts] == [4, 5]


def test_init_lists_names_of_other_packages_that_a_table_can_map(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "settings.py").unlink()  # installed, not in the project
    done = run(tmp_path, "init")
    assert "2 expressions added" in done.stderr
    table = tmp_path / "promptlint.toml"
    assert '# "settings.settings.llm" = ""  # 1 call, first a.py:5\n' in table.read_text()
    table.write_text(table.read_text().replace('# "settings.settings.llm" = ""', '"settings.settings.llm" = "gpt-4o"'))
    assert "settings.settings.llm" not in run(tmp_path, "calls", "--show-unresolved").stdout
