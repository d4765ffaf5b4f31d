"""SDK functions that are put somewhere: where no call of them is found, they are listed there, else where they are called."""

from __future__ import annotations

from functools import cached_property

import pytest

from promptlint.files import File
from promptlint.linking import Linking
from promptlint.outcome import Options
from promptlint.reading import Reading

HEAD = "import openai\nfrom openai import OpenAI\nclient = OpenAI()\n"
CREATE = "client.chat.completions.create"
BOX = "class Box:\n    def __init__(self, ask, name='a'):\n        self.ask = ask\n        self.name = name\n"
KEPT = {
    "an attribute": f"class Bot:\n    def __init__(self):\n        self._ask = {CREATE}\n    def run(self, kind, **request):\n"
    "        return getattr(self, kind)(**request)\n",
    "a dictionary that a stranger reads": f"import shop\nFUNCTIONS = {{'a': {CREATE}}}\nshop.serve(FUNCTIONS)\n",
    "a list": f"import shop\nshop.serve([{CREATE}])\n",
    "an object of the project": BOX + f"def box():\n    return Box(ask={CREATE})\n",
    "an object of the project, by place": BOX + f"def box():\n    return Box({CREATE})\n",
    "the fields of a record": "from dataclasses import dataclass\n@dataclass\nclass Box:\n    ask: object\n"
    f"def box():\n    return Box(ask={CREATE})\n",
    "a branch of a local": f"import shop\ndef serve(fast):\n    ask = shop.fast if fast else {CREATE}\n    shop.serve(ask)\n",
    "what a function returns": f"def function():\n    return {CREATE}\n",
    "the default of a parameter": f"import shop\ndef serve(ask={CREATE}):\n    shop.serve(ask)\n",
    "a client that is handed in": "class Bot:\n    def __init__(self, llm):\n        self.ask = llm.chat.completions.create\n",
    "a registry of the project": "FUNCTIONS = {}\ndef register(name, function):\n    FUNCTIONS[name] = function\n"
    f"register('a', {CREATE})\n",
    "a function made of it that nobody calls": "def logged(function):\n    def run(*args, **kwargs):\n"
    f"        return function(*args, **kwargs)\n    return run\nask = logged({CREATE})\n",
}


@pytest.mark.parametrize("name", KEPT)
def test_a_function_whose_call_is_not_found_is_a_call_where_it_is_put(found, name) -> None:
    (call,) = found(HEAD + KEPT[name]).project.calls
    assert (call.callee.rpartition(".")[2], call.sdk, call.kind, call.reference) == ("create", "openai", "chat", True)
    assert (call.model.values, call.loop, call.messages_known) == ((), None, False)
    assert call.cap is not None
    assert call.cap.state == "unknown"


CALLED = {
    "an attribute": f"class Bot:\n    def __init__(self):\n        self._ask = {CREATE}\n    def run(self, text):\n"
    "        return self._ask(model='m-1', messages=[text])\n",
    "a name": f"ask = {CREATE}\nask(model='m-1', messages=[])\n",
    "an imported function in an attribute": "class Bot:\n    def __init__(self):\n        from litellm import completion\n"
    "        self.ask = completion\n    def run(self, text):\n        return self.ask(model='m-1', messages=[text])\n",
    "a dictionary": f"FUNCTIONS = {{'a': {CREATE}}}\nFUNCTIONS['a'](model='m-1', messages=[])\n",
    "one of two": f"def run(fast):\n    ask = client.responses.create if fast else {CREATE}\n    ask(model='m-1', input=[])\n",
    "an object": BOX + f"box = Box(ask={CREATE})\nbox.ask(model='m-1', messages=[])\n",
    "its own name in an object": f"class Bot:\n    def __init__(self):\n        self.create = {CREATE}\n    def run(self, text):\n"
    "        return self.create(model='m-1', messages=[text])\n",
    "what a function returns": f"def function():\n    return {CREATE}\nfunction()(model='m-1', messages=[])\n",
    "a name that is handed on": f"import asyncio\nask = {CREATE}\nasyncio.to_thread(ask, model='m-1', messages=[])\n",
    "a partial": f"from functools import partial\nask = partial({CREATE}, model='m-1')\nask(messages=[])\n",
}


@pytest.mark.parametrize("name", CALLED)
def test_a_function_whose_call_is_found_is_one_call(found, name) -> None:
    (call,) = found(HEAD + CALLED[name]).project.calls
    assert call.model.values == ("m-1",)


NEITHER = {
    "it is only looked at": f"import inspect\ninspect.signature({CREATE})\nassert callable({CREATE})\n",
    "it is compared": f"def same(function):\n    return function == {CREATE}\n",
    "a function of the project does not keep it": f"def told(function):\n    print(function)\ntold({CREATE})\n",
    "it is put back": f"kept = {CREATE}\ndef off():\n    client.chat.completions.create = None\n"
    "def on():\n    client.chat.completions.create = kept\n",
    "a stand-in is put in its place": f"import wrapt\nkept = {CREATE}\n"
    "wrapt.wrap_function_wrapper('openai', 'Completions.create', print)\n",
    "it is a mock": f"create = {CREATE}\ncreate.return_value = 3\n",
    "it asks nothing of a model": "kept = client.models.list\nkept_too = client.moderations.create\n",
    "an attribute of its own that nothing reads": f"class Bot:\n    def __init__(self):\n        self._ask = {CREATE}\n",
    "a method of an unknown object": "class Bot:\n    def __init__(self, shop):\n        self._run = shop.create\n",
}


@pytest.mark.parametrize("name", NEITHER)
def test_a_function_that_is_not_put_away_makes_no_call(found, name) -> None:
    assert not found(HEAD + NEITHER[name]).project.calls


def test_a_chain_given_to_a_record_keeps_its_model(found) -> None:
    (call,) = found(
        "from langchain_openai import ChatOpenAI\nclass Tool:\n    def __init__(self, func):\n        self.func = func\n"
        "tool = Tool(func=ChatOpenAI(model='m-1', max_tokens=9).invoke)\n"
    ).project.calls
    assert (call.callee, call.model.values, call.reference) == ("invoke", ("m-1",), True)


def test_a_function_of_a_client_that_another_file_makes(found) -> None:
    files = {
        "p/__init__.py": "",
        "p/made.py": "import anthropic\nclaude = anthropic.Anthropic()\n",
        "p/use.py": "import shop\nfrom p.made import claude\nshop.serve({'a': claude.messages.create})\n",
    }
    (call,) = found(files).project.calls
    assert (call.place.path, call.sdk, call.reference) == ("p/use.py", "anthropic", True)


SHARED = {
    "p/__init__.py": "",
    "p/llm.py": f"{HEAD}{BOX}say = {CREATE}\ndef box():\n    return Box(ask={CREATE})\n",
    "p/named.py": "from p.llm import say\ndef run(request):\n    return say(**request)\n",
    "p/held.py": "from p.llm import box\nheld = box()\ndef run(request):\n    return held.ask(**request)\n",
}


class Everything(Linking):
    """Parses every file in the first round."""

    def screened(self, file: File) -> str:
        return "seed" if self.sources.bytes_of(file) else "skip"


class Whole(Reading):
    @cached_property
    def _linking(self) -> Everything:
        return Everything(self.sources, self.knowledge, self.config.models, self.cache)


def test_files_that_may_call_it_are_looked_for(write) -> None:
    folder = write(SHARED)
    options = Options(paths=(str(folder),), root=str(folder))
    rounds, whole = Reading(options).project, Whole(options).project
    assert rounds == whole
    assert rounds is not None
    assert sorted(call.place.path for call in rounds.calls) == ["p/held.py", "p/named.py"]


def test_what_no_other_file_calls_stays_where_it_is_put(found) -> None:
    files = {name: text for name, text in SHARED.items() if name != "p/held.py"}
    calls = found(files).project.calls
    assert [(call.place.path, call.reference) for call in calls] == [("p/llm.py", True), ("p/named.py", False)]
