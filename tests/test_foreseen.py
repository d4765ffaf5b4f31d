"""What linking will ask for is parsed with the first: told from names, whatever comes first."""

import itertools
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlint.foreseen import Foreseen
from promptlint.link import project
from promptlint.link.program.importable import Importable
from promptlint.outcome import Options
from promptlint.parse.files import parse
from promptlint.parse.screen import Users, _called
from promptlint.reading import Reading

PARSED = {
    "app/llm.py": "def ask(text):\n    return client.messages.create(messages=[text])\n\n\nclass Shape:\n    pass\n",
    "app/tasks.py": "from app.llm import ask\n\n\ndef summarize(text):\n    return ask(text)\n",
    "lib/base.py": "class Writer:\n    def write(self, text):\n        return client.messages.create(messages=[text])\n",
    "lib/long.py": "from lib.base import Writer\n\n\nclass Novelist(Writer):\n    pass\n",
    "lib/longer.py": "from lib import long\n\n\nclass Epic(long.Novelist):\n    pass\n",
    "app/steps.py": "from app.kinds import Step\n\n\ndef run(steps: list[Step], kinds: dict[str, type[Kind]], own: Step):\n    pass\n",
    "app/clean.py": "from app.kept import Kept\n\n\nclass Clean(Kept):\n    pass\n",
    "app/kept/__init__.py": "from .store import Kept\n",
}
OTHERS = {
    "app/asks.py": b"from app.llm import ask\n\nask('Why?')\n",
    "app/further.py": b"from app.tasks import summarize\n\nsummarize('Much')\n",
    "app/round.py": b"from app.llm import Shape\n\n\nclass Circle(Shape):\n    pass\n",
    "main/saga.py": b"from lib.longer import Epic\n\nEpic().write('Much')\n",
    "app/other.py": b"from app.paint import draw\n\ndraw('Blue')\n",
    "app/kinds.py": b"class Step:\n    pass\n\n\nclass Kind:\n    pass\n",
    "app/count.py": b"from app.kinds import Step\n\n\nclass Count(Step):\n    pass\n",
    "app/kind.py": b"from app.kinds import Kind\n\n\nclass Other(Kind):\n    pass\n",
    "app/kept/store.py": b"class Kept:\n    pass\n",
    "app/folder.py": b"from app.kept import Kept\n\n\nclass Folder(Kept):\n    pass\n",
}
MODULES = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in (*PARSED, *OTHERS)}
IMPORTABLE = Importable(MODULES, {path: name for name, path in MODULES.items()})
SEEN = ["app/asks.py", "app/count.py", "app/further.py", "app/kept/store.py", "app/round.py", "main/saga.py"]


@pytest.mark.parametrize("order", random.Random(7).sample(list(itertools.permutations(PARSED)), 150))
@pytest.mark.parametrize("at_once", [True, False])
def test_callers_their_callers_and_subclasses_are_foreseen_in_any_order(order: tuple[str, ...], at_once: bool) -> None:
    foreseen = Foreseen(Users(OTHERS), frozenset(("create",)), IMPORTABLE)
    facts = {path: parse(path, "python", PARSED[path]) for path in order}
    parts = [facts] if at_once else [{path: one} for path, one in facts.items()]
    found = [path for part in parts for path in foreseen.after(part)]
    assert sorted(found) == SEEN
    assert not foreseen.after(facts)


CELLS = [
    {"cell_type": "code", "source": text}
    for text in ("import openai\n\n\nclass Shape:\n    pass\n", "this is no code\n")
]


@pytest.fixture
def linkings(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """The files of each linking as it begins."""
    begun: list[frozenset[str]] = []
    made = project.Linked

    def counted(*given: object, **named: object) -> object:
        begun.append(frozenset(given[0]))  # type: ignore[call-overload]  # the files, by path
        return made(*given, **named)  # type: ignore[arg-type]  # as they were given

    monkeypatch.setattr(project, "Linked", counted)
    return begun


def test_what_the_cells_of_a_broken_notebook_foresee_is_parsed_too(
    tmp_path: Path, linkings: list[frozenset[str]]
) -> None:
    (tmp_path / "shapes.ipynb").write_text(
        json.dumps({"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    (tmp_path / "circle.py").write_text("class Circle(Shape):\n    pass\n")
    assert Reading(Options(paths=(str(tmp_path),), root=str(tmp_path), cache=False)).project is not None
    assert linkings == [frozenset(("shapes.ipynb", "circle.py"))]


def test_a_broken_notebook_is_read_from_the_cache_as_from_the_file(
    tmp_path: Path, linkings: list[frozenset[str]]
) -> None:
    (tmp_path / "shapes.ipynb").write_text(
        json.dumps({"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    problems = []
    for text in (
        "import openai\n",
        "import openai\n\nopenai.OpenAI().responses.create(model='gpt-4o', input='Why?')\n",
    ):
        (tmp_path / "other.py").write_text(text)
        reading = Reading(Options(paths=(str(tmp_path),), root=str(tmp_path), cache=True))
        assert reading.project is not None
        reading.cache.save()
        problems.append([(p.path, p.line, p.message) for p in reading.problems])
    assert len(linkings) == 2
    assert problems[0] == problems[1]
    assert "cell 2" in problems[0][0][2]


def test_where_all_was_foreseen_a_project_is_linked_once(tmp_path: Path, linkings: list[frozenset[str]]) -> None:
    files = {
        "app/llm.py": "import openai\n\n\ndef ask(text):\n    return openai.OpenAI().responses.create(model='gpt-4o', input=text)\n",
        "app/asks.py": "from app.llm import ask\n\n\ndef run(name):\n    return ask(f'Greet {name} in one short line.')\n",
        "app/plain.py": "def add(a, b):\n    return a + b\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    project = Reading(Options(paths=(str(tmp_path),), root=str(tmp_path), cache=False)).project
    assert [call.callee for call in project.callers] == ["ask"]
    assert linkings == [frozenset(("app/llm.py", "app/asks.py"))]


_CODE = st.text(alphabet=st.sampled_from(list("ab_9é( \n.,=")), max_size=60)


@given(_CODE | st.builds("{}def {}(".format, _CODE, st.sampled_from(("run", "a_9"))))
def test_the_names_before_parentheses_are_those_that_a_pattern_finds(text: str) -> None:
    data = text.encode()
    named = re.findall(rb"(?<![\w\x80-\xff])(?:def [\w\x80-\xff]+\(|([\w\x80-\xff]+)\()", data)
    assert _called(data) == set(named) - {b""}
