"""What classes of a project have from their bases, leave to their subclasses, and hand up to a constructor."""

from __future__ import annotations

import pytest

OPTIONS = """
class Options(BaseModel):
    temperature: float = 0.2
    max_tokens: int = 800
    def as_dict(self):
        found = self.model_dump()
        found["tools"] = None
        return found
"""
BACKEND = """
class Backend:
    def __init__(self, model, options=None):
        self.model = model
        if options is None:
            options = {}
        self.options = options
"""
BOT = """
class Bot(Backend):
    def __init__(self, model, options=None):
        if options is None:
            options = Options().as_dict()
        super().__init__(model, options)
        self.client = OpenAI()
    def ask(self):
        return self.client.chat.completions.create(model="m-1", messages=[], **self.options)
"""
IMPORTS = "from openai import OpenAI\nfrom pydantic import BaseModel\n"


def seen(call) -> tuple:
    cap = call.cap
    return call.kind, list(call.model.values), cap and (cap.value if cap.state == "number" else cap.state)


# What is written, and the kind, models and cap of each call.
CASES = {
    "super() of a class of the SDK that stands before one of the project": (
        "import openai\nclass Cached:\n    pass\nclass Chat(openai.ChatCompletion, Cached):\n    @classmethod\n"
        "    def run(cls, **given):\n        return super().create(model='m-1', max_tokens=3, **given)\n",
        [("chat", ["m-1"], 3)],
    ),
    "super() of a class of the project that stands before one of the SDK": (
        "import openai\nclass Cached:\n    def create(self, **given):\n        return given\nclass Chat(Cached, openai.ChatCompletion):\n"
        "    def run(self, **given):\n        return super().create(model='m-1', max_tokens=3, **given)\n",
        [],
    ),
    "a class of the SDK, one of whose other methods is the project's own": (
        "import google.generativeai as genai\nfrom google.generativeai.types.generation_types import GenerationConfig\n"
        "class Model(genai.GenerativeModel):\n    def count_tokens(self, text):\n        return 1\nmodel = Model(model_name='m-1')\n"
        "model.generate_content('Hi', generation_config=GenerationConfig(temperature=0.3))\n"
        "model.generate_content('Hi', generation_config=GenerationConfig(max_output_tokens=7))\n",
        [("chat", ["m-1"], "none"), ("chat", ["m-1"], 7)],
    ),
    "an attribute that is left empty for subclasses, one of two functions by what is passed": (
        "import openai\nclass Base:\n    client = None\n    def complete(self, text):\n        given = {**self.options, 'prompt': text}\n"
        "        return self.client.create(**given)\n    def chat(self, text):\n"
        "        return self.client.create(**{**self.options, 'messages': [text]})\nclass Bot(Base):\n"
        "    def __init__(self, old):\n        self.client = openai.OpenAI().completions if old else openai.OpenAI().chat.completions\n",
        [("completion", [], "unknown"), ("chat", [], "unknown")],
    ),
    "an attribute that is left empty and set by nobody": (
        "from openai import OpenAI\nclass Base:\n    client = None\n    def ask(self):\n        return self.client.create(x=1)\n",
        [],
    ),
    "a field that is handed up by keyword": (
        IMPORTS + "class Provider(BaseModel):\n    model: str\nclass Bot(Provider):\n    DEFAULT = 'm-1'\n"
        "    def __init__(self, model=None, **given):\n        if model is None:\n            model = self.DEFAULT\n"
        "        super().__init__(model=model, **given)\n"
        "    def ask(self):\n        return OpenAI().chat.completions.create(model=self.model, messages=[], max_tokens=4)\n",
        [("chat", ["m-1"], 4)],
    ),
    "a field that is handed up in a dictionary": (
        IMPORTS + "class Provider(BaseModel):\n    model: str\nclass Bot(Provider):\n    def __init__(self, model='m-1', **given):\n"
        "        own = dict()\n        own.update(**given)\n        own['model'] = model\n        super().__init__(**own)\n"
        "    def ask(self):\n        return OpenAI().chat.completions.create(model=self.model, messages=[], max_tokens=4)\n",
        [("chat", ["m-1"], 4)],
    ),
    "options that a base keeps, and a default that is made where they are none": (
        IMPORTS + OPTIONS + BACKEND + BOT,
        [("chat", ["m-1"], "dynamic")],
    ),
    "options that a base keeps, changed where they are used": (
        IMPORTS + OPTIONS + BACKEND + BOT.replace("return self.client", "del self.options['tools']\n        return self.client"),
        [("chat", ["m-1"], "dynamic")],
    ),
    "a keyword that is handed up to a base of another package": (
        "from openai import OpenAI\nfrom trulens.feedback import LLMProvider\nclass Bot(LLMProvider):\n"
        "    def __init__(self, engine=None, **given):\n        super().__init__(engine=engine or 'm-1', **given)\n"
        "    def ask(self):\n        return OpenAI().chat.completions.create(model=self.engine, messages=[], max_tokens=4)\n",
        [("chat", ["m-1"], 4)],
    ),
    "a field of a class with a constructor that nobody sees": (
        "import cohere, dataclasses as dc\nclass Base(metaclass=Meta):\n    given: dict = dc.field(default_factory=dict)\n"
        "class Bot(Base):\n    def ask(self, x):\n        return cohere.Client().generate(prompt=x, model='m-1', **self.given)\n",
        [("completion", ["m-1"], "unknown")],
    ),
    "fields of pydantic's first version, as LangChain hands them on": (
        "from langchain_core.pydantic_v1 import BaseModel, Field\nfrom openai import OpenAI\nclass Base(BaseModel):\n"
        "    model: str = Field(description='x')\n    most: int = Field(7, description='y')\nclass Bot(Base):\n"
        "    def __init__(self, model='m-9', **given):\n        super().__init__(model=model, **given)\n"
        "    def ask(self, m):\n        return OpenAI().chat.completions.create(model=self.model, messages=m, max_tokens=self.most)\n",
        [("chat", ["m-9"], "dynamic")],
    ),
    "a session that is made of a model": (
        "import google.generativeai as genai\nmodel = genai.GenerativeModel('m-1', generation_config={'max_output_tokens': 5})\n"
        "genai.ChatSession(model, history=[]).send_message('x')\n",
        [("chat", ["m-1"], 5)],
    ),
    "a function that instructor patches": (
        "import anthropic, instructor\nclass Bot:\n    def __init__(self):\n"
        "        self.ask = instructor.patch(create=anthropic.Anthropic().messages.create, mode=instructor.Mode.TOOLS)\n"
        "    def run(self, x):\n        return self.ask(model='m-1', max_tokens=9, messages=x, response_model=int)\n",
        [("chat", ["m-1"], 9)],
    ),
    "a class of LangChain and of the project, as a parameter: its client is its own": (
        "from __future__ import annotations\nimport cohere\nfrom langchain_core.language_models.llms import LLM\n"
        "def ask(llm: Bot, x):\n    return llm.client.generate(prompt=x, model='m-1', max_tokens=4)\n"
        "class Base:\n    client = None\n    def check(self):\n        self.client = cohere.Client()\n        return self\n"
        "class Bot(LLM, Base):\n    pass\n",
        [("completion", ["m-1"], 4)],
    ),
    "the same, asked in LangChain's way": (
        "from __future__ import annotations\nfrom langchain_core.language_models.llms import LLM\n"
        "def ask(llm: Bot, x):\n    return llm.invoke(x)\nclass Bot(LLM):\n    client = None\n",
        [("chat", [], "unknown")],
    ),
    "a field that a class method gives its class": (
        IMPORTS + "from typing import Any\nclass Bot(BaseModel):\n    client: Any = None\n    @classmethod\n    def of(cls, key):\n"
        "        client = OpenAI(api_key=key)\n        return cls(client=client)\n    def ask(self, m):\n"
        "        return self.client.chat.completions.create(model='m-1', messages=m, max_tokens=4)\n",
        [("chat", ["m-1"], 4)],
    ),
    "a field that another class gives its own": (
        IMPORTS + "from typing import Any\nclass Bot(BaseModel):\n    client: Any = None\n    def ask(self, m):\n"
        "        return self.client.send(m)\nclass Other(BaseModel):\n    client: Any = None\n    @classmethod\n    def of(cls):\n"
        "        return cls(client=OpenAI())\n",
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "calls"), CASES.values(), ids=CASES)
def test_what_a_class_has_from_its_bases(found, text, calls) -> None:
    assert [seen(call) for call in found(text).project.calls] == calls


HANDED_UP = """
from openai import OpenAI
class Base:
    def __init__(self, model):
        self.model = model
        self.client = OpenAI()
    def ask(self, text):
        return self._ask(text)
    def _ask(self, text):
        return self.client.chat.completions.create(model=self.model, messages=[{"role": "user", "content": text}])
class Small(Base):
    def __init__(self):
        super().__init__("m-1")
class Large(Base):
    def __init__(self):
        super().__init__(model="m-2")
"""


def test_whoever_asks_on_a_base_asks_the_models_that_subclasses_hand_up(found) -> None:
    project = found(HANDED_UP).project
    assert [set(one.model.values) for one in (*project.calls, *project.callers)] == [{"m-1", "m-2"}] * 2


def test_a_caller_that_makes_one_of_them_asks_its_model(found) -> None:
    project = found(HANDED_UP + "Large().ask('Which way?')\n").project
    assert [one.model.values for one in project.callers] == [("m-2",)]
