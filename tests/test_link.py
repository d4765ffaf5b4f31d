"""One short program for each way in which a model, a cap or a client gets to a call."""

from __future__ import annotations

import pytest

OPENAI = "from openai import OpenAI\nclient = OpenAI()\n"
ASK = "client.chat.completions.create(model={}, max_tokens={}, messages=[])\n"


def facts(call):
    values = call.model.values
    cap = call.cap
    return {
        "sdk": call.sdk,
        "kind": call.kind,
        "model": values[0] if len(values) == 1 else sorted(values) or None,
        "cap": None if cap is None else cap.value if cap.state == "number" else cap.state,
        "loop": call.loop,
    }


PROGRAMS = {
    "a literal": ({"a.py": OPENAI + ASK.format("'gpt-4o'", 10)}, {"sdk": "openai", "model": "gpt-4o", "cap": 10}),
    "constants of the module": (
        {"a.py": OPENAI + "MODEL = 'gpt-4o'\nCAP = 2 * 50\n" + ASK.format("MODEL", "CAP")},
        {"model": "gpt-4o"},
    ),
    "a constant from another file": (
        {
            "a.py": "from settings import MODEL, CAP\n" + OPENAI + ASK.format("MODEL", "CAP"),
            "settings.py": "MODEL = 'gpt-4o'\nCAP = 7\n",
        },
        {"model": "gpt-4o", "cap": 7},
    ),
    "a constant re-exported by a package": (
        {
            "app/a.py": "from app import conf\n" + OPENAI + ASK.format("conf.MODEL", "conf.CAP"),
            "app/__init__.py": "",
            "app/conf/__init__.py": "from .values import *\n",
            "app/conf/values.py": "MODEL = 'gpt-4o'\nCAP = 7\n",
        },
        {"model": "gpt-4o", "cap": 7},
    ),
    "a constant of the package it lies in, of several of that name": (
        {
            "one/app/__init__.py": "",
            "one/app/conf.py": "MODEL = 'gpt-4o-mini'\nCAP = 5\n",
            "two/app/__init__.py": "",
            "two/app/a.py": "from .conf import MODEL\nfrom app.conf import CAP\n" + OPENAI + ASK.format("MODEL", "CAP"),
            "two/app/conf.py": "MODEL = 'gpt-4o'\nCAP = 7\n",
        },
        {"model": "gpt-4o", "cap": 7},
    ),
    "a client from another file": (
        {
            "a.py": "from clients import client\n" + ASK.format("'gpt-4o'", 3),
            "clients.py": "from openai import AzureOpenAI\nclient = AzureOpenAI()\n",
        },
        {"sdk": "azure-openai", "model": "gpt-4o", "cap": 3},
    ),
    "a client set in __init__": (
        {
            "a.py": """
            import anthropic
            class Bot:
                def __init__(self, model="claude-sonnet-4-5"):
                    self.client = anthropic.Anthropic()
                    self.model = model
                def ask(self):
                    return self.client.messages.create(model=self.model, max_tokens=64, messages=[])
            """
        },
        {"sdk": "anthropic", "model": "claude-sonnet-4-5", "cap": 64},
    ),
    "a client from a function": (
        {
            "a.py": """
            from openai import OpenAI
            def make():
                return OpenAI()
            def ask():
                client = make()
                return client.chat.completions.create(model="gpt-4o", messages=[])
            """
        },
        {"sdk": "openai", "model": "gpt-4o", "cap": "none"},
    ),
    "a client by annotation": (
        {
            "a.py": """
            from openai import AsyncOpenAI
            async def ask(client: AsyncOpenAI):
                return await client.responses.create(model="gpt-4o", input="hi", max_output_tokens=9)
            """
        },
        {"sdk": "openai", "model": "gpt-4o", "cap": 9},
    ),
    "a client from a context manager": (
        {
            "a.py": """
            from openai import AsyncOpenAI
            async def ask():
                async with AsyncOpenAI() as client:
                    await client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
            """
        },
        {"sdk": "openai", "model": "gpt-4o", "cap": 9},
    ),
    "a keyword dictionary": (
        {
            "a.py": OPENAI
            + "options = {'model': 'gpt-4o', 'max_tokens': 5}\nclient.chat.completions.create(**options, messages=[])\n"
        },
        {"model": "gpt-4o", "cap": 5},
    ),
    "a keyword dictionary that grows": (
        {
            "a.py": OPENAI
            + "options = dict(model='gpt-4o')\noptions['max_tokens'] = 5\noptions.update(temperature=0)\nclient.chat.completions.create(**options, messages=[])\n"
        },
        {"model": "gpt-4o", "cap": 5},
    ),
    "merged dictionaries": (
        {
            "a.py": OPENAI
            + "BASE = {'model': 'gpt-4o', 'max_tokens': 5}\nclient.chat.completions.create(**{**BASE, 'max_tokens': 6}, messages=[])\n"
        },
        {"model": "gpt-4o", "cap": 6},
    ),
    "a keyword dictionary from the caller may hold the cap": (
        {
            "a.py": OPENAI
            + "def ask(**options):\n    return client.chat.completions.create(model='gpt-4o', messages=[], **options)\n"
        },
        {"model": "gpt-4o", "cap": "unknown"},
    ),
    "a default of a parameter": (
        {"a.py": OPENAI + "def ask(model='gpt-4o', cap=12):\n    return " + ASK.format("model", "cap")},
        {"model": "gpt-4o", "cap": "dynamic"},
    ),
    "two branches": (
        {
            "a.py": OPENAI
            + "import sys\nif sys.argv:\n    MODEL = 'gpt-4o'\nelse:\n    MODEL = 'gpt-4o-mini'\n"
            + ASK.format("MODEL", 1)
        },
        {"model": ["gpt-4o", "gpt-4o-mini"]},
    ),
    "a conditional expression": (
        {"a.py": OPENAI + "def ask(fast):\n    return " + ASK.format("'gpt-4o-mini' if fast else 'gpt-4o'", 1)},
        {"model": ["gpt-4o", "gpt-4o-mini"]},
    ),
    "the environment with a fallback": (
        {"a.py": "import os\n" + OPENAI + ASK.format("os.getenv('MODEL', 'gpt-4o')", 1)},
        {"model": "gpt-4o"},
    ),
    "the environment without one": (
        {"a.py": "import os\n" + OPENAI + ASK.format("os.environ['MODEL']", 1)},
        {"model": None},
    ),
    "a dictionary of presets": (
        {"a.py": OPENAI + "MODELS = {'fast': 'gpt-4o-mini', 'good': 'gpt-4o'}\n" + ASK.format("MODELS['fast']", 1)},
        {"model": "gpt-4o-mini"},
    ),
    "presets under the members of an enum": (
        {
            "a.py": "from enum import Enum\n"
            + OPENAI
            + "class Size(Enum):\n    S = 'small'\n    L = 'large'\n"
            + "MODELS = {Size.S: 'gpt-4o-mini', Size.L: 'gpt-4o'}\nCAPS = {1: 64, 2: 128}\n"
            + ASK.format("MODELS[Size.L]", "CAPS[2]")
        },
        {"model": "gpt-4o", "cap": 128},
    ),
    "presets under a member that is not known": (
        {
            "a.py": "from enum import Enum, auto\n"
            + OPENAI
            + "class Size(Enum):\n    S = auto()\n    L = auto()\n"
            + "MODELS = {Size.S: 'gpt-4o-mini', Size.L: 'gpt-4o'}\n"
            + "def ask(size: Size):\n    "
            + ASK.format("MODELS[size]", 1)
        },
        {"model": ["gpt-4o", "gpt-4o-mini"]},
    ),
    "an enum": (
        {
            "a.py": "from enum import Enum\n"
            + OPENAI
            + "class Model(str, Enum):\n    FAST = 'gpt-4o-mini'\n"
            + ASK.format("Model.FAST.value", 1)
        },
        {"model": "gpt-4o-mini"},
    ),
    "a dataclass field": (
        {
            "a.py": "from dataclasses import dataclass\n"
            + OPENAI
            + "@dataclass\nclass Settings:\n    model: str = 'gpt-4o'\n    cap: int = 4\nsettings = Settings()\n"
            + ASK.format("settings.model", "settings.cap")
        },
        {"model": "gpt-4o", "cap": 4},
    ),
    "a base class in another file": (
        {
            "base.py": "from openai import OpenAI\nclass Base:\n    model = 'gpt-4o'\n    def __init__(self):\n        self.client = OpenAI()\n",
            "a.py": "from base import Base\nclass Bot(Base):\n    def ask(self):\n        return self.client.chat.completions.create(model=self.model, max_tokens=2, messages=[])\n",
        },
        {"sdk": "openai", "model": "gpt-4o", "cap": 2},
    ),
    "a bound alias": (
        {
            "a.py": OPENAI
            + "create = client.chat.completions.create\ncreate(model='gpt-4o', max_tokens=3, messages=[])\n"
        },
        {"model": "gpt-4o", "cap": 3},
    ),
    "a partial": (
        {
            "a.py": "from functools import partial\n"
            + OPENAI
            + "ask = partial(client.chat.completions.create, model='gpt-4o')\nask(max_tokens=3, messages=[])\n"
        },
        {"model": "gpt-4o"},
    ),
    "a thread": (
        {
            "a.py": "import asyncio\n"
            + OPENAI
            + "async def ask():\n    return await asyncio.to_thread(client.chat.completions.create, model='gpt-4o', max_tokens=3, messages=[])\n"
        },
        {"model": "gpt-4o", "cap": 3},
    ),
    "an object that opens a client": (
        {
            "a.py": "from openai import OpenAI\nclass Pool:\n    def __enter__(self):\n        self.client = OpenAI()\n"
            "        return self.client\n    def __exit__(self, *error):\n        self.client.close()\n"
            "def ask(q):\n    with Pool() as c, c.responses.stream(model='gpt-4o', max_output_tokens=3, input=q) as answer:\n"
            "        return answer\n"
        },
        {"model": "gpt-4o", "cap": 3},
    ),
    "a client that is passed in, or made": (
        {
            "a.py": "from llama_index.llms.anthropic import Anthropic\nclass Bot:\n    def __init__(self, llm=None):\n"
            "        self.llm = llm or Anthropic(model='m-1')\n    def ask(self, q):\n        return self.llm.complete(q)\n"
        },
        {"model": "m-1", "sdk": "llama-index"},
    ),
    "a client that is passed in as any of its kind, or made": (
        {
            "a.py": "from llama_index.core.llms import LLM\nfrom llama_index.llms.anthropic import Anthropic\n"
            "class Bot:\n    def __init__(self, llm: LLM | None = None):\n        self.llm = llm or Anthropic(model='m-1')\n"
            "    def ask(self, q):\n        return self.llm.stream_complete(q)\n"
        },
        {"model": "m-1", "sdk": "llama-index"},
    ),
    "the target of a thread": (
        {
            "a.py": "from threading import Thread\n"
            + OPENAI
            + "def ask(q):\n    request = dict(model='gpt-4o', messages=[q])\n    request['max_tokens'] = 3\n"
            + "    Thread(target=client.chat.completions.create, kwargs=request).start()\n"
        },
        {"model": "gpt-4o", "cap": 3},
    ),
    "the target of a thread with arguments in place": (
        {
            "a.py": "import threading\nfrom transformers import AutoModelForCausalLM\n"
            "model = AutoModelForCausalLM.from_pretrained('gpt2')\n"
            "def ask(ids):\n    threading.Thread(target=model.generate, args=(ids,), kwargs={'max_new_tokens': 3}).start()\n"
        },
        {"model": "gpt2", "cap": 3},
    ),
    "a function that a thread runs": (
        {
            "a.py": "from threading import Thread\n"
            + OPENAI
            + "def ask(model, cap):\n    return client.chat.completions.create(model=model, max_tokens=cap, messages=[])\n"
            + "options = {'model': 'gpt-4o', 'cap': 3}\nThread(target=ask, kwargs=options).start()\n"
        },
        {"model": "gpt-4o"},
    ),
    "one of two functions, by what it is given": (
        {
            "a.py": "import openai\nclass Bot:\n    def __init__(self, chat):\n        if chat:\n            self.api = openai.ChatCompletion\n"
            "        else:\n            self.api = openai.Completion\n"
            "    def ask(self, q):\n        return self.api.create(model='m-1', max_tokens=3, prompt=q)\n"
        },
        {"kind": "completion"},
    ),
    "an alias of the module in a thread": (
        {
            "a.py": "import asyncio\n"
            + OPENAI
            + "create = client.chat.completions.create\n"
            + "async def ask():\n    return await asyncio.to_thread(create, model='gpt-4o', max_tokens=3, messages=[])\n"
        },
        {"model": "gpt-4o", "cap": 3},
    ),
    "a loop": (
        {"a.py": OPENAI + "for x in open('mails'):\n    " + ASK.format("'gpt-4o'", 1)},
        {"loop": "for"},
    ),
    "a function that calls itself for each part": (
        {
            "a.py": OPENAI
            + "def ask(node):\n    answer = client.chat.completions.create(model='gpt-4o', max_tokens=3, messages=[node.text])\n"
            + "    return answer, [ask(part) for part in node.parts]\n"
        },
        {"loop": "comprehension"},
    ),
    "a method that calls itself for each part": (
        {
            "a.py": OPENAI
            + "class Tree:\n    def ask(self, node):\n        client.chat.completions.create(model='gpt-4o', max_tokens=3, messages=[node.text])\n"
            + "        for part in node.parts:\n            self.ask(part)\n"
        },
        {"loop": "for"},
    ),
    "a method that calls another of its name for each part": (
        {
            "a.py": OPENAI
            + "class Tree:\n    def ask(self, node):\n        client.chat.completions.create(model='gpt-4o', max_tokens=3, messages=[node.text])\n"
            + "        for part in node.parts:\n            part.ask(node)\n"
        },
        {"loop": None},
    ),
    "a comprehension": (
        {
            "a.py": OPENAI
            + "def ask(xs):\n    return [client.chat.completions.create(model='gpt-4o', max_tokens=1, messages=[x]) for x in xs]\n"
        },
        {"loop": "comprehension"},
    ),
    "a loop that leaves at once": (
        {
            "a.py": OPENAI
            + "def ask():\n    while True:\n        try:\n            return "
            + ASK.format("'gpt-4o'", 1).strip()
            + "\n        except TimeoutError:\n            continue\n"
        },
        {"model": "gpt-4o"},
    ),
    "a chat model of LangChain": (
        {
            "a.py": "from langchain_openai import ChatOpenAI\nllm = ChatOpenAI(model='gpt-4o', max_tokens=7)\nllm.invoke('hi')\n"
        },
        {"model": "gpt-4o", "cap": 7},
    ),
    "a chain of LangChain": (
        {
            "a.py": "from langchain_openai import ChatOpenAI\nfrom langchain_core.prompts import ChatPromptTemplate\n"
            "prompt = ChatPromptTemplate.from_messages([('system', 'Be kind.'), ('human', '{q}')])\n"
            "chain = prompt | ChatOpenAI(model='gpt-4o', max_tokens=7)\nchain.invoke({'q': 'hi'})\n"
        },
        {"model": "gpt-4o", "cap": 7},
    ),
    "a model of Gemini": (
        {
            "a.py": "import google.generativeai as genai\nmodel = genai.GenerativeModel('gemini-1.5-pro')\nmodel.generate_content('hi')\n"
        },
        {"model": "gemini-1.5-pro", "cap": "none"},
    ),
    "a configuration object of Gemini": (
        {
            "a.py": "from google import genai\nfrom google.genai import types\nclient = genai.Client()\n"
            "client.models.generate_content(model='gemini-2.5-flash', contents='hi', config=types.GenerateContentConfig(max_output_tokens=8))\n"
        },
        {"model": "gemini-2.5-flash", "cap": 8},
    ),
    "litellm": (
        {"a.py": "import litellm\nlitellm.completion('gpt-4o', [], max_tokens=4)\n"},
        {"sdk": "litellm", "model": "gpt-4o", "cap": 4},
    ),
    "bedrock": (
        {
            "a.py": "import boto3\nbedrock = boto3.client('bedrock-runtime')\n"
            "bedrock.converse(modelId='anthropic.claude-3-5-sonnet-20240620-v1:0', messages=[], inferenceConfig={'maxTokens': 9})\n"
        },
        {"model": "anthropic.claude-3-5-sonnet-20240620-v1:0", "cap": 9},
    ),
    "a raw request": (
        {
            "a.py": "import requests\nrequests.post('https://api.openai.com/v1/chat/completions', json={'model': 'gpt-4o', 'max_tokens': 5, 'messages': []})\n"
        },
        {"model": "gpt-4o", "cap": 5},
    ),
    "another host through the client of OpenAI": (
        {
            "a.py": "from openai import OpenAI\nclient = OpenAI(base_url='https://openrouter.ai/api/v1')\nclient.chat.completions.create(model='openai/gpt-4o', max_tokens=5, messages=[])\n"
        },
        {"model": "openai/gpt-4o", "cap": 5},
    ),
}


@pytest.mark.parametrize(("files", "expected"), PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_program(found, files, expected) -> None:
    calls = found(files).project.calls
    assert [{k: v for k, v in facts(call).items() if k in expected} for call in calls] == [expected]


NOT_CALLS = {
    "a method of the same name": "class Client:\n    def create(self, model):\n        return model\nClient().create(model='gpt-4o')\n",
    "a list of models": OPENAI + "client.models.list()\n",
    "a call in a string": "text = 'client.chat.completions.create(model=1)'\nfrom openai import OpenAI\n",
    "a post to another host": "import requests\nrequests.post('https://example.com/v1/chat', json={'model': 'gpt-4o'})\n",
    "a chain of another kind": "from itertools import chain\nchain.invoke = print\nchain.invoke('x')\n",
}


@pytest.mark.parametrize("text", NOT_CALLS.values(), ids=NOT_CALLS.keys())
def test_not_a_call(found, text) -> None:
    assert found(text).project.calls == ()


def test_a_wrapper_is_followed_to_its_callers(found) -> None:
    project = found(
        {
            "llm.py": OPENAI
            + "def ask(prompt, model='gpt-4o-mini', cap=None):\n    return client.chat.completions.create(model=model, max_tokens=cap, messages=[{'role': 'user', 'content': prompt}])\n",
            "a.py": "from llm import ask\nfor x in open('mails'):\n    ask(f'Is this a complaint? {x}', model='gpt-4o', cap=5)\n",
            "b.py": "from llm import ask\nask('Say hello.')\n",
        }
    ).project
    assert [(c.place.path, c.model.values, c.cap.value, c.loop) for c in project.callers] == [
        ("a.py", ("gpt-4o",), 5, "for"),
        ("b.py", ("gpt-4o-mini",), None, None),
    ]
    assert project.calls[0].callers == 2


def test_one_pass_over_everything_equals_rounds_on_demand(write) -> None:
    """Files reached by demand are read late; what is linked must not depend on when."""
    on_demand = same_in_one_pass(
        write,
        {
            "app/a.py": "from app.b import MODEL\nfrom app.c import ask\n"
            + OPENAI
            + ASK.format("MODEL", 1)
            + "ask('hi')\n",
            "app/__init__.py": "",
            "app/b.py": "from app.d import MODEL\n",
            "app/c.py": OPENAI + "from app.b import MODEL\ndef ask(x):\n    return " + ASK.format("MODEL", 2),
            "app/d.py": "MODEL = 'gpt-4o'\n",
            "app/e.py": "UNUSED = 1\n",
        },
    )
    assert all(call.model.values == ("gpt-4o",) for call in on_demand.calls)


@pytest.mark.parametrize(
    ("handed_on", "use"),
    [
        ("from .core import complete as ask\n", "import mylib\nmylib.ask('Who?', 7)\n"),
        ("from .core import complete as ask\n", "from mylib import ask\nask('Who?', 7)\n"),
        ("from .core import complete as ask\n", "import mylib as lib\nlib.ask('Who?', 7)\n"),
        ("from .core import Asker as Bot\n", "from mylib import Bot\nBot(7).run('Who?')\n"),
        ("from .core import Asker as Bot\n", "import mylib\nmylib.Bot(7)('Who?')\n"),
    ],
)
def test_a_wrapper_is_found_under_the_name_by_which_its_package_hands_it_on(write, handed_on, use) -> None:
    core = OPENAI + "def complete(x, cap):\n    return " + ASK.format("'gpt-4o'", "cap")
    core += "class Asker:\n    def __init__(self, cap):\n        self.cap = cap\n    def __call__(self, x):\n        return complete(x, self.cap)\n"
    core += "    def run(self, x):\n        return complete(x, self.cap)\n"
    files = {"mylib/__init__.py": handed_on, "mylib/core.py": core, "app.py": use}
    (use_of_it,) = [c for c in same_in_one_pass(write, files).callers if c.place.path == "app.py"]
    assert use_of_it.cap.value == 7


def same_in_one_pass(write, files: dict[str, str]):
    """The project of some files, after a look whether parsing all of them first makes a difference."""
    from promptlint.files import module_table
    from promptlint.link.project import Linked
    from promptlint.outcome import Options
    from promptlint.parse.files import parse_all
    from promptlint.reading import Reading

    folder = write(files)
    reading = Reading(Options(paths=(str(folder),), root=str(folder)))
    on_demand = reading.project
    everything = parse_all([(p, f.kind, (folder / p).read_text()) for p, f in reading.files.items()])
    known, names = module_table(reading.files)
    assert Linked(everything, known, names, reading.knowledge, {}).project == on_demand
    return on_demand


def test_no_file_is_read_once_the_project_is_asked_for() -> None:
    from promptlint.knowledge.lookup import load
    from promptlint.link.project import Linked
    from promptlint.parse.files import parse

    asked: list[str] = []
    text = "from big import *\n@made\ndef f():\n    return 1\n"
    files = {"a.py": parse("a.py", "python", text)}
    known = {"a": "a.py", "big": "big/__init__.py"}
    linked = Linked(files, known, {"a.py": "a"}, load(()), {}, {}, asked.append)
    asked.clear()
    assert linked.project.calls == ()
    assert asked == []


LATE = {
    "a caller of the function asked about": "from app import *\nMODEL = 'gpt-4o'\nfor x in open('f'):\n    ask(x, 7)\n",
    "a function that hands it on": "import app\nMODEL = 'gpt-4o'\nasync def go(p):\n    await to_thread(app.ask, p, 9)\n",
    "a class that derives from one asked about": "import app\nMODEL = 'gpt-4o'\nclass Own(app.Base):\n    cap = 5\n",
    "a call": "MODEL = 'gpt-4o'\n" + OPENAI + ASK.format("MODEL", 3),
    "a message": "MODEL = 'gpt-4o'\nM = [{'role': 'system', 'content': 'You are a helpful pirate of the seven seas.'}]\n",
    "another name of the function": "import app\nMODEL = 'gpt-4o'\nsay = app.ask\nsay('hello', 11)\n",
    "nothing": "MODEL = 'gpt-4o'\n",
}


@pytest.mark.parametrize("late", LATE.values(), ids=LATE)
def test_what_is_read_while_linking_counts_as_if_it_had_been_there(write, late: str) -> None:
    app = (
        OPENAI
        + "from settings import MODEL\nclass Base:\n    cap = None\n    def ask(self, x):\n        return "
        + ASK.format("'gpt-4o-mini'", "self.cap")
        + "def ask(x, cap):\n    return "
        + ASK.format("'gpt-4o-mini'", "cap")
        + "def last():\n    return "
        + ASK.format("MODEL", 1)
    )
    project = same_in_one_pass(write, {"app.py": app, "settings.py": late})
    assert ("gpt-4o",) in {call.model.values for call in project.calls}


def test_a_dictionary_built_in_a_function_keeps_what_was_added_there(found) -> None:
    project = found(
        OPENAI
        + """
def base(cap):
    options = {"temperature": 0}
    if cap:
        options["max_tokens"] = cap
    return options
def finished(cap):
    options = base(cap)
    options["model"] = "gpt-4o"
    return options
def ask(cap):
    options = finished(cap)
    return client.chat.completions.create(messages=[], **options)
"""
    ).project
    assert facts(project.calls[0]) == {
        "sdk": "openai",
        "model": "gpt-4o",
        "cap": "dynamic",
        "loop": None,
        "kind": "chat",
    }


def test_keywords_from_a_property_and_from_another_method(found) -> None:
    project = found(
        """
from openai import OpenAI
class Bot:
    def __init__(self, cap):
        self.client = OpenAI()
        self.options = {}
        self.cap = cap
    @property
    def keywords(self):
        found = {"model": "gpt-4o"}
        if self.cap:
            found["max_tokens"] = self.cap
        return found
    def limit(self, cap):
        self.options["max_tokens"] = cap
    def ask(self):
        return self.client.chat.completions.create(messages=[], **self.keywords)
    def again(self):
        return self.client.chat.completions.create(model="gpt-4o", messages=[], **self.options)
"""
    ).project
    assert [(c.model.values, c.cap.state) for c in project.calls] == [(("gpt-4o",), "dynamic")] * 2


DECORATED = {
    "magentic": (
        "from magentic import prompt\n@prompt('Say {x} twice.')\ndef ask(x: str) -> str: ...\nask('a')\n",
        None,
        "unknown",
    ),
    "ell": (
        "import ell\n@ell.simple(model='gpt-4o', max_tokens=9)\ndef ask(x):\n    '''You are kind.'''\n    return f'Greet {x}'\nask('a')\n",
        "gpt-4o",
        9,
    ),
    "mirascope": (
        "from mirascope import llm\n@llm.call('openai/gpt-4o')\ndef ask(x: str):\n    return f'Greet {x} in one word.'\nask('a')\n",
        "openai/gpt-4o",
        "none",
    ),
    "mirascope 1": (
        "from mirascope.core import openai\n@openai.openai_call('gpt-4o', call_params={'max_tokens': 9})\ndef ask(x: str):\n    return f'Greet {x}'\nask('a')\n",
        "gpt-4o",
        9,
    ),
}


@pytest.mark.parametrize(("text", "model", "cap"), DECORATED.values(), ids=DECORATED.keys())
def test_calling_a_decorated_function_is_the_call(found, text, model, cap) -> None:
    project = found(text).project
    (call,) = project.calls
    assert (call.callee, facts(call)["model"], facts(call)["cap"]) == ("ask", model, cap)
    assert project.prompts
    assert all(prompt.used_by == (call.site_id,) for prompt in project.prompts)


def test_a_class_of_the_project_with_the_methods_of_a_client_is_none(found) -> None:
    outcome = found(
        {
            "a.py": "from gen import Client\nClient().chat.completions.create(model='gpt-4o', messages=[])\n",
            "gen.py": "class Client:\n    class chat:\n        class completions:\n            @staticmethod\n"
            "            def create(model, messages):\n                return messages\n",
        }
    )
    assert outcome.project.calls == ()


def test_a_subclass_is_found_among_very_many_classes(found) -> None:
    files = {
        "base.py": """\
            from openai import OpenAI

            class Base:
                def ask(self, text):
                    return OpenAI().chat.completions.create(model=self.model, messages=[{"role": "user", "content": text}])
            """,
        "others.py": "class A:\n    pass\n" + "".join(f"class Z{i}(A):\n    pass\n" for i in range(600)),
        "sub.py": 'from base import Base\n\nclass Small(Base):\n    model = "gpt-4o-mini"\n',
        "use.py": "from others import Z0\nfrom sub import Small\n\nSmall().ask(Z0)\n",
    }
    [call] = found(files).project.calls
    assert facts(call)["model"] == "gpt-4o-mini"


def test_a_class_that_derives_from_one_that_calls_is_looked_for(write) -> None:
    files = {
        "base.py": OPENAI + "class Base:\n    def ask(self, x):\n        return " + ASK.format("self.model", 1),
        "middle.py": "import base\nclass Middle(base.Base):\n    pass\n",
        "deep/low.py": "from middle import Middle\nclass Low(Middle):\n    model = 'gpt-4o-mini'\n",
        "other.py": "class Other:\n    model = 'gpt-4o'\n",
    }
    [call] = same_in_one_pass(write, files).calls
    assert facts(call)["model"] == "gpt-4o-mini"


HANDED_ON = {
    "to a pool": "pool.map(app.ask, texts)",
    "in a table": "jobs = {'ask': app.ask}\njobs['ask'](text)",
    "under another name": "say = app.ask\nsay(text)",
    "to a thread": "from threading import Thread\nThread(target=app.ask, args=(text,)).start()",
}


@pytest.mark.parametrize("use", HANDED_ON.values(), ids=HANDED_ON)
def test_a_file_that_only_hands_a_function_on_is_looked_for(write, use: str) -> None:
    app = (
        OPENAI
        + "def ask(x):\n    return client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': x}])\n"
    )
    project = same_in_one_pass(
        write, {"app.py": app, "jobs.py": "import app\n" + use, "other.py": "import app\nask = 1\n"}
    )
    assert [call.place.path for call in project.callers] == ["jobs.py"]


def test_a_class_that_derives_from_a_parsed_one_is_looked_for(write) -> None:
    files = {
        "base.py": OPENAI + "class Base:\n    def ask(self, x):\n        return " + ASK.format("self.model", 1),
        "middle.py": "import openai\nfrom base import Base\nclass Middle(Base):\n    pass\n",
        "low.py": "from middle import Middle\nclass Low(Middle):\n    model = 'gpt-4o-mini'\n",
    }
    [call] = same_in_one_pass(write, files).calls
    assert facts(call)["model"] == "gpt-4o-mini"


HOLDERS = {
    "an attribute": "class Base:\n    def __init__(self):\n        self.client = cohere.Client()\n",
    "an attribute that is set later": "class Base:\n    client = None\n    def up(self):\n        self.client = self.client or cohere.Client()\n",
    "a property": "class Base:\n    @property\n    def client(self):\n        return cohere.Client()\n",
}


@pytest.mark.parametrize("base", HOLDERS.values(), ids=HOLDERS)
def test_a_class_that_derives_from_one_that_holds_a_client_is_looked_for(write, base: str) -> None:
    files = {
        "base.py": "import cohere\n" + base,
        "middle.py": "import base\nclass Middle(base.Base):\n    pass\n",
        "deep/low.py": "from middle import Middle\nclass Low(Middle):\n    def f(self, x):\n        return self.client.chat(message=x)\n",
        "other.py": "class Other:\n    pass\n",
    }
    [call] = same_in_one_pass(write, files).calls
    assert (call.place.path, call.sdk) == ("deep/low.py", "cohere")
