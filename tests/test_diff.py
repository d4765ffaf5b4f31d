"""`promptlint cost --diff-base`: every change of cost with its sign and size, and nothing else."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result

from promptlint.cli import cli

SETTINGS = 'MODEL = "gpt-4o-mini"\n'
LLM = """
    from openai import OpenAI
    client = OpenAI()
    def ask(prompt, model="gpt-4o-mini"):
        return client.chat.completions.create(model=model, max_tokens=100, messages=[{"role": "user", "content": prompt}])
"""
APP = '''
    from pathlib import Path
    from openai import OpenAI
    from settings import MODEL
    from llm import ask
    client = OpenAI()
    SYSTEM = """You are a helpful assistant that answers questions of customers. Be brief."""
    def classify(text):
        return client.chat.completions.create(model=MODEL, max_tokens=50,
            messages=[{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}])
    def summarize(text):
        template = (Path(__file__).parent / "prompts" / "summary.txt").read_text()
        return client.chat.completions.create(model="gpt-4o", max_tokens=100,
            messages=[{"role": "user", "content": template}])
    def one():
        return ask("Tell me something about the first of all topics, please.")
    def two():
        return ask("Tell me a thing or two about another topic, if you will.")
    def fixed():
        return client.chat.completions.create(model="gpt-4o", max_tokens=20,
            messages=[{"role": "user", "content": "Say something nice about the weather of today."}])
'''
SUMMARY = "Summarise the following document for a busy reader and name the three most important facts in it.\n"
FILES = {
    "promptlint.toml": "",
    "settings.py": SETTINGS,
    "llm.py": LLM,
    "app.py": APP,
    "prompts/summary.txt": SUMMARY,
}


class Repository:
    """A git repository with one commit, and what `promptlint cost --diff-base HEAD` says of its work tree."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.chdir(folder)
        self.git("init", "-q")
        self.write(FILES)
        self.commit()

    def git(self, *arguments: str) -> None:
        known = (
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b.c",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "core.autocrlf=false",
        )
        subprocess.run(["git", *known, *arguments], cwd=self.folder, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")

    def write(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(dedent(text), encoding="utf-8", newline="")

    def change(self, path: str, old: str, new: str) -> None:
        target = self.folder / path
        text = target.read_text(encoding="utf-8")
        assert old in text
        target.write_text(text.replace(old, new), encoding="utf-8", newline="")

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, ["cost", *arguments])

    def changes(self, *arguments: str) -> list[dict[str, Any]]:
        result = self.run("--diff-base", "HEAD", "--output-format", "json", *arguments)
        assert result.exit_code == 0, result.output
        found: list[dict[str, Any]] = json.loads(result.stdout)["changes"]
        return found


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    return Repository(tmp_path, monkeypatch)


def usd(change: Mapping[str, Any]) -> Decimal:
    return Decimal(change["delta"]["usd_per_1000_calls"])


# --- each change, its sign and its size -------------------------------------------------------------------------------


def test_nothing_changed(repository: Repository) -> None:
    assert repository.changes() == []
    assert repository.run("--diff-base", "HEAD").output == "No call and no prompt costs more or less than at HEAD.\n"


def test_a_grown_prompt(repository: Repository) -> None:
    repository.change("app.py", "Be brief.", "Be brief. Never promise a refund, and ask a colleague when in doubt.")
    (change,) = repository.changes()
    assert (change["change"], change["what"], change["function"]) == ("changed", ["prompt"], "classify")
    assert change["delta"]["input_tokens"] == 13
    assert usd(change) == Decimal(13) * Decimal("0.15") / 1000
    assert change["after"]["static_input_tokens"] - change["before"]["static_input_tokens"] == 13


def test_a_shrunk_prompt_saves(repository: Repository) -> None:
    repository.change("app.py", " of customers. Be brief.", ".")
    (change,) = repository.changes()
    assert change["delta"]["input_tokens"] == -5
    assert usd(change) == Decimal(-5) * Decimal("0.15") / 1000


def test_a_model_constant_of_another_module(repository: Repository) -> None:
    repository.change("settings.py", "gpt-4o-mini", "gpt-4o")
    (change,) = repository.changes()
    assert (change["path"], change["what"], change["callers"]) == ("app.py", ["model"], 1)
    assert (change["before"]["model"], change["after"]["model"]) == ("gpt-4o-mini", "gpt-4o")
    tokens = change["after"]["static_input_tokens"]
    assert usd(change) == tokens * Decimal("2.35") / 1000  # 2.50 - 0.15 a million, for what is sure to be sent
    ceiling = Decimal(change["delta"]["ceiling_usd_per_1000_calls"])
    assert ceiling == usd(change) + 50 * Decimal("9.4") / 1000  # 10 - 0.60 for up to 50 tokens
    assert change["delta"]["input_tokens"] == 0


def test_a_cap_times_600_is_exposure(repository: Repository) -> None:
    repository.change("app.py", "max_tokens=20", "max_tokens=12000")
    (change,) = repository.changes()
    assert (change["what"], change["delta"]["kind"]) == (["output_cap"], "exposure")
    assert (change["before"]["output_cap"], change["after"]["output_cap"]) == (20, 12000)
    assert usd(change) == (12000 - 20) * Decimal(10) / 1000
    text = repository.run("--diff-base", "HEAD").output
    assert "cap 20 → 12,000 (× 600)" in text
    assert "Longest answers can cost $120 more for 1,000 calls of each, since HEAD: 1 call changed." in text
    assert "up to +$120" in text


def test_a_cap_is_exposure_whatever_answers_are_assumed(repository: Repository) -> None:
    repository.change("app.py", "max_tokens=20", "max_tokens=12000")
    (change,) = repository.changes("--traffic", "large")
    assert (change["delta"]["kind"], change["delta"]["usd_per_month"]) == ("exposure", "0")
    assert usd(change) == (12000 - 20) * Decimal(10) / 1000


def test_a_doubled_template_file(repository: Repository) -> None:
    repository.write({"prompts/summary.txt": SUMMARY * 2})
    (change,) = repository.changes()
    assert (change["path"], change["function"], change["what"]) == ("app.py", "summarize", ["prompt"])
    tokens = change["delta"]["input_tokens"]
    assert tokens in range(17, 21)
    assert usd(change) == tokens * Decimal("2.5") / 1000


def test_a_doubled_file_that_a_template_object_is_made_of_is_told_once(repository: Repository) -> None:
    chain = """
        from pathlib import Path
        from langchain_core.prompts import PromptTemplate
        from langchain_openai import ChatOpenAI
        PROMPT = PromptTemplate.from_template(Path("prompts/reply.txt").read_text())
        chain = PROMPT | ChatOpenAI(model="gpt-4o", max_tokens=100)
        def reply(question):
            return chain.invoke({"question": question})
    """
    text = "Write a reply to the customer below, and never promise a date.\n{question}\n"
    repository.write({"chain.py": chain, "prompts/reply.txt": text})
    repository.commit()
    repository.write({"prompts/reply.txt": text * 2})
    (change,) = repository.changes()
    assert (change["path"], change["function"], change["what"]) == ("chain.py", "reply", ["prompt"])


def test_a_model_whose_requests_are_filled_in_at_run_time_has_no_dollars(repository: Repository) -> None:
    code = """
        from openai import OpenAI
        client = OpenAI()
        def index(texts):
            return client.embeddings.create(model="text-embedding-3-small", input=texts)
    """
    repository.write({"index.py": code})
    repository.commit()
    repository.change("index.py", "3-small", "3-large")
    (change,) = repository.changes()
    assert (change["what"], change["delta"]["usd_per_1000_calls"]) == (["model"], None)
    (change,) = repository.changes("--traffic", "small")
    assert usd(change) == 500 * (Decimal("0.13") - Decimal("0.02")) / 1000


def test_a_template_file_that_no_call_is_known_to_send(repository: Repository) -> None:
    repository.write({"prompts/other.txt": "You are a helpful assistant. Answer the question below.\n{question}\n"})
    repository.commit()
    assert repository.changes() == []
    repository.write(
        {"prompts/other.txt": "You are a helpful assistant. Answer the question below.\n" * 2 + "{question}\n"}
    )
    (change,) = repository.changes()
    assert (change["site_id"], change["path"], change["what"]) == (None, "prompts/other.txt", ["prompt"])
    assert change["delta"]["input_tokens"] == 11
    assert change["delta"]["usd_per_1000_calls"] is None


ROLE = 'HELPER_ROLE = """Describe the shell command. Never guess. Use Markdown where it helps the reader."""\n'
MORE = ROLE.replace("Never guess.", "Never guess. Respond only with the description.")


@pytest.mark.parametrize(("before", "after", "tokens"), [(ROLE, MORE, 6), (MORE, ROLE, -6)])
def test_a_prompt_that_only_one_side_shows_is_looked_up_on_both(repository: Repository, before, after, tokens) -> None:
    repository.write({"role.py": before})
    repository.commit()
    repository.write({"role.py": after})
    (change,) = repository.changes()
    assert (change["path"], change["what"], change["delta"]["input_tokens"]) == ("role.py", ["prompt"], tokens)


def test_a_new_call_in_a_loop(repository: Repository) -> None:
    repository.write({"new.py": """
        from openai import OpenAI
        client = OpenAI()
        def label(items):
            for item in items:
                client.chat.completions.create(model="gpt-4o", max_tokens=10,
                    messages=[{"role": "user", "content": "Label this: " + item}])
    """})  # fmt: skip
    (change,) = repository.changes()
    assert (change["change"], change["what"], change["before"]) == ("added", ["call", "loop"], None)
    assert (change["after"]["loop"], change["path"], change["line"]) == ("for", "new.py", 6)
    assert usd(change) == change["after"]["static_input_tokens"] * Decimal("2.5") / 1000
    assert "call gpt-4o, cap 10, in for" in repository.run("--diff-base", "HEAD").output


def test_a_removed_call(repository: Repository) -> None:
    text = dedent(APP)
    repository.write({"app.py": text[: text.index("def fixed")]})
    (change,) = repository.changes()
    assert (change["change"], change["function"], change["after"]) == ("removed", "fixed", None)
    assert usd(change) < 0
    assert usd(change) == -change["before"]["static_input_tokens"] * Decimal("2.5") / 1000


def test_a_constant_of_a_wrapper_is_one_change_with_its_callers(repository: Repository) -> None:
    repository.change("llm.py", "max_tokens=100", "max_tokens=400")
    (change,) = repository.changes()
    assert (change["callers"], len(change["sites"]), change["what"]) == (2, 2, ["output_cap"])
    assert usd(change) == 300 * Decimal("0.6") / 1000
    repository.change("llm.py", 'model="gpt-4o-mini"', 'model="gpt-4o"')
    (change,) = repository.changes()
    assert (change["callers"], change["what"]) == (2, ["model", "output_cap"])


def test_one_more_caller_of_a_wrapper_is_one_call_added(repository: Repository) -> None:
    repository.change("app.py", "def fixed", 'def three():\n    return ask("Something else.")\ndef fixed')
    (change,) = repository.changes()
    assert (change["change"], change["function"]) == ("added", "three")


def test_a_call_put_before_another_in_its_function_is_the_new_one(repository: Repository) -> None:
    repository.change(
        "app.py",
        "def fixed():\n",
        'def fixed():\n    client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])\n',
    )
    (change,) = repository.changes()
    assert (change["change"], change["after"]["output_cap"]) == ("added", 9)


def test_a_call_that_gets_into_a_loop(repository: Repository) -> None:
    repository.change(
        "app.py",
        "def fixed():\n    return client.chat",
        "def fixed():\n    for _ in range(3):\n        client.chat",
    )
    (change,) = repository.changes()
    assert change["what"] == ["loop"]
    assert change["delta"]["usd_per_1000_calls"] is None


def test_all_at_once_each_once_the_biggest_first(repository: Repository) -> None:
    repository.change("settings.py", "gpt-4o-mini", "gpt-4o")
    repository.change("app.py", "max_tokens=20", "max_tokens=12000")
    repository.change("app.py", "another topic", "another topic, and why people like it,")
    repository.write({"prompts/summary.txt": SUMMARY * 2})
    text = (repository.folder / "app.py").read_text()
    found = repository.changes()
    assert sorted((c["function"], *c["what"]) for c in found) == [
        ("classify", "model"), ("fixed", "output_cap"), ("summarize", "prompt"), ("two", "prompt"),
    ]  # fmt: skip
    assert "another topic, and" in text
    assert all(usd(c) > 0 for c in found)


# --- what costs the same is not reported ------------------------------------------------------------------------------


def renamed_function(repository: Repository) -> None:
    repository.change("app.py", "def fixed", "def praise")


def moved_function(repository: Repository) -> None:
    text = dedent(APP)
    head, tail = text[: text.index("def fixed")], text[text.index("def fixed") :]
    repository.write({"app.py": head, "other.py": "from openai import OpenAI\nclient = OpenAI()\n" + tail})


def renamed_file(repository: Repository) -> None:
    (repository.folder / "app.py").rename(repository.folder / "service.py")


def moved_into_a_package(repository: Repository) -> None:
    for path in ("app.py", "llm.py", "settings.py", "prompts"):
        (repository.folder / "shop").mkdir(exist_ok=True)
        (repository.folder / path).rename(repository.folder / "shop" / path)


def reformatted(repository: Repository) -> None:
    repository.change("app.py", "model=MODEL, max_tokens=50,\n", "model=MODEL,\n        max_tokens=50,\n")
    repository.change("app.py", '"""You are a helpful assistant that', '("You are a helpful "\n    "assistant that')
    repository.change("app.py", 'Be brief."""', 'Be brief.")')


def inlined_constant(repository: Repository) -> None:
    repository.change("app.py", "model=MODEL", 'model="gpt-4o-mini"')


def extracted_prompt(repository: Repository) -> None:
    repository.change("app.py", '"Say something nice about the weather of today."', "NICE")
    repository.change("app.py", "def fixed", 'NICE = "Say something nice about the weather of today."\ndef fixed')


def extracted_helper(repository: Repository) -> None:
    repository.change("app.py", "def fixed():\n    return client", "def send(prompt):\n    return client")
    repository.change("app.py", '"content": "Say something nice about the weather of today."', '"content": prompt')
    repository.write({"more.py": 'from app import send\ndef fixed():\n    return send("Say something nice about the weather of today.")\n'})  # fmt: skip


def renamed_placeholder(repository: Repository) -> None:
    repository.change("app.py", "def classify(text)", "def classify(question)")
    repository.change("app.py", '"content": text}])\ndef summarize', '"content": question}])\ndef summarize')


def windows_line_endings(repository: Repository) -> None:
    path = repository.folder / "app.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def comments_and_other_code(repository: Repository) -> None:
    repository.change("app.py", "client = OpenAI()", "# the client\nLIMIT = 600\nclient = OpenAI()")
    repository.write({"README.md": "# Shop\nYou can run it.\n"})


def another_sdk(repository: Repository) -> None:
    repository.change(
        "app.py",
        "def fixed():\n    return client.chat.completions.create(",
        "def fixed():\n    return litellm.completion(",
    )
    repository.change("app.py", "from pathlib import Path", "from pathlib import Path\nimport litellm")


@pytest.mark.parametrize(
    "refactor",
    [
        another_sdk,
        renamed_function,
        moved_function,
        renamed_file,
        moved_into_a_package,
        reformatted,
        inlined_constant,
        extracted_prompt,
        extracted_helper,
        renamed_placeholder,
        windows_line_endings,
        comments_and_other_code,
    ],
)
def test_a_refactoring_reports_nothing(repository: Repository, refactor) -> None:
    refactor(repository)
    assert [(c["change"], c["function"], c["what"]) for c in repository.changes()] == []
    repository.commit()
    result = repository.run("--diff-base", "HEAD~1", "--output-format", "json")
    assert json.loads(result.stdout)["changes"] == []


def test_a_renamed_file_with_a_changed_prompt_is_one_change(repository: Repository) -> None:
    renamed_file(repository)
    repository.change("service.py", "Be brief.", "Be brief and kind.")
    (change,) = repository.changes()
    assert (change["change"], change["what"], change["path"]) == ("changed", ["prompt"], "service.py")


def test_two_calls_that_only_look_alike_are_not_made_one(repository: Repository) -> None:
    text = dedent(APP)
    repository.write({"app.py": text[: text.index("def fixed")]})
    repository.write({"new.py": """
        from openai import OpenAI
        client = OpenAI()
        def quite_another():
            return client.chat.completions.create(model="gpt-4o", max_tokens=20,
                messages=[{"role": "user", "content": "Describe the taste of water."}])
    """})  # fmt: skip
    assert sorted(c["change"] for c in repository.changes()) == ["added", "removed"]


def test_calls_of_another_kind_are_not_made_one(repository: Repository) -> None:
    text = dedent(APP)
    new = 'def fixed():\n    return client.embeddings.create(model="text-embedding-3-small", input="weather")\n'
    repository.write({"app.py": text[: text.index("def fixed")] + new})
    assert sorted(c["change"] for c in repository.changes()) == ["added", "removed"]


def test_the_same_model_at_another_seller_is_a_change(repository: Repository) -> None:
    repository.change("app.py", 'model="gpt-4o", max_tokens=20', 'model="openrouter/openai/gpt-4o", max_tokens=20')
    (change,) = repository.changes()
    assert change["what"] == ["model"]


# --- the base ---------------------------------------------------------------------------------------------------------


def test_a_stored_report_is_a_base_like_any_other(repository: Repository) -> None:
    assert repository.run("--output-format", "json", "-o", "base.json").exit_code == 0
    repository.change("settings.py", "gpt-4o-mini", "gpt-4o")
    repository.change("app.py", "Be brief.", "Be brief and kind.")
    result = repository.run("--compare-to", "base.json", "--output-format", "json")
    assert json.loads(result.stdout)["changes"] == repository.changes()
    assert len(json.loads(result.stdout)["changes"]) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 1}', '{"state": 3}'])
def test_a_file_that_is_no_report_ends_in_2(repository: Repository, text: str) -> None:
    repository.write({"base.json": text})
    result = repository.run("--compare-to", "base.json")
    assert result.exit_code == 2
    assert "base.json" in result.stderr


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "HEAD:app.py"])
def test_a_revision_that_is_not_there_ends_in_2(repository: Repository, name: str) -> None:
    result = repository.run(f"--diff-base={name}")
    assert result.exit_code == 2
    assert "revision" in result.stderr
    assert "Traceback" not in result.stderr


def test_outside_of_git_ends_in_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("import openai\n")
    assert CliRunner().invoke(cli, ["cost", "--diff-base", "HEAD"]).exit_code == 2


def test_the_work_tree_and_the_index_stay(repository: Repository) -> None:
    repository.change("app.py", "Be brief.", "Be brief and kind.")

    def everything() -> dict[Path, bytes]:
        files = (p for p in repository.folder.rglob("*") if p.is_file() and ".promptlint_cache" not in p.parts)
        return {p: p.read_bytes() for p in files}

    before = everything()
    repository.changes()
    assert everything() == before


def test_ignored_and_excluded_files_are_left_out_on_both_sides(repository: Repository) -> None:
    repository.write({".gitignore": "generated/\n", "generated/a.py": APP, "old/a.py": APP})
    repository.git("add", "-f", "-A")
    repository.git("commit", "-q", "-m", "x")
    repository.write({"promptlint.toml": 'exclude = ["old"]\n'})
    assert repository.changes() == []


def test_a_project_below_the_top_of_its_repository(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write({f"sub/{path}": text for path, text in FILES.items()})
    repository.commit()
    monkeypatch.chdir(repository.folder / "sub")
    repository.change("sub/settings.py", "gpt-4o-mini", "gpt-4o")
    (change,) = repository.changes()
    assert change["path"] == "app.py"


def test_a_hook_of_git_asks_for_the_folder_that_is_meant(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write({f"sub/{path}": text for path, text in FILES.items()})
    repository.commit()
    repository.change("sub/settings.py", "gpt-4o-mini", "gpt-4o")
    monkeypatch.setenv("GIT_DIR", str(repository.folder / ".git"))
    (change,) = repository.changes("--root", "sub", "sub")
    assert change["what"] == ["model"]


def test_links_lead_to_files_of_the_revision(repository: Repository) -> None:
    (repository.folder / "prompts" / "link.txt").symlink_to("summary.txt")
    (repository.folder / "out.txt").symlink_to("/etc/passwd")
    repository.commit()
    assert repository.changes() == []


def test_a_link_that_becomes_a_file_is_a_new_file(repository: Repository) -> None:
    copy = repository.folder / "copy.py"
    copy.symlink_to("app.py")
    (repository.folder / "more").symlink_to(".")
    repository.commit()
    assert repository.changes() == []
    copy.unlink()
    copy.write_text((repository.folder / "app.py").read_text())
    assert {change["path"] for change in repository.changes()} == {"copy.py"}


def test_an_ignored_file_that_is_named_is_compared(repository: Repository) -> None:
    repository.write({".gitignore": "old/\n", "old/a.py": APP, "old/settings.py": 'MODEL = "gpt-4o"\n'})
    repository.git("add", "-f", "-A")
    repository.git("commit", "-q", "-m", "x")
    for named in ("old/a.py", "old"):
        result = repository.run("--diff-base", "HEAD", "--root", ".", named)
        assert result.output.startswith("No call and no prompt costs more or less"), (named, result.output)


def made(repository: Repository, kind: str, data: bytes) -> str:
    """An object of git, whatever it holds; its name."""
    done = subprocess.run(
        ["git", "hash-object", "-t", kind, "-w", "--literally", "--stdin"],
        cwd=repository.folder, input=data, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode().strip()


def tree(repository: Repository, *entries: tuple[str, str, str]) -> str:
    """A tree of (mode, name, object)."""
    return made(repository, "tree", b"".join(f"{m} {n}\0".encode() + bytes.fromhex(o) for m, n, o in entries))


def revision(repository: Repository, *entries: tuple[str, str, str]) -> str:
    top = tree(repository, *entries)
    return made(repository, "commit", f"tree {top}\nauthor a <a> 0 +0000\ncommitter a <a> 0 +0000\n\nx\n".encode())


NOWHERE = "11" * 20


@pytest.mark.parametrize(("mode", "name"), [("100644", "app.py"), ("120000", "app.py"), ("100644", ".gitignore")])
def test_a_file_of_the_base_that_is_not_there_is_named_and_the_rest_compared(
    repository: Repository, mode: str, name: str
) -> None:
    other = made(repository, "blob", b"x = 1\n")
    base = revision(repository, (mode, name, NOWHERE), ("100644", "b.py", other))
    result = repository.run("--diff-base", base)
    assert result.exit_code == 2
    assert f": {name}: cannot be read: {NOWHERE} is missing" in result.stderr
    assert "5 calls added" in result.output


def test_a_folder_in_the_place_of_a_file_moves_nothing_else(repository: Repository) -> None:
    app = made(repository, "blob", (repository.folder / "app.py").read_bytes())
    base = revision(
        repository, ("100644", "a.py", tree(repository, ("100644", "x.py", app))), ("100644", "app.py", app)
    )
    result = repository.run("--diff-base", base)
    assert "a.py: cannot be read" in result.stderr
    assert "app.py: cannot be read" not in result.stderr


def test_a_revision_may_be_deeper_than_functions_can_call_each_other(repository: Repository) -> None:
    top = tree(repository, ("100644", "x.py", made(repository, "blob", b"x = 1\n")))
    for _ in range(1_100):
        top = tree(repository, ("40000", "d", top))
    result = repository.run("--diff-base", revision(repository, ("40000", "d", top)))
    assert result.exit_code == 0, result.output
    assert "added" in result.output


def test_a_revision_that_names_more_files_than_there_can_be_is_refused(repository: Repository, monkeypatch) -> None:
    monkeypatch.setattr("promptlint.revision._MOST_NAMES", 1_000_000)
    top = tree(repository, ("100644", "x.py", made(repository, "blob", b"x = 1\n")))
    for _ in range(40):
        top = tree(repository, ("40000", "a", top), ("40000", "b", top))
    start = time.monotonic()
    result = repository.run("--diff-base", revision(repository, ("40000", "d", top)))
    assert time.monotonic() - start < 6
    assert result.exit_code == 2
    assert "cannot be listed: more than 1 MB of names of files" in result.stderr


def test_a_file_of_the_base_that_is_too_large_is_not_read_whole(repository: Repository, monkeypatch) -> None:
    monkeypatch.setattr("promptlint.revision.LARGEST_NOTEBOOK", 10_000)
    large = made(repository, "blob", b"import openai\n" * 2_000)
    app = made(repository, "blob", (repository.folder / "app.py").read_bytes())
    result = repository.run("--diff-base", revision(repository, ("100644", "a.py", large), ("100644", "app.py", app)))
    assert "a.py: cannot be read: larger than 0 MB (28,000 bytes)" in result.stderr
    assert "app.py: cannot be read" not in result.stderr


# --- traffic, budgets, formats ----------------------------------------------------------------------------------------


def test_a_month_needs_traffic(repository: Repository) -> None:
    repository.change("app.py", "Be brief.", "Be brief. Never promise a refund, and ask a colleague when in doubt.")
    assert repository.changes()[0]["delta"]["usd_per_month"] is None
    (change,) = repository.changes("--traffic", "large")
    assert Decimal(change["delta"]["usd_per_month"]) == Decimal("1.95")
    assert {"assumed"} == {b["origin"] for b in change["delta"]["basis"] if b["input"] == "calls a month"}
    assert repository.run("--diff-base", "HEAD", "--traffic", "large").output.startswith(
        "Costs $2 more a month, since HEAD"
    )


@pytest.mark.parametrize(
    ("arguments", "configuration", "code", "said"),
    [
        (["--fail-over", "1usd", "--traffic", "large"], "", 1, "budget --fail-over: $1.95 a month, $0.95 above $1"),
        (["--fail-over", "$2", "--traffic", "large"], "", 0, ""),
        (["--fail-over", "2"], "", 2, "budget --fail-over: cannot be judged: 1 call has no traffic"),
        (["--traffic", "large"], "[budget]\nmax-monthly-increase-usd = 1.5\n", 1, "budget max-monthly-increase-usd: $1.95"),
        (["--traffic", "large"], "[budget]\nmax-monthly-usd = 10\n", 1, "budget max-monthly-usd: $"),
        ([], '[budget.max-output-tokens]\n"app.py" = 60\n', 1, "app.py:13:12: budget max-output-tokens: answers of up to 100"),
        ([], "[budget.max-prompt-tokens]\nSYSTEM = 20\n", 1, "budget max-prompt-tokens: a prompt of 27 tokens, above 20 (SYSTEM)"),
    ],
)  # fmt: skip
def test_budgets_are_gates_and_are_named(repository: Repository, arguments, configuration, code, said) -> None:
    repository.change("app.py", "Be brief.", "Be brief. Never promise a refund, and ask a colleague when in doubt.")
    repository.write({"promptlint.toml": configuration})
    result = repository.run("--diff-base", "HEAD", *arguments)
    assert result.exit_code == code, result.stderr
    assert said in result.stderr


def test_json_names_the_budgets_that_are_broken(repository: Repository) -> None:
    repository.change("app.py", "Be brief.", "Be brief. Never promise a refund, and ask a colleague when in doubt.")
    repository.write({"promptlint.toml": "[budget.max-prompt-tokens]\nSYSTEM = 20\n[budget]\nmax-monthly-usd = 2"})
    for arguments in ([], ["--diff-base", "HEAD"]):
        done = repository.run("--output-format", "json", *arguments)
        broken = json.loads(done.stdout)["budgets"]
        assert [b["budget"] for b in broken] == ["max-prompt-tokens", "max-monthly-usd"]
        assert broken[0]["message"] == "a prompt of 27 tokens, above 20 (SYSTEM)"
        assert (broken[0]["path"], broken[0]["judged"]) == ("app.py", True)
        assert (broken[1]["path"], broken[1]["line"], broken[1]["judged"]) == (None, None, False)


def test_a_gate_says_what_it_could_not_count(repository: Repository) -> None:
    repository.write(
        {"new.py": "from openai import OpenAI\ndef f(m):\n    OpenAI().chat.completions.create(model=m, messages=[])\n"}
    )
    result = repository.run("--diff-base", "HEAD", "--fail-over", "1usd")
    assert result.exit_code == 0
    assert "1 change has no dollars and cannot count against a budget" in result.stderr


def test_no_change_keeps_every_budget_of_increases(repository: Repository) -> None:
    assert repository.run("--diff-base", "HEAD", "--fail-over", "0usd").exit_code == 0


@pytest.mark.parametrize("flag", ["--diff-base", "--compare-to", "--explain"])
def test_an_empty_base_is_no_base(repository: Repository, flag: str) -> None:
    result = repository.run(flag, "", "--fail-over", "1usd")
    assert result.exit_code == 2
    assert "it is empty; did the command in it fail?" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "base.json: No such file or directory"),
        ("{}", "base.json: no report of `promptlint cost --output-format json`"),
        ("[]", "base.json: no report of"),
        ('{"state": {"calls": 1}}', "base.json: no report of `promptlint cost --output-format json`: Expected"),
        ("x", "base.json: no report of `promptlint cost --output-format json`: JSON is malformed"),
    ],
)
def test_a_base_that_is_no_report_is_named(repository: Repository, text: str | None, said: str) -> None:
    if text is not None:
        repository.write({"base.json": text})
    result = repository.run("--compare-to", "base.json")
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_folder_without_git_has_no_revision(tmp_path_factory: pytest.TempPathFactory, monkeypatch) -> None:
    folder = tmp_path_factory.mktemp("plain")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(cli, ["cost", "--diff-base", "main"])
    assert result.exit_code == 2
    assert "lies in no git repository" in result.stderr


def test_a_comment_names_the_budgets_that_are_broken(repository: Repository) -> None:
    repository.change("app.py", "Be brief.", "Be brief. Never promise a refund, and ask a colleague when in doubt.")
    arguments = ("--output-format", "markdown", "--traffic", "large", "--fail-over", "1usd")
    result = repository.run("--diff-base", "HEAD", *arguments)
    assert result.exit_code == 1
    assert "\n- budget --fail-over: \\$1.95 a month, \\$0.95 above \\$1\n" in result.stdout
    assert "\n- budget --fail-over: \\$" in repository.run(*arguments).stdout
    assert "budget" not in repository.run("--diff-base", "HEAD", *arguments[:-1], "9usd").stdout


def test_a_whole_hash_is_cut_in_the_headline(repository: Repository) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=repository.folder, capture_output=True, check=True, text=True
    )
    name = commit.stdout.strip()
    assert f"than at {name[:9]}." in repository.run("--diff-base", name).stdout
    assert json.loads(repository.run("--diff-base", name, "--output-format", "json").stdout)["base"] == name


@pytest.mark.parametrize("arguments", [["--fail-over", "many"], ["--diff-base", "HEAD", "--compare-to", "x"]])
def test_bad_flags_end_in_2(repository: Repository, arguments: list[str]) -> None:
    assert repository.run(*arguments).exit_code == 2


def test_a_comment_has_a_marker_ten_rows_and_folded_details(repository: Repository, monkeypatch) -> None:
    calls = "".join(
        f"def f{i}():\n    client.chat.completions.create(model='gpt-4o', max_tokens={i + 1}, messages=[])\n"
        for i in range(15)
    )
    repository.write({"many.py": f"from openai import OpenAI\nclient = OpenAI()\n{calls}"})
    summary = repository.folder / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    comment = repository.run("--diff-base", "HEAD", "--output-format", "markdown").stdout
    assert comment.startswith("<!-- promptlint cost diff -->\n**")
    assert comment.count("| added |") == 10
    assert "and 5 more." in comment
    assert comment.count("<details>") == comment.count("</details>") == 1
    assert summary.read_text() == f"{comment}\n"
    assert len(comment) < 65_536


def test_html_needs_nothing_else(repository: Repository) -> None:
    repository.change("settings.py", "gpt-4o-mini", "<b>&")
    page = repository.run("--diff-base", "HEAD", "--output-format", "html").stdout
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;" in page
    assert "src=" not in page
