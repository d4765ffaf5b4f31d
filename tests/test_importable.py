"""Which file an import means, in a repository of one program or of many."""

from __future__ import annotations

import pytest

from promptlint.files import module_table
from promptlint.link.program.importable import Importable

MANY = (
    "shop/api/app/main.py", "shop/api/app/core/config.py", "shop/api/json.py", "shop/api/openai/base.py",
    "shop/web/src/front/views.py", "shop/web/src/front/texts.py", "shop/web/tests/test_views.py",
    "mail/app/core/config.py", "mail/app/run.py", "lib/pkg/__init__.py", "lib/pkg/one.py", "lib/pkg/utils.py", "lib/tools.py",
)  # fmt: skip
PLACES = {
    "its own root": ("shop/api/app/main.py", "app.core.config.LIMIT", ("shop/api/app/core/config.py", "LIMIT")),
    "not that of another program": ("mail/app/run.py", "app.core.config", ("mail/app/core/config.py", "")),
    "sources beside it": ("shop/web/tests/test_views.py", "front.views", ("shop/web/src/front/views.py", "")),
    "the root of its package": ("lib/pkg/one.py", "tools", ("lib/tools.py", "")),
    "nothing inside its package": ("lib/pkg/one.py", "utils", None),
    "the standard library": ("shop/api/app/main.py", "json.loads", None),
    "a package of others": ("shop/api/app/main.py", "openai.base", None),
    "nowhere": ("shop/api/app/main.py", "requests.get", None),
}


@pytest.mark.parametrize(("importer", "name", "place"), PLACES.values(), ids=PLACES)
def test_an_import_means_the_nearest_file_that_it_can(importer, name, place) -> None:
    known, names = module_table(MANY, {"openai"})
    assert Importable(known, names, {"openai"}).place(name, importer) == place


PROGRAM = {
    "app/llm.py": "from openai import OpenAI\nfrom app.limits import CAP, MODEL\n\n\ndef ask(text):\n"
    "    return OpenAI().chat.completions.create(model=MODEL, max_tokens=CAP, messages=[{'role': 'user', 'content': text}])\n",
    "app/limits.py": "MODEL = '{model}'\nCAP = {cap}\n",
    "app/run.py": "from app.llm import ask\nfor line in open('x'):\n    ask(line)\n",
}


def test_programs_side_by_side_are_read_as_each_alone(found) -> None:
    programs = {"a": ("m-1", 1), "b": ("m-2", 2)}
    files = {
        f"{folder}/{path}": text.replace("{model}", model).replace("{cap}", str(cap))
        for folder, (model, cap) in programs.items()
        for path, text in PROGRAM.items()
    }
    calls = found(files).project.calls
    assert [(c.place.path, c.model.values, c.cap.value) for c in calls] == [
        ("a/app/llm.py", ("m-1",), 1),
        ("b/app/llm.py", ("m-2",), 2),
    ]
    assert [c.caller_loop.path for c in calls] == ["a/app/run.py", "b/app/run.py"]


def test_a_model_that_is_set_for_all_counts_in_its_own_program(found) -> None:
    files = {}
    for folder, model in (("a", "m-1"), ("b", "m-2")):
        files[f"{folder}/setup.py"] = f"import dspy\ndspy.configure(lm=dspy.LM('{model}'))\n"
        files[f"{folder}/ask.py"] = "import dspy\nqa = dspy.Predict('q -> a')\nqa(q='x')\n"
    assert [call.model.values for call in found(files).project.calls] == [("m-1",), ("m-2",)]
