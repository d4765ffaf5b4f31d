"""Objects that are called: whoever holds one, under whatever name, is a caller of its `__call__`."""

from __future__ import annotations

import pytest

BOT = """
from openai import OpenAI
class Bot:
    def __init__(self, model="gpt-4o"):
        self.model = model
    def using(self, **options):
        return self
    def __call__(self, text):
        return OpenAI().chat.completions.create(model=self.model, messages=[{"role": "user", "content": text}])
class Loud(Bot):
    pass
def build(name: str) -> Bot:
    return Bot(name)
def made():
    return Bot()
"""
HELD = {
    "what a function says it returns": "from bots import build\ndesk = build('x')\nfor row in open('f'):\n    desk(row)\n",
    "what a function returns": "from bots import made\ndesk = made()\nfor row in open('f'):\n    desk(row)\n",
    "a parameter": "from bots import Bot\ndef run(bot: Bot, rows):\n    for row in rows:\n        bot(row)\n",
    "one that may be none": "from bots import Bot\ndef run(bot: Bot | None, rows):\n    for row in rows:\n        bot and bot(row)\n",
    "what a subclass is": "from bots import Loud\ndef run(bot: Loud, rows):\n    for row in rows:\n        bot(row)\n",
    "what its own method returns": "from bots import Bot\nask = Bot().using(top_p=1)\nfor row in open('f'):\n    ask(row)\n",
    "an entry of a table": "from bots import Bot, Loud\nSTEPS = {'a': Bot(), 'b': Loud()}\nfor row in open('f'):\n    STEPS['a'](row)\n",
    "each entry of a table": "from bots import Bot, Loud\nSTEPS = {'a': Bot(), 'b': Loud()}\nfor name, step in STEPS.items():\n    step('Hello?')\n",
    "each of a list": "from bots import Bot, Loud\nSTEPS = [Bot(), Loud()]\nfor step in STEPS:\n    step('Hello?')\n",
}  # fmt: skip


@pytest.mark.parametrize("program", HELD.values(), ids=HELD)
def test_an_object_is_called_by_the_name_it_is_held_under(found, program) -> None:
    (call,) = found({"bots.py": BOT, "app.py": program}).project.calls
    assert call.caller_loop is not None
    assert call.caller_loop.path == "app.py"


ABSTRACT = (
    "from abc import ABC, abstractmethod\nclass Asks(ABC):\n    @abstractmethod\n    def __call__(self, text): ...\n"
)
PROTOCOL = "from typing import Protocol\nclass Asks(Protocol):\n    def __call__(self, text: str) -> str: ...\n"
RUN = "def run(ask: Asks, rows):\n    for row in rows:\n        ask(row)\n"
PROMISED = {
    "an abstract class": {
        "asks.py": ABSTRACT,
        "bots.py": "from asks import Asks\n" + BOT.replace("class Bot:", "class Bot(Asks):"),
        "app.py": "from asks import Asks\n" + RUN,
    },
    "a protocol beside it": {"bots.py": PROTOCOL + BOT, "app.py": "from bots import Asks\n" + RUN},
}


@pytest.mark.parametrize("files", PROMISED.values(), ids=PROMISED)
def test_what_is_promised_is_called_where_the_promise_is(found, files) -> None:
    (call,) = found(files).project.calls
    assert call.caller_loop is not None


def test_what_is_only_called_alike_is_no_caller(found) -> None:
    other = "class Desk:\n    def __call__(self, row): ...\ndef build(): return Desk()\ndesk = build()\nfor row in open('f'):\n    desk(row)\n"
    (call,) = found({"bots.py": BOT, "app.py": "import bots\n" + other}).project.calls
    assert call.caller_loop is None
