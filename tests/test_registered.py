"""Registries that decorators and subclasses fill: who asks an object that is taken out of one is found, and in which loop."""

from __future__ import annotations

from textwrap import dedent

import pytest

ASK = """
    def complete(self, text):
        return OpenAI().chat.completions.create(model="m-1", max_tokens=5, messages=[{"role": "user", "content": text}])
"""
REGISTER = """from openai import OpenAI
TABLE = {}
def register(name):
    def add(cls):
        TABLE[name] = cls
        return cls
    return add
"""
WAYS = {
    "a decorator with a key": (
        REGISTER,
        '@register("claude")\nclass Bot:',
        'TABLE["claude"]()',
    ),
    "a decorator, the key being known at run time": (
        REGISTER,
        '@register("claude")\nclass Bot:',
        "TABLE[input()]()",
    ),
    "a decorator that takes the name of the class": (
        "TABLE = {}\ndef register(cls):\n    TABLE[cls.name] = cls\n    return cls\n",
        '@register\nclass Bot:\n    name = "claude"',
        'TABLE["claude"]()',
    ),
    "a method of a class that decorates": (
        "class Bots:\n    _all = {}\n    @classmethod\n    def register(cls, name):\n        def add(sub):\n            cls._all[name] = sub\n"
        "            return sub\n        return add\n    @classmethod\n    def make(cls, name):\n        return cls._all[name]()\n",
        '@Bots.register("claude")\nclass Bot:',
        'Bots.make("claude")',
    ),
    "a base that notes its subclasses": (
        'class Base:\n    all = {}\n    name = ""\n    def __init_subclass__(cls):\n        Base.all[cls.name] = cls\n'
        "    def complete(self, text): ...\n",
        'class Bot(Base):\n    name = "claude"',
        'Base.all["claude"]()',
    ),
}


@pytest.mark.parametrize(("registry", "bot", "made"), WAYS.values(), ids=WAYS)
def test_who_asks_what_a_registry_hands_out_is_found(found, registry, bot, made) -> None:
    use = f"def run(texts):\n    bot = {made}\n    for text in texts:\n        bot.complete(text)\n"
    imported = "from registry import *\n"
    files = {
        "registry.py": registry,
        "bots.py": f"from openai import OpenAI\n{imported}{bot}{ASK}",
        "main.py": f"import bots\n{imported}{use}",
    }
    (call,) = found(files).project.calls
    assert (call.caller_loop_kind, call.callers) == ("for", 1)


def test_a_key_says_which_of_two_is_handed_out(found) -> None:
    text = """
        @register("small")
        class Small:
            model = "m-1"
        @register("large")
        class Large:
            model = "m-2"
        OpenAI().responses.create(model=TABLE["large"].model, input="")
        OpenAI().responses.create(model=TABLE[input()].model, input="")
    """
    assert [call.model.values for call in found(REGISTER + dedent(text)).project.calls] == [("m-2",), ("m-1", "m-2")]


def test_another_decorator_of_the_same_name_registers_nothing(found) -> None:
    text = """
        import web
        @web.register("small")
        class Small:
            model = "m-1"
        OpenAI().responses.create(model=TABLE["small"].model, input="")
    """
    (call,) = found(REGISTER + dedent(text)).project.calls
    assert call.model.values == ()


EXTRACTORS = """
from abc import ABC, abstractmethod
from openai import OpenAI
class Extractor(ABC):
    def __call__(self, text):
        return self.extract(f"Read the invoice. {text}")
    @abstractmethod
    def extract(self, prompt): ...
class Chat(Extractor):
    def extract(self, prompt):
        return OpenAI().responses.create(model="m-1", max_output_tokens=5, input=prompt)
EXTRACTORS: dict[str, type[Extractor]] = {"chat": Chat}
"""


@pytest.mark.parametrize(
    "use",
    [
        "    return list(pool.map(extractor, texts))\n",
        "    for text in texts:\n        extractor(text)\n",
        "    return [extractor(text) for text in texts]\n",
    ],
)
def test_an_object_that_an_entry_of_a_table_makes_is_called(found, use) -> None:
    main = f"from extractors import EXTRACTORS\ndef main(name, pool, texts):\n    extractor = EXTRACTORS[name]()\n{use}"
    (call,) = found({"extractors.py": EXTRACTORS, "main.py": main}).project.calls
    assert call.caller_loop is not None


def test_a_class_that_a_text_names_is_made(found) -> None:
    text = """
        from django.utils.module_loading import import_string
        def run(texts):
            bot = import_string("bots.Bot")()
            for text in texts:
                bot.complete(text)
    """
    files = {"bots.py": f"from openai import OpenAI\nclass Bot:\n{ASK}", "main.py": dedent(text)}
    (call,) = found(files).project.calls
    assert (call.caller_loop_kind, call.callers) == ("for", 1)


def test_what_is_put_into_a_registry_at_once_counts_too(found) -> None:
    text = """
        @register("small")
        class Small:
            model = "m-1"
        class Large:
            model = "m-2"
        def fill():
            TABLE["large"] = Large
        OpenAI().responses.create(model=TABLE[input()].model, input="")
    """
    (call,) = found(REGISTER + dedent(text)).project.calls
    assert sorted(call.model.values) == ["m-1", "m-2"]
