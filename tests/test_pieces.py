"""Models and clients out of lists that are put in another order, texts that are cut up and generators."""

from __future__ import annotations

import pytest

HEAD = "import os\nfrom openai import OpenAI\nclient = OpenAI()\n"
SEND = "client.chat.completions.create(model=model, messages=[], max_tokens=5)\n"
MODELS = {
    "a sorted tuple": (f"for model in sorted(('m-2', 'm-1')):\n    {SEND}", ("m-1", "m-2")),
    "one of a sorted set": (f"model = sorted({{'m-2', 'm-1'}})[0]\n{SEND}", ("m-1", "m-2")),
    "the keys of a table in order": (f"for model in sorted({{'m-1': 1, 'm-2': 2}}):\n    {SEND}", ("m-1", "m-2")),
    "a list from its end": (f"model = list(reversed(['m-1', 'm-2']))[0]\n{SEND}", ("m-2",)),
    "a set of a list": (f"for model in set(['m-1', 'm-2']):\n    {SEND}", ("m-1", "m-2")),
    "a counted, sorted list": (f"for i, model in enumerate(sorted(['m-1', 'm-2'])):\n    {SEND}", ("m-1", "m-2")),
    "a text that is cut up": (f"for model in 'm-1,m-2'.split(','):\n    {SEND}", ("m-1", "m-2")),
    "a text that is cut at its blanks": (f"MODELS = 'm-1 m-2'.split()\nmodel = MODELS[1]\n{SEND}", ("m-2",)),
    "the last piece": (f"model = 'openai/m-1'.split('/')[-1]\n{SEND}", ("m-1",)),
    "the piece behind": (f"_, _, model = 'openai/m-1'.rpartition('/')\n{SEND}", ("m-1",)),
    "the piece behind the first": (f"_, model = 'openai:m-1:x'.split(':', 1)\n{SEND}", ("m-1:x",)),
    "what a caller passes": (
        "def ask(name, text):\n    provider, model = name.split('/')\n    client.chat.completions.create(model=model,\n"
        "        messages=[{'role': 'user', 'content': text}], max_tokens=5)\nask('openai/m-1', 'Name a river.')\n",
        ("m-1",),
    ),
    "what a generator gives": (
        f"def models():\n    yield 'm-1'\n    yield 'm-2'\nfor model in models():\n    {SEND}",
        ("m-1", "m-2"),
    ),
    "what a generator takes from a list": (
        f"def models(names):\n    for name in names:\n        yield name\nfor model in models(['m-1', 'm-2']):\n    {SEND}",
        ("m-1", "m-2"),
    ),
    "the next of a generator": (f"def models():\n    yield 'm-1'\nmodel = next(models())\n{SEND}", ("m-1",)),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_known(found, name) -> None:
    text, models = MODELS[name]
    project = found(HEAD + text).project
    (call,) = project.callers or project.calls
    assert (call.model.values, call.model.basis) == (models, "literal")


UNKNOWN = {
    "a sorted list with a stranger": f"import shop\nfor model in sorted(['m-1', shop.MODEL]):\n    {SEND}",
    "a text of the environment": f"for model in os.environ['MODELS'].split(','):\n    {SEND}",
    "a separator of which nothing is known": f"import shop\nmodel = 'a/m-1'.split(shop.MARK)[1]\n{SEND}",
    "words of a sentence": f"model = 'Ask m-1, m-2'.split(',')[0]\n{SEND}",
}


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN)
def test_a_model_is_not_known(found, text) -> None:
    (call,) = found(HEAD + text).project.calls
    assert call.model.values == ()


@pytest.mark.parametrize("take", ["for c in clients():\n    ", "c = next(clients())\n", "c = list(clients())[0]\n"])
def test_a_client_that_a_generator_gives(found, take) -> None:
    (call,) = found(
        "from groq import Groq\ndef clients():\n    yield Groq()\n"
        f"{take}c.chat.completions.create(model='m-1', messages=[], max_tokens=5)\n"
    ).project.calls
    assert (call.sdk, call.built_here) == ("groq", True)


def test_a_client_and_a_model_that_a_function_gives_together(found) -> None:
    (call,) = found(
        "from groq import Groq\ndef pair():\n    return Groq(), 'm-1'\n"
        "class Bot:\n    def __init__(self):\n        self.c, self.model = pair()\n    def ask(self):\n"
        "        return self.c.chat.completions.create(model=self.model, messages=[], max_tokens=5)\n"
    ).project.calls
    assert (call.sdk, call.model.values, call.built_here) == ("groq", ("m-1",), True)


def test_what_a_context_manager_yields_is_what_its_caller_gets(found) -> None:
    (call,) = found(
        "from contextlib import contextmanager\nfrom groq import Groq\n@contextmanager\ndef lent():\n    yield Groq()\n"
        "with lent() as c:\n    c.chat.completions.create(model='m-1', messages=[], max_tokens=5)\n"
    ).project.calls
    assert (call.sdk, call.built_here) == ("groq", True)


def test_a_retired_model_in_a_piece_of_a_text_is_not_renamed(checked) -> None:
    (finding,) = checked(HEAD + f"model = 'openai/gpt-4-32k'.split('/')[1]\n{SEND}", "PRM502").findings
    assert "gpt-4-32k" in finding.message
    assert finding.fix is None


def test_a_piece_of_a_text_stands_where_the_text_does(found) -> None:
    asking = (
        HEAD
        + "def ask(text, name):\n    provider, model = name.split('/')\n    client.chat.completions.create(model=model,\n        messages=[{'role': 'user', 'content': text}], max_tokens=5)\n"
    )
    main = "# " + "x" * 400 + "\nfrom asking import ask\nask('Name a river.', 'openai/m-1')\n"
    (caller,) = found({"asking.py": asking, "main.py": main}).project.callers
    place = caller.model.place
    assert (caller.model.values, place.path) == (("m-1",), "main.py")
    assert main[place.span.start : place.span.end] == "'openai/m-1'"
