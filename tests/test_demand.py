"""Linking in rounds on demand finds what one pass over everything finds."""

import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import pytest
from msgspec.structs import replace

from promptlint import linking
from promptlint.beside import beside
from promptlint.facts import Project
from promptlint.files import File
from promptlint.linking import Linking
from promptlint.outcome import Options
from promptlint.reading import Reading
from promptlint.run import inventory

FILES = {
    "app/__init__.py": "from app.llm import ask as ask\n",
    "app/llm.py": (
        "from openai import OpenAI\nfrom app.config import settings, LIMITS\nfrom app import texts\n\n"
        "client = OpenAI()\n\n"
        "def ask(text, limit=LIMITS['short']):\n"
        "    return client.chat.completions.create(model=settings.model, max_tokens=limit,\n"
        "        messages=[{'role': 'system', 'content': texts.SYSTEM}, {'role': 'user', 'content': text}])\n"
    ),
    "app/config.py": (
        "from app.base import Base\n\nLIMITS = {'short': 40}\n\nclass Settings(Base):\n    model: str = 'gpt-4o'\n\n"
        "settings = Settings()\n"
    ),
    "app/base.py": "class Base:\n    retries = 3\n",
    "app/texts.py": "SYSTEM = 'Lines of a poem come first.' + '\\n' + 'Rhymes are left out.'\n",
    "app/jobs.py": "from app import ask\n\ndef run(rows):\n    for row in rows:\n        ask(f'Sort the row {row} by kind.', limit=9)\n",
    "app/history.py": (
        "from app.greeting import GREETING\n\nhistory = []\n\n"
        "def start():\n    history.append({'role': 'system', 'content': GREETING})\n"
    ),
    "app/greeting.py": "GREETING = 'Hello and welcome to the shop of Anna.'\n",
    "app/nightly.py": "from functools import partial\nfrom app.llm import ask\n\nsort = partial(ask, limit=5)\n\n\ndef run():\n    sort('Sort it.')\n",
    "app/plain.py": "def add(a, b):\n    return a + b\n",
    "prompts/judge.yaml": "system: |\n  You are a judge. Answer with yes or no only.\n",
}


class Everything(Linking):
    """Parses every file in the first round."""

    def screened(self, file: File) -> str:
        return "seed" if self.sources.bytes_of(file) else "skip"


class Whole(Reading):
    @cached_property
    def _linking(self) -> Everything:
        return Everything(self.sources, self.knowledge, self.config.models, self.cache)


def write(folder: Path) -> None:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def readings(tmp_path: Path) -> tuple[Reading, Reading]:
    write(tmp_path)
    options = Options(paths=(str(tmp_path),), root=str(tmp_path))
    return Reading(options), Whole(options)


def test_rounds_and_one_pass_are_equal(readings: tuple[Reading, Reading]) -> None:
    rounds, whole = readings
    found: list[Project] = [rounds.project, whole.project]
    assert found[0] == found[1]
    assert [c.callee for c in found[0].callers] == ["ask", "sort"]
    assert len(found[0].prompts) == 4


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no copies of a process")
def test_what_a_copy_of_the_process_finds_settled_is_what_one_pass_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    for number in range(4):  # enough for more than one process
        (tmp_path / f"app/bulk{number}.py").write_text("import openai\n" + "# Nothing to see here.\n" * 2000)
    answers: list[bool] = []

    def noted(question: Callable[[], bool]) -> Callable[[], bool]:
        answer = beside(question)
        assert answer is not None
        return lambda: answers.append(answer()) or answers[-1]

    monkeypatch.setattr(linking, "beside", noted)
    options = Options(paths=(str(tmp_path),), root=str(tmp_path), cache=False, jobs=2)
    found = Reading(options).project
    assert answers == [True]
    assert found == Whole(options).project == Reading(replace(options, jobs=1)).project


CHOSEN = """
import anthropic
from openai import OpenAI
def ask(fast, text):
    client = OpenAI() if fast else anthropic.Anthropic()
    return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
"""


def test_a_client_of_two_vendors_in_one_file_leaves_the_other_files_what_they_are(found) -> None:
    call = "OpenAI().chat.completions.create(model=MODEL, max_tokens=CAP, messages=[])"
    files = {
        "a_first.py": CHOSEN,
        "b_other.py": f"from openai import OpenAI\nfrom sizes import CAP, MODEL\n{call}\n",
        "sizes.py": "MODEL = 'gpt-4o-mini'\nCAP = 7\n",
    }
    (call,) = [c for c in found(files).project.calls if c.place.path == "b_other.py"]
    assert (call.model.values, call.cap.value) == (("gpt-4o-mini",), 7)


def test_files_that_nothing_asks_for_are_not_parsed(readings: tuple[Reading, Reading]) -> None:
    rounds, whole = readings
    assert rounds.project is not None
    assert whole.project is not None
    assert rounds.seen < whole.seen


def test_a_long_list_is_judged_once_whatever_its_length(tmp_path: Path, monkeypatch) -> None:
    from promptlint.link.inventory import prompts

    judged: list[int] = []
    of_list = prompts._of_list
    monkeypatch.setattr(prompts, "_of_list", lambda *given: judged.append(len(given[1])) or of_list(*given))
    lines = ",\n".join(f'    "Answer question {i} of the user in one short sentence."' for i in range(150))
    (tmp_path / "a.py").write_text(f"import openai\n\nNOTES = [\n{lines}\n]\n")
    inventory(Options(paths=(str(tmp_path),), root=str(tmp_path), cache=False))
    assert judged == [150]
