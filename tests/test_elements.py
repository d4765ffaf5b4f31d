"""What stands in a container is what its annotation says: whose method a loop over it calls, and what that is passed."""

from __future__ import annotations

import pytest

GATEWAYS = """
from typing import Protocol
from openai import OpenAI
class Gateway(Protocol):
    def generate(self, system: str, text: str) -> str: ...
class Chat:
    def generate(self, system: str, text: str) -> str:
        told = [{"role": "system", "content": system}, {"role": "user", "content": text}]
        return OpenAI().chat.completions.create(model="m-1", max_tokens=5, messages=told)
"""
RULES = "Quote the clause that you rely on by its number, and say so where the contract is silent."
USES = {
    "a list that a constructor keeps": (
        "class Service:\n    def __init__(self, chain: list[Gateway]):\n        self._chain = chain\n    def ask(self, text):\n"
        "        for gateway in self._chain:\n            gateway.generate(RULES, text)\n"
    ),
    "a field": (
        "from dataclasses import dataclass, field\n@dataclass\nclass Service:\n    chain: list[Gateway] = field(default_factory=list)\n"
        "    def ask(self, text):\n        for gateway in self.chain:\n            gateway.generate(RULES, text)\n"
    ),
    "a parameter": "def ask(chain: 'Sequence[Gateway] | None', text):\n    for gateway in chain:\n        gateway.generate(RULES, text)\n",
    "the values of a table": (
        "def ask(table: dict[str, Gateway], text):\n    for gateway in table.values():\n        gateway.generate(RULES, text)\n"
    ),
    "the items of a table": (
        "def ask(table: dict[str, Gateway], text):\n    for name, gateway in table.items():\n        gateway.generate(RULES, text)\n"
    ),
    "a pair": (
        "def ask(pairs: list[tuple[str, Gateway]], text):\n    for name, gateway in pairs:\n        gateway.generate(RULES, text)\n"
    ),
    "a list that is sorted": (
        "def ask(chain: list[Gateway], text):\n    for gateway in sorted(chain):\n        gateway.generate(RULES, text)\n"
    ),
    "a number before each": (
        "def ask(chain: list[Gateway], text):\n    for i, gateway in enumerate(chain):\n        gateway.generate(RULES, text)\n"
    ),
    "one under a key that is worked out": (
        "def ask(table: dict[bool, Gateway], texts):\n    for text in texts:\n        table[not text].generate(RULES, text)\n"
    ),
    "one of them": "def ask(table: dict[str, Gateway], texts):\n    for text in texts:\n        table['a'].generate(RULES, text)\n",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_method_of_an_element_is_called(found, use) -> None:
    text = f"from gateways import Gateway\nRULES = '{RULES}'\n{use}"
    project = found({"gateways.py": GATEWAYS, "service.py": text}).project
    (call,) = project.calls
    assert (call.caller_loop_kind, call.callers) == ("for", 1)
    assert [p.text for p in project.prompts] == [RULES]


@pytest.mark.parametrize(
    "use",
    [
        "def ask(names: dict[Gateway, str], text):\n    for name in names.values():\n        name.generate(RULES, text)\n",
        "def ask(kinds: list[type[Gateway]], text):\n    for kind in kinds:\n        kind.other(RULES, text)\n",
        "def ask(pair: tuple[Gateway, str], text):\n    pair[1].generate(RULES, text)\n",
        "def ask(chain: Chain[Gateway], text):\n    for gateway in chain:\n        gateway.generate(RULES, text)\n",
    ],
)
def test_what_something_else_holds_is_not_meant(found, use) -> None:
    (call,) = found({"gateways.py": GATEWAYS, "service.py": f"from gateways import Gateway\n{use}"}).project.calls
    assert call.callers == 0


def test_an_element_may_be_a_client(found) -> None:
    text = "from openai import OpenAI\ndef ask(clients: list[OpenAI], text):\n    for client in clients:\n"
    text += "        client.responses.create(model='m-1', input=text)\n"
    (call,) = found(text).project.calls
    assert (call.sdk, call.loop) == ("openai", "for")


STEPS = """
from openai import OpenAI
class Step:
    def run(self, text):
        return OpenAI().responses.create(model="m-1", max_output_tokens=5, input=text)
class Shop:
    def run(self, text):
        return text
"""
PASSED = {
    "a list": "def process(steps, text):\n    for step in steps:\n        step.run(text)\nprocess([Step()], 'Why?')\n",
    "a list that is made": (
        "def process(steps, text):\n    for step in steps:\n        step.run(text)\n"
        "def main(n, text):\n    steps = [Step() for _ in range(n)]\n    process(steps, text)\n"
    ),
    "a comprehension": "def process(steps, text):\n    return [step.run(text) for step in steps]\nprocess([Step()], 'Why?')\n",
    "handed on": (
        "def process(steps, text):\n    for step in steps:\n        step.run(text)\n"
        "def twice(steps, text):\n    process(steps, text)\ntwice([Step()], 'Why?')\n"
    ),
}


@pytest.mark.parametrize("use", PASSED.values(), ids=PASSED)
def test_a_method_of_each_object_that_is_passed_is_called(found, use) -> None:
    (call,) = found({"steps.py": STEPS, "main.py": f"from steps import Step\n{use}"}).project.calls
    assert call.caller_loop_kind in ("for", "comprehension")


def test_objects_of_another_class_that_are_passed_are_not_meant(found) -> None:
    use = "def process(steps, text):\n    for step in steps:\n        step.run(text)\nprocess([Shop()], 'Why?')\n"
    (call,) = found({"steps.py": STEPS, "main.py": f"from steps import Shop\n{use}"}).project.calls
    assert call.caller_loop is None
