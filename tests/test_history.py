"""A history as projects have it: prompts in YAML and Jinja, settings in a class, a wrapper, a package that is moved about.

Each commit is held against the one before it: what costs more or less is told once, with sign and size, and nothing else is.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from arithmetic import worked_out
from click.testing import CliRunner

from promptlint.cli import cli

FILES = {
    "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\n[tool.promptlint]\n",
    "src/shop/__init__.py": "",
    "src/shop/config.py": """
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class Settings:
            chat_model: str = "gpt-4o-mini"
            summary_model: str = "gpt-4o"
            max_answer: int = 200
        settings = Settings()
    """,
    "src/shop/prompts.yaml": """
        answer:
          system: |
            You are a helpful assistant of a shop for bicycles.
            Answer the customer in a friendly way.
          user: |
            The question of the customer: {question}
        classify: >
          You sort mails of customers. Answer with one of: order, return, other.
    """,
    "src/shop/templates/summary.j2": """
        Summarise the conversation below for a colleague who takes over.
        Name the customer, what they want, and what was promised.

        {% for turn in turns %}
        {{ turn.role }}: {{ turn.text }}
        {% endfor %}
    """,
    "src/shop/load.py": """
        from pathlib import Path
        import yaml
        PROMPTS = yaml.safe_load((Path(__file__).parent / "prompts.yaml").read_text(encoding="utf-8"))
    """,
    "src/shop/llm.py": """
        from openai import AsyncOpenAI
        from .config import settings
        class LLM:
            def __init__(self, model: str = settings.chat_model, max_tokens: int = settings.max_answer):
                self.client = AsyncOpenAI()
                self.model = model
                self.max_tokens = max_tokens
            async def complete(self, messages, **kwargs):
                reply = await self.client.chat.completions.create(
                    model=self.model, messages=messages, max_tokens=self.max_tokens, **kwargs)
                return reply.choices[0].message.content
    """,
    "src/shop/answer.py": """
        from .llm import LLM
        from .load import PROMPTS
        llm = LLM()
        async def answer(question: str) -> str:
            return await llm.complete([
                {"role": "system", "content": PROMPTS["answer"]["system"]},
                {"role": "user", "content": PROMPTS["answer"]["user"].format(question=question)},
            ])
    """,
    "src/shop/classify.py": """
        from openai import OpenAI
        from .config import settings
        from .load import PROMPTS
        client = OpenAI()
        def classify(mail: str) -> str:
            reply = client.chat.completions.create(model=settings.chat_model, max_tokens=10, messages=[
                {"role": "system", "content": PROMPTS["classify"]}, {"role": "user", "content": mail}])
            return reply.choices[0].message.content
    """,
    "src/shop/summary.py": """
        from jinja2 import Environment, PackageLoader
        from openai import OpenAI
        from .config import settings
        env = Environment(loader=PackageLoader("shop", "templates"))
        client = OpenAI()
        def summarise(turns):
            text = env.get_template("summary.j2").render(turns=turns)
            reply = client.chat.completions.create(model=settings.summary_model, max_tokens=300,
                messages=[{"role": "user", "content": text}])
            return reply.choices[0].message.content
    """,
    "src/shop/translate.py": '''
        import anthropic
        client = anthropic.Anthropic()
        PROMPT = """You translate what customers write into English.
        Keep names, numbers and order codes as they are.

        {text}"""
        def translate(text):
            return client.messages.create(model="claude-haiku-4-5", max_tokens=500,
                messages=[{"role": "user", "content": PROMPT.format(text=text)}])
        def detect(text):
            return client.messages.create(model="claude-haiku-4-5", max_tokens=10,
                messages=[{"role": "user", "content": "Answer with one word: which language is this? " + text}])
    ''',
}


class History:
    """A repository; `told` commits what was done and says what the report tells of it: (change, what, function, USD)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q")
        for path, text in FILES.items():
            self.write(path, dedent(text).removeprefix("\n"))
        self.commit()

    def git(self, *arguments: str) -> None:
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
        subprocess.run(["git", *known, *arguments], cwd=self.folder, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text, (path, old)
        self.write(path, text.replace(old, new))

    def told(self, base: str = "HEAD~1") -> list[tuple[str, tuple[str, ...], str, Decimal | None]]:
        self.commit()
        result = CliRunner().invoke(cli, ["cost", "--diff-base", base, "--output-format", "json"])
        assert result.exit_code == 0, result.output
        found = []
        for change in json.loads(result.stdout)["changes"]:
            usd = change["delta"]["usd_per_1000_calls"]
            size = Decimal(usd) if usd is not None else None
            if size:
                assert round(worked_out(change["delta"]["formula"]) * 1000, 15) == round(size, 15)
            found.append((change["change"], tuple(change["what"]), change["function"], size))
        return found


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    monkeypatch.chdir(tmp_path)
    return History(tmp_path)


P = "src/shop/"


# --- what costs more or less ------------------------------------------------------------------------------------------


def grown_yaml(h: History) -> None:
    h.edit(f"{P}prompts.yaml", "friendly way.", "friendly way.\n    Never promise a refund without asking a colleague.")


def grown_folded_yaml(h: History) -> None:
    h.edit(
        f"{P}prompts.yaml", "mails of customers. Answer", "mails of customers, who often ask for several things. Answer"
    )


def model_in_a_class_of_another_module(h: History) -> None:
    h.edit(f"{P}config.py", 'chat_model: str = "gpt-4o-mini"', 'chat_model: str = "gpt-4o"')


def cheaper_model(h: History) -> None:
    h.edit(f"{P}config.py", 'summary_model: str = "gpt-4o"', 'summary_model: str = "gpt-4o-mini"')


def cap_times_600(h: History) -> None:
    h.edit(f"{P}config.py", "max_answer: int = 200", "max_answer: int = 12000")


def doubled_template(h: History) -> None:
    h.write(f"{P}templates/summary.j2", h.read(f"{P}templates/summary.j2") * 2)


def call_in_a_loop(h: History) -> None:
    new = dedent("""
        def translate_all(texts):
            return [client.messages.create(model="claude-haiku-4-5", max_tokens=500,
                messages=[{"role": "user", "content": PROMPT.format(text=t)}]) for t in texts]
    """)
    h.edit(f"{P}translate.py", "def detect", f"{new}def detect")


def removed_call(h: History) -> None:
    text = h.read(f"{P}translate.py")
    h.write(f"{P}translate.py", text[: text.index("def detect")])


def looped_from_elsewhere(h: History) -> None:
    h.write(
        f"{P}night.py",
        "from .translate import translate\ndef night(mails):\n    for mail in mails:\n        translate(mail)\n",
    )


def copied_file(h: History) -> None:
    h.write(f"{P}again.py", h.read(f"{P}classify.py").replace("def classify", "def again"))


def more_answers(h: History) -> None:
    h.edit(f"{P}classify.py", "max_tokens=10,", "max_tokens=10, n=3,")


def another_message(h: History) -> None:
    h.edit(f"{P}summary.py", "messages=[", 'messages=[{"role": "system", "content": "You are brief."}, ')


def a_host_of_ones_own(h: History) -> None:
    h.edit(f"{P}classify.py", "OpenAI()", 'OpenAI(base_url="http://localhost:8000/v1")')


def renamed_yaml_that_grew(h: History) -> None:
    (h.folder / f"{P}prompts.yaml").rename(h.folder / f"{P}texts.yaml")
    h.edit(f"{P}load.py", "prompts.yaml", "texts.yaml")
    h.edit(f"{P}texts.yaml", "friendly way.", "friendly way, in the language of the customer.")


def renamed_templates_that_doubled(h: History) -> None:
    (h.folder / f"{P}templates").rename(h.folder / f"{P}texts")
    h.edit(f"{P}summary.py", '"templates"', '"texts"')
    h.write(f"{P}texts/summary.j2", h.read(f"{P}texts/summary.j2") * 2)


def renamed_file_and_function_with_another_cap(h: History) -> None:
    (h.folder / f"{P}classify.py").rename(h.folder / f"{P}sorting.py")
    h.edit(f"{P}sorting.py", "def classify", "def sort_mail")
    h.edit(f"{P}sorting.py", "max_tokens=10", "max_tokens=6000")


def moved_function_with_another_cap(h: History) -> None:
    text = h.read(f"{P}translate.py")
    head, tail = text[: text.index("def detect")], text[text.index("def detect") :]
    h.write(f"{P}translate.py", head)
    h.write(f"{P}language.py", "import anthropic\nclient = anthropic.Anthropic()\n" + tail.replace("=10", "=6000"))


def renamed_package_with_another_model(h: History) -> None:
    (h.folder / "src/shop").rename(h.folder / "src/bikes")
    h.edit("src/bikes/summary.py", '"shop"', '"bikes"')
    h.edit("src/bikes/config.py", 'summary_model: str = "gpt-4o"', 'summary_model: str = "gpt-4.1"')


ANSWER, CLASSIFY, SUMMARY = "answer", "classify", "summarise"


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (grown_yaml, [("changed", ("prompt",), ANSWER, "+")]),
        (grown_folded_yaml, [("changed", ("prompt",), CLASSIFY, "+")]),
        (
            model_in_a_class_of_another_module,
            [("changed", ("model",), ANSWER, "+"), ("changed", ("model",), CLASSIFY, "+")],
        ),
        (cheaper_model, [("changed", ("model",), SUMMARY, "-")]),
        (cap_times_600, [("changed", ("output_cap",), ANSWER, "+")]),
        (doubled_template, [("changed", ("prompt",), SUMMARY, "+")]),
        (call_in_a_loop, [("added", ("call", "loop"), "translate_all", "+")]),
        (removed_call, [("removed", ("call",), "detect", "-")]),
        (looped_from_elsewhere, [("changed", ("loop",), "night", "?")]),
        (copied_file, [("added", ("call",), "again", "+")]),
        (more_answers, [("changed", ("answers",), CLASSIFY, "+")]),
        (another_message, [("changed", ("prompt",), SUMMARY, "+")]),
        (a_host_of_ones_own, [("changed", ("provider",), CLASSIFY, "?")]),
        (renamed_yaml_that_grew, [("changed", ("prompt",), ANSWER, "+")]),
        (renamed_templates_that_doubled, [("changed", ("prompt",), SUMMARY, "+")]),
        (renamed_file_and_function_with_another_cap, [("changed", ("output_cap",), "sort_mail", "+")]),
        (moved_function_with_another_cap, [("changed", ("output_cap",), "detect", "+")]),
        (renamed_package_with_another_model, [("changed", ("model",), SUMMARY, "-")]),
    ],
)
def test_a_change_is_told_with_its_sign(history: History, act: Callable[[History], None], expected) -> None:
    act(history)
    signs = [(*c[:3], "?" if c[3] is None else "+" if c[3] > 0 else "-") for c in history.told()]
    assert sorted(signs) == sorted(expected)


@pytest.mark.parametrize(
    "code",
    [
        "def joke(cap=100):\n    {call}",
        "import argparse\ndef joke():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--cap', type=int, default=100)\n"
        "    cap = parser.parse_args().cap\n    {call}",
    ],
)
def test_the_default_of_a_cap_times_600_is_exposure(history: History, code: str) -> None:
    call = "return OpenAI().chat.completions.create(model='gpt-4o-mini', max_tokens=cap, messages=[{'role': 'user', 'content': 'Tell a joke on banks.'}])"  # fmt: skip
    history.write(f"{P}joke.py", "from openai import OpenAI\n" + code.format(call=call))
    history.commit()
    history.edit(f"{P}joke.py", "100", "60000")
    # The model ends at 16,384 tokens: 16,284 more at 0.60 a million.
    assert history.told() == [("changed", ("output_cap",), "joke", Decimal("9.7704"))]
    output = CliRunner().invoke(cli, ["cost", "--diff-base", "HEAD~1"]).output
    assert "cap 100 by default → 60,000 by default (× 600)" in output


def test_a_host_of_ones_own_is_named(history: History) -> None:
    a_host_of_ones_own(history)
    output = CliRunner().invoke(cli, ["cost", "--diff-base", "HEAD"]).output
    assert "provider openai → openai (served from a deployment or host of your own)" in output


def test_sizes_are_those_of_the_prices(history: History) -> None:
    doubled_template(history)
    # 31 tokens more at 2.50 a million
    assert history.told() == [("changed", ("prompt",), SUMMARY, Decimal("0.0775"))]
    cap_times_600(history)
    # 11,800 tokens more at 0.60 a million, if an answer runs that long
    assert history.told() == [("changed", ("output_cap",), ANSWER, Decimal("7.08"))]
    more_answers(history)
    # a choice of one token at least, twice more at 0.60 a million
    assert history.told() == [("changed", ("answers",), CLASSIFY, Decimal("0.0012"))]


# --- what costs the same ----------------------------------------------------------------------------------------------


def yaml_written_anew(h: History) -> None:
    h.write(f"{P}prompts.yaml", yaml.safe_dump(yaml.safe_load(h.read(f"{P}prompts.yaml")), sort_keys=True, width=50))


def yaml_made_json(h: History) -> None:
    texts = yaml.safe_load(h.read(f"{P}prompts.yaml"))
    (h.folder / f"{P}prompts.yaml").unlink()
    h.write(f"{P}prompts.json", json.dumps(texts, indent=2))
    h.write(
        f"{P}load.py",
        "import json\nfrom pathlib import Path\n"
        'PROMPTS = json.loads((Path(__file__).parent / "prompts.json").read_text(encoding="utf-8"))\n',
    )


def yaml_made_python(h: History) -> None:
    texts = yaml.safe_load(h.read(f"{P}prompts.yaml"))
    (h.folder / f"{P}prompts.yaml").unlink()
    h.write(f"{P}load.py", f"PROMPTS = {texts!r}\n")


def yaml_key_renamed(h: History) -> None:
    h.edit(f"{P}prompts.yaml", "answer:\n", "answers:\n")
    h.edit(f"{P}answer.py", 'PROMPTS["answer"]', 'PROMPTS["answers"]')


def template_renamed(h: History) -> None:
    (h.folder / f"{P}templates/summary.j2").rename(h.folder / f"{P}templates/handover.j2")
    h.edit(f"{P}summary.py", "summary.j2", "handover.j2")


def wrapper_moved_into_a_package(h: History) -> None:
    h.write(f"{P}ai/__init__.py", "")
    (h.folder / f"{P}llm.py").rename(h.folder / f"{P}ai/llm.py")
    h.edit(f"{P}ai/llm.py", "from .config", "from ..config")
    h.edit(f"{P}answer.py", "from .llm", "from .ai.llm")


def constant_renamed_in_a_renamed_file(h: History) -> None:
    (h.folder / f"{P}translate.py").rename(h.folder / f"{P}languages.py")
    h.edit(f"{P}languages.py", "PROMPT", "TRANSLATION")


def functions_swapped(h: History) -> None:
    text = h.read(f"{P}translate.py")
    first, second = text.index("def translate"), text.index("def detect")
    h.write(f"{P}translate.py", text[:first] + text[second:] + text[first:second])


def calls_reformatted(h: History) -> None:
    h.edit(f"{P}classify.py", "create(model", "create(\n        model")
    h.edit(f"{P}classify.py", "max_tokens=10, messages=[\n", "max_tokens=10,\n        messages=[\n    ")
    h.edit(f"{P}translate.py", '"Answer with one word: which', '"Answer with one word: "\n            "which')


def concatenation_made_fstring(h: History) -> None:
    h.edit(f"{P}translate.py", '"Answer with one word: which language is this? " + text', 'f"Answer with one word: which language is this? {text}"')  # fmt: skip


def input_cut_and_settings_added(h: History) -> None:
    h.edit(f"{P}classify.py", '"content": mail}', '"content": mail[:4000]}')
    h.edit(f"{P}classify.py", "max_tokens=10,", "max_tokens=10, temperature=0,")
    h.edit(f"{P}classify.py", "client.chat", "client.with_options(timeout=9).chat")


def other_folders(h: History) -> None:
    call = "from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4', messages=[{'role': 'user', 'content': 'Say hello.'}])\n"
    for path in ("tests/test_a.py", "examples/a.py", "docs/a.py"):
        h.write(path, call)
    h.write("README.md", "# Shop\nYou are a helpful assistant. Answer in one word: {question}\n")
    h.edit(f"{P}classify.py", "from openai", '"""You are a helpful assistant who sorts mails."""\nfrom openai')


@pytest.mark.parametrize(
    "act",
    [
        yaml_written_anew,
        yaml_made_json,
        yaml_made_python,
        yaml_key_renamed,
        template_renamed,
        wrapper_moved_into_a_package,
        constant_renamed_in_a_renamed_file,
        functions_swapped,
        calls_reformatted,
        concatenation_made_fstring,
        input_cut_and_settings_added,
        other_folders,
    ],
)
def test_what_costs_the_same_is_not_told(history: History, act: Callable[[History], None]) -> None:
    act(history)
    assert history.told() == []


def test_a_branch_is_the_sum_of_its_commits(history: History) -> None:
    history.git("tag", "start")
    for act in (
        yaml_written_anew,
        template_renamed,
        cap_times_600,
        call_in_a_loop,
        wrapper_moved_into_a_package,
        removed_call,
        cheaper_model,
        renamed_file_and_function_with_another_cap,
    ):
        act(history)
        history.commit()
    history.write("README.md", "# Shop\n")
    assert sorted(c[:3] for c in history.told("start")) == [
        ("added", ("call", "loop"), "translate_all"),
        ("changed", ("model",), SUMMARY),
        ("changed", ("output_cap",), ANSWER),
        ("changed", ("output_cap",), "sort_mail"),
        ("removed", ("call",), "detect"),
    ]


def test_a_month_says_whose_traffic_it_is_and_every_sum_can_be_checked(history: History) -> None:
    settings = history.read("pyproject.toml")
    history.write("pyproject.toml", f"{settings}[tool.promptlint.traffic.functions.answer]\ncalls-per-month = 5000\n[tool.promptlint.prices]\ndiscount = {{ openai = 0.2 }}\n")  # fmt: skip
    model_in_a_class_of_another_module(history)
    history.commit()
    for more in ([], ["--output-format", "markdown"], ["--output-format", "html"]):
        output = (
            CliRunner()
            .invoke(cli, ["cost", "--diff-base", "HEAD~1", "--traffic", "small", *more])
            .output.replace("\\", "")
        )
        assert (
            "Calls a month: configured (traffic.functions.answer), 1 change; assumed (--traffic small), 1 change."
            in output
        )
    output = CliRunner().invoke(cli, ["cost", "--diff-base", "HEAD~1", "--all"]).output
    sums = re.findall(r"one call: (.*) = \$([\d.]+)", output)
    assert len(sums) == 2
    assert all(abs(worked_out(formula) - Decimal(dollars)) <= Decimal("0.0000005") for formula, dollars in sums)
    assert "× (1 - 0.2)" in sums[0][0]
