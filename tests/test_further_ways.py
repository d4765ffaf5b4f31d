"""Ways to a call through members of enums, names of packages, notebooks, decorated functions and arithmetic."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from promptlint.parse.scalars import whole_numbers
from promptlint.parse.text import parse_text

HEAD = "from openai import OpenAI\nclient = OpenAI()\n"
TIER = """
from enum import Enum
class Tier(Enum):
    LITE = ("gpt-4o-mini", 20)
    FULL = ("gpt-4o", 150)
    def __init__(self, model, limit):
        self.model = model
        self.limit = limit
    @property
    def half(self):
        return self.limit // 2
    @property
    def other(self):
        return OTHERS[self.model]
OTHERS = {"gpt-4o-mini": "gpt-4.1-mini", "gpt-4o": "gpt-4.1"}
"""
MODEL = """
from enum import Enum
class Model(str, Enum):
    FAST = "gpt-4o-mini"
    SLOW = "gpt-4o"
    @property
    def limit(self):
        return {"gpt-4o-mini": 20, "gpt-4o": 150}[self.value]
    @property
    def twin(self):
        if self is Model.FAST:
            return "gpt-4.1-mini"
        return "gpt-4.1"
"""
CALL = "client.chat.completions.create(messages=[], model={}, max_tokens={})\n"


def seen(call) -> tuple:
    return list(call.model.values), call.cap.value if call.cap.state == "number" else call.cap.state


ENUMS = {
    "what __init__ makes of a member": (TIER + CALL.format("Tier.LITE.model", "Tier.LITE.limit"), ["gpt-4o-mini"], 20),
    "a member under another name": (
        TIER + "best = Tier.FULL\n" + CALL.format("best.model", "best.limit"),
        ["gpt-4o"],
        150,
    ),
    "a part of its value": (TIER + CALL.format("Tier.FULL.value[0]", "Tier.FULL.value[1]"), ["gpt-4o"], 150),
    "a property of what __init__ set": (TIER + CALL.format("Tier.FULL.other", 3), ["gpt-4.1"], 3),
    "a property that looks its value up": (MODEL + CALL.format("Model.SLOW", "Model.SLOW.limit"), ["gpt-4o"], 150),
    "a property that says one or the other": (
        MODEL + CALL.format("Model.FAST.twin", 3),
        ["gpt-4.1", "gpt-4.1-mini"],
        3,
    ),
    "a parameter that is one of the members": (
        MODEL + "def ask(model: Model):\n    " + CALL.format("model.value", 3),
        ["gpt-4o", "gpt-4o-mini"],
        3,
    ),
    "a property of any of the members": (
        TIER + "def ask(tier: Tier):\n    " + CALL.format("tier.model", 3),
        ["gpt-4o", "gpt-4o-mini"],
        3,
    ),
    "a parameter with a default": (
        MODEL + "def ask(model: Model = Model.SLOW):\n    " + CALL.format("model.value", 3),
        ["gpt-4o"],
        3,
    ),
    "a member by its value": (MODEL + CALL.format("Model('gpt-4o').value", 3), ["gpt-4o"], 3),
    "a member by a value that is not known": (
        MODEL + "import sys\n" + CALL.format("Model(sys.argv[1])", 3),
        ["gpt-4o", "gpt-4o-mini"],
        3,
    ),
    "a value that is an object": (
        """
        from enum import Enum
        from typing import NamedTuple
        class Spec(NamedTuple):
            id: str
            cap: int
        class Model(Enum):
            FAST = Spec("gpt-4o-mini", 20)
            SLOW = Spec("gpt-4o", 150)
        """
        + CALL.format("Model.FAST.value.id", "Model.FAST.value.cap"),
        ["gpt-4o-mini"],
        20,
    ),
    "__new__ that sets more than the value": (
        """
        from enum import Enum
        class Model(str, Enum):
            FAST = ("gpt-4o-mini", 20)
            def __new__(cls, name, limit):
                one = str.__new__(cls, name)
                one._value_ = name
                one.limit = limit
                return one
        """
        + CALL.format("'gpt-4o'", "Model.FAST.limit"),
        ["gpt-4o"],
        20,
    ),
}


@pytest.mark.parametrize(("text", "models", "cap"), ENUMS.values(), ids=ENUMS)
def test_members_of_an_enum_are_followed(found, text, models, cap) -> None:
    (call,) = found(HEAD + dedent(text)).project.calls
    assert seen(call) == (models, cap)


def test_a_loop_over_an_enum_goes_through_its_members(found) -> None:
    (call,) = found(HEAD + dedent(MODEL) + "for one in Model:\n    " + CALL.format("one.value", 3)).project.calls
    assert (seen(call), call.loop) == ((["gpt-4o", "gpt-4o-mini"], 3), "for")


def test_a_class_that_is_no_enum_has_no_members(found) -> None:
    text = "class Tier:\n    LITE = ('gpt-4o-mini', 20)\n    def __init__(self, model, limit):\n        self.model = model\n"
    (call,) = found(HEAD + text + CALL.format("Tier.LITE.model", 3)).project.calls
    assert call.model.values == ()


NUMBERS = {
    "a quotient": ("LONG = 4 * 1024\nCAP = LONG // 16\n", 256),
    "a difference": ("CAP = 8192 - 192\n", 8000),
    "a sum": ("BASE = 100\nCAP = BASE + 28\n", 128),
    "a sum that grows": ("CAP = 1\nfor i in range(9):\n    CAP = CAP + 1\n", "dynamic"),
    "a quotient of nothing": ("CAP = 3 // 0\n", "dynamic"),
}


@pytest.mark.parametrize(("text", "cap"), NUMBERS.values(), ids=NUMBERS)
def test_integers_are_worked_out(found, text, cap) -> None:
    (call,) = found(HEAD + text + CALL.format("'gpt-4o'", "CAP")).project.calls
    assert seen(call)[1] == cap


def test_an_object_that_a_field_makes_has_its_defaults(found) -> None:
    text = """
    from dataclasses import dataclass, field
    @dataclass
    class Inner:
        model: str = "gpt-4o"
        cap: int = 33
    @dataclass
    class Outer:
        inner: Inner = field(default_factory=Inner)
    conf = Outer()
    """
    (call,) = found(HEAD + dedent(text) + CALL.format("conf.inner.model", "conf.inner.cap")).project.calls
    assert seen(call) == (["gpt-4o"], 33)


ASK = (
    HEAD
    + "def ask(text, model='gpt-4o'):\n    client.chat.completions.create(model=model, messages=[{'role': 'user', 'content': text}])\n"
)


@pytest.mark.parametrize(
    "use",
    [
        "from lib import ask as question\nquestion('Name a colour.', model='gpt-4.1')\n",
        "from lib.ask import ask as question\nquestion('Name a colour.', model='gpt-4.1')\n",
        "from lib import ask\nask('Name a colour.', model='gpt-4.1')\n",
        "import lib\nlib.ask('Name a colour.', model='gpt-4.1')\n",
    ],
)
def test_a_package_gives_a_function_the_name_of_its_module(found, use) -> None:
    files = {"lib/__init__.py": "from .ask import ask\n", "lib/ask.py": ASK, "use.py": use}
    (caller,) = found(files).project.callers
    assert (caller.place.path, caller.model.values) == ("use.py", ("gpt-4.1",))


def test_a_module_with_a_function_of_its_name_stays_a_module_where_the_package_says_nothing(found) -> None:
    files = {"lib/__init__.py": "", "lib/ask.py": ASK, "use.py": "from lib import ask\nask.ask('Name a colour.')\n"}
    (caller,) = found(files).project.callers
    assert caller.place.path == "use.py"


def test_functions_that_call_each_other_have_no_caller_inside(found) -> None:
    text = "def part(t, n):\n    return ask(t.strip(), n)\ndef run(t):\n    return part(t, 'gpt-4o')\n"
    both = ASK.replace("    client", "    part(text, model)\n    client")
    project = found(both + text + "ask('Name a colour.')\n").project
    assert sorted(caller.callee for caller in project.callers) == ["ask", "part"]


DECORATED = (
    "from magentic import prompt\n@prompt('Invent a name for a {colour} boat.')\ndef boat(colour: str) -> str: ...\n"
)


def test_a_decorated_function_is_found_where_another_file_calls_it(found) -> None:
    (call,) = found({"a.py": DECORATED, "b.py": "from a import boat\nprint(boat('red'))\n"}).project.calls
    assert (call.place.path, call.callee, call.sdk) == ("b.py", "boat", "magentic")


def test_a_decorated_function_that_nothing_calls_stands_at_its_decorator(found) -> None:
    outcome = found({"a.py": DECORATED, "b.py": "def boat(x):\n    return x\nboat(1)\n"})
    (call,) = outcome.project.calls
    assert (call.place.path, call.callee, call.sdk) == ("a.py", "prompt", "magentic")
    assert [p.used_by for p in outcome.project.prompts] == [(call.site_id,)]


AGENT = """
from pydantic_ai import Agent
agent = Agent("openai:gpt-4o")
other = Agent("openai:gpt-4o-mini")
@agent.system_prompt
def style() -> str:
    return "You write poems in the style of Rilke. Avoid rhymes."
agent.run_sync("Write about autumn.")
other.run_sync("Write about winter.")
"""


def test_what_a_function_tells_an_agent_is_sent_by_its_calls(found) -> None:
    project = found(AGENT).project
    first, second = project.calls
    assert [m.role for m in first.messages] == ["system", "user"]
    assert [m.role for m in second.messages] == ["user"]
    told = next(p for p in project.prompts if p.role == "system")
    assert told.used_by == (first.site_id,)


def test_an_agent_is_told_one_of_the_texts_that_a_function_may_return(found) -> None:
    short = '    if open("verse").read(): return "You write poems in free verse. Keep each of them short."\n'
    text = AGENT.replace("def style() -> str:\n", f"def style() -> str:\n{short}")
    project = found(text).project
    call = project.calls[0]
    assert [m.role for m in call.messages] == ["system", "user"]
    assert not call.messages[0].complete
    assert [p.used_by for p in project.prompts if p.role == "system"] == [(call.site_id,)] * 2


def test_each_of_several_conversations_is_read(found) -> None:
    text = (
        "import litellm\nlitellm.batch_completion(model='gpt-4o', messages=[\n"
        "    [{'role': 'user', 'content': f'Answer briefly: {q}'}] for q in open('q')])\n"
    )
    outcome = found(text)
    (call,) = outcome.project.calls
    assert [p.used_by for p in outcome.project.prompts] == [(call.site_id,)]


def cells(*texts: str) -> str:
    made = [{"cell_type": "code", "metadata": {}, "source": t, "outputs": []} for t in texts]
    return json.dumps({"cells": made, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4})


SUM = "def summarise(t):\n    return client.chat.completions.create(model=MODEL, messages=[])\n"


@pytest.mark.parametrize(
    ("texts", "models"),
    [
        ((HEAD, "MODEL = 'gpt-4o-mini'", SUM, "summarise('a')", "MODEL = 'gpt-4o'"), ("gpt-4o-mini",)),
        ((HEAD, "MODEL = 'gpt-4o-mini'", SUM, "MODEL = 'gpt-4o'", "summarise('a')"), ("gpt-4o",)),
        (
            (HEAD, "MODEL = 'gpt-4o-mini'", SUM, "summarise('a')", "MODEL = 'gpt-4o'", "[summarise(t) for t in 'ab']"),
            ("gpt-4o", "gpt-4o-mini"),
        ),
        ((HEAD, "MODEL = 'gpt-4o-mini'", SUM, "MODEL = 'gpt-4o'"), ("gpt-4o",)),
    ],
)
def test_a_function_of_a_notebook_reads_what_a_name_is_when_it_is_called(found, texts, models) -> None:
    (call,) = found({"lab.ipynb": cells(*texts)}).project.calls
    assert call.model.values == models


TURNS = {
    "another model where the first fails": (
        """
        def ask():
            model = "gpt-4o"
            for attempt in range(3):
                try:
                    return client.chat.completions.create(messages=[], model=model, max_tokens=3)
                except Exception:
                    model = "gpt-4o-mini"
        """,
        ["gpt-4o", "gpt-4o-mini"],
        3,
    ),
    "another model where that of the caller fails": (
        """
        def ask(model="gpt-4o"):
            for attempt in range(3):
                try:
                    return client.chat.completions.create(messages=[], model=model, max_tokens=3)
                except Exception:
                    model = "gpt-4o-mini"
        """,
        ["gpt-4o", "gpt-4o-mini"],
        3,
    ),
    "set anew on each turn": (
        """
        for t in open("x"):
            model = "gpt-4o"
            client.chat.completions.create(messages=[], model=model, max_tokens=3)
            model = "gpt-4o-mini"
        """,
        ["gpt-4o"],
        3,
    ),
    "set behind the loop": (
        """
        model = "gpt-4o"
        for t in open("x"):
            client.chat.completions.create(messages=[], model=model, max_tokens=3)
        model = "gpt-4o-mini"
        """,
        ["gpt-4o"],
        3,
    ),
    "a cap that grows on each turn": (
        """
        cap = 9
        while True:
            client.chat.completions.create(messages=[], model="gpt-4o", max_tokens=cap)
            cap += 100
        """,
        ["gpt-4o"],
        "dynamic",
    ),
    "a cap that doubles on each turn": (
        """
        cap = 9
        while True:
            client.chat.completions.create(messages=[], model="gpt-4o", max_tokens=cap)
            cap = cap * 2
        """,
        ["gpt-4o"],
        "dynamic",
    ),
    "a cap that was lowered": (
        """
        cap = 10
        cap -= 2
        client.chat.completions.create(messages=[], model="gpt-4o", max_tokens=cap)
        """,
        ["gpt-4o"],
        "dynamic",
    ),
}


@pytest.mark.parametrize(("text", "models", "cap"), TURNS.values(), ids=TURNS)
def test_what_a_loop_sets_counts_on_its_next_turn(found, text, models, cap) -> None:
    (call,) = found(HEAD + dedent(text)).project.calls
    assert seen(call) == (models, cap)


OBJECTS = {
    "an agent": (
        "from pydantic_ai import Agent\ntriage = Agent('openai:gpt-4o', model_settings={'max_tokens': 5})\n",
        "from defs import triage\nasync def go(x):\n    return await triage.run(x)\n",
    ),
    "an object under another name": (
        "from llama_index.llms.openai import OpenAI as Li\nli = Li(model='gpt-4o', max_tokens=5)\n",
        "from defs import li as brain\ndef go(x):\n    return brain.complete(x)\n",
    ),
    "an attribute of the module": (
        "from langchain_openai import ChatOpenAI\nbrain = ChatOpenAI(model='gpt-4o', max_tokens=5)\n",
        "import defs\ndef go(x):\n    return defs.brain.invoke(x)\n",
    ),
    "a chain": (
        "from langchain_core.prompts import PromptTemplate\nfrom langchain_openai import ChatOpenAI\n"
        "writer = PromptTemplate.from_template('Name {x}.') | ChatOpenAI(model='gpt-4o', max_tokens=5)\n",
        "from defs import writer\ndef go(x):\n    return writer.invoke({'x': x})\n",
    ),
    "what a function makes": (
        "import cohere\ndef make():\n    return cohere.Client()\n",
        "from defs import make\nco = make()\ndef go(x):\n    return co.chat(message=x, model='gpt-4o', max_tokens=5)\n",
    ),
}


@pytest.mark.parametrize(("defs", "use"), OBJECTS.values(), ids=OBJECTS)
def test_an_object_is_followed_into_files_that_say_nothing_of_models(found, defs, use) -> None:
    (call,) = found({"defs.py": defs, "use.py": use}).project.calls
    assert call.place.path == "use.py"
    assert call.model.values[0].endswith("gpt-4o")
    assert call.cap.value == 5


def test_an_object_of_a_wrapper_class_is_followed_to_who_calls_it(found) -> None:
    wrapper = HEAD + (
        "class Ask:\n    def __init__(self, model):\n        self.model = model\n    def __call__(self, text):\n"
        "        return client.chat.completions.create(model=self.model, messages=[{'role': 'user', 'content': text}])\n"
        "fast = Ask('gpt-4o-mini')\n"
    )
    (caller,) = found({"w.py": wrapper, "use.py": "from w import fast\nfast('Name a fruit.')\n"}).project.callers
    assert (caller.place.path, caller.model.values) == ("use.py", ("gpt-4o-mini",))


STARS = {
    "one of two branches": ("import os\nif os.environ.get('X'):\n    from a import *\nelse:\n    from b import *\n", 2),
    "the last of two": ("from b import *\nfrom a import *\n", 1),
    "stars that lead round": ("from c import *\nfrom a import *\n", 1),
}


@pytest.mark.parametrize(("text", "count"), STARS.values(), ids=STARS)
def test_a_star_brings_what_its_module_has(found, text, count) -> None:
    files = {
        "a.py": "MODEL = 'gpt-4o'\n",
        "b.py": "MODEL = 'gpt-4o-mini'\n",
        "c.py": "from cfg import *\n",
        "cfg.py": text,
        "use.py": HEAD + "import cfg\nclient.chat.completions.create(messages=[], model=cfg.MODEL, max_tokens=1)\n",
    }
    (call,) = found(files).project.calls
    assert call.model.values == ("gpt-4o", "gpt-4o-mini")[:count]


def test_the_second_argument_of_a_parser_of_configurations_is_no_default(found) -> None:
    text = HEAD + "import configparser\ncfg = configparser.ConfigParser()\n"
    calls = found(
        text + CALL.format("cfg.get('llm', 'model')", 1) + CALL.format("cfg.get('llm', 'model', fallback='gpt-4o')", 1)
    ).project.calls
    assert [(c.model.values, c.model.basis) for c in calls] == [((), "unknown"), (("gpt-4o",), "default")]


def test_a_method_chosen_by_its_name_is_one_of_both(found) -> None:
    text = HEAD + "def ask(live):\n    run = getattr(client.chat.completions, 'stream' if live else 'create')\n    "
    (call,) = found(text + CALL.format("'gpt-4o'", 3).replace("client.chat.completions.create", "run")).project.calls
    assert seen(call) == (["gpt-4o"], 3)


def test_what_an_object_says_of_itself_is_sent(found) -> None:
    text = HEAD + (
        "class Brief:\n    def __str__(self):\n        return 'Write an article about bees. Start with the facts.'\n"
        "client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': str(Brief())}])\n"
    )
    outcome = found(text)
    assert [p.used_by for p in outcome.project.prompts] == [(outcome.project.calls[0].site_id,)]


def test_nobody_waits_for_what_is_put_into_a_queue(found) -> None:
    text = HEAD + (
        "from flask import Flask\nfrom rq import Queue\napp = Flask('a')\nqueue = Queue()\ndef job(t):\n    "
        + CALL.format("'gpt-4o'", 3)
        + "@app.route('/')\ndef index():\n    queue.enqueue(job, 'x')\n"
    )
    (call,) = found(text).project.calls
    assert call.waits == "no"


def test_messages_that_name_their_roles_are_what_a_decorated_function_sends(found) -> None:
    text = (
        "import ell\n@ell.complex(model='gpt-4o')\ndef tour(city):\n"
        "    return [ell.system('You plan walks.'), ell.user(f'Plan a walk through {city}.')]\ntour(open('c').read())\n"
    )
    outcome = found(text)
    (call,) = outcome.project.calls
    assert [m.role for m in call.messages] == ["system", "user"]
    assert all(p.used_by == (call.site_id,) for p in outcome.project.prompts)


def test_a_prompt_of_langchain_is_loaded_from_its_file(found) -> None:
    outcome = found(
        {
            "a.py": "from langchain_core.prompts import load_prompt\nfrom langchain_openai import ChatOpenAI\n"
            "chain = load_prompt('qa.yaml') | ChatOpenAI(model='gpt-4o')\nchain.invoke({'q': 1})\n",
            "qa.yaml": "_type: prompt\ninput_variables: [q]\ntemplate: 'Answer as a teacher of geography would. {q}'\n",
        }
    )
    (call,) = outcome.project.calls
    assert [(p.place.path, p.used_by) for p in outcome.project.prompts] == [("qa.yaml", (call.site_id,))]


def test_a_word_that_a_sum_takes_in_is_no_prompt_of_its_own(found) -> None:
    text = HEAD + (
        "NAME = 'Ada'\nRULES = 'Never invent dates.'\nSYSTEM = 'You are ' + NAME + ', a guide in a museum. ' + RULES\n"
        "client.chat.completions.create(model='gpt-4o', messages=[{'role': 'system', 'content': SYSTEM}])\n"
    )
    assert [p.name for p in found(text).project.prompts] == ["RULES", "SYSTEM"]


@pytest.mark.parametrize("post", ["post", "post.metadata"])
def test_the_head_of_a_text_says_the_model_and_the_cap(found, post) -> None:
    head = "---\nmodel: gpt-4o-mini\nmax_tokens: 40\napi_key: sk-1\n---\nYou shorten letters.\n"
    text = HEAD + "import frontmatter\npost = frontmatter.load('agents/editor.md')\n"
    project = found(
        {"a.py": text + CALL.format(f"{post}['model']", f"{post}['max_tokens']"), "agents/editor.md": head}
    ).project
    (call,) = project.calls
    assert (call.model.values, call.model.basis) == (("gpt-4o-mini",), "configured")
    assert (call.cap.state, call.cap.fallback) == ("dynamic", 40)
    assert parse_text("agents/editor.md", head).words == {"model": "gpt-4o-mini", "max_tokens": 40}


def test_a_text_with_a_head_is_read_by_frontmatter(found) -> None:
    outcome = found(
        {
            "agents/reviewer.md": "---\nmodel: gpt-4o\n---\nBlock every change that logs card numbers.\n",
            "load.py": HEAD + "import frontmatter\nhead = frontmatter.load('agents/reviewer.md')\n"
            "client.chat.completions.create(model='gpt-4o', messages=[{'role': 'system', 'content': head.content}])\n",
        }
    )
    (call,) = outcome.project.calls
    assert [(p.place.path, p.used_by) for p in outcome.project.prompts] == [("agents/reviewer.md", (call.site_id,))]


def test_an_object_that_a_third_file_makes_is_followed_to_who_uses_it(found) -> None:
    files = {
        "core.py": HEAD + "class Scribe:\n    def write(self, text):\n"
        "        return client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': text}])\n",
        "objs.py": "from core import Scribe\nscribe = Scribe()\n",
        "use.py": "from objs import scribe\nscribe.write('Write the minutes of a meeting.')\n",
    }
    assert [c.place.path for c in found(files).project.callers] == ["use.py"]


def test_what_an_object_returns_when_it_is_called_is_sent(found) -> None:
    text = HEAD + (
        "class Prompt:\n    def __init__(self, text):\n        self.text = text\n"
        "    def __call__(self, **more):\n        return self.text.format(**more)\n"
        "SUM = Prompt('Summarise the {kind} in one line. Name the decision first.')\n"
        "client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': SUM(kind='memo')}])\n"
    )
    outcome = found(text)
    assert [p.used_by for p in outcome.project.prompts] == [(outcome.project.calls[0].site_id,)]


def test_a_chat_is_told_what_its_model_is_told(found) -> None:
    text = (
        "from vertexai.generative_models import GenerativeModel\n"
        "model = GenerativeModel('gemini-1.5-pro', system_instruction='You read X-ray films.')\n"
        "model.start_chat().send_message('Is there a fracture?')\n"
    )
    outcome = found(text)
    (call,) = outcome.project.calls
    assert [m.role for m in call.messages] == ["system", "user"]
    assert all(p.used_by == (call.site_id,) for p in outcome.project.prompts)


def test_a_letter_that_fills_a_prompt_is_none(found) -> None:
    text = HEAD + (
        "def ask(x):\n    return client.chat.completions.create(model='gpt-4o', messages=["
        "{'role': 'user', 'content': f'Rewrite as a rumour: {x}'}])\nask('x')\nask('Write about autumn.')\n"
    )
    starts = [p.place.span.start for p in found(text).project.prompts]
    assert starts == [text.index("f'Rewrite"), text.index("'Write about")]


OVERRIDDEN = """
class Base:
    def name(self):
        return "gpt-4o"
    def ask(self):
        return client.chat.completions.create(model=self.name(), messages=[])
class Cheap(Base):
    def name(self):
        return {}
"""


@pytest.mark.parametrize(
    ("body", "models"),
    [
        ('"gpt-4o-mini"', ("gpt-4o", "gpt-4o-mini")),
        ('super().name() + "-mini"', ("gpt-4o",)),
    ],
)
def test_a_subclass_may_say_something_else(found, body, models) -> None:
    (call,) = found(HEAD + OVERRIDDEN.replace("{}", body)).project.calls
    assert call.model.values == models


def test_what_a_class_is_made_of_itself_is_said_by_no_subclass(found) -> None:
    text = OVERRIDDEN.replace("{}", '"gpt-4o-mini"').replace("self.name()", "Base().name()")
    (call,) = found(HEAD + text).project.calls
    assert call.model.values == ("gpt-4o",)


def test_a_method_of_the_base_is_that_of_the_base(found) -> None:
    text = (
        OVERRIDDEN.replace("{}", '"gpt-4o-mini"').replace("    def ask", "    def other").replace("self.name()", "'x'")
    )
    text += "    def ask(self):\n        return client.chat.completions.create(model=super().name(), messages=[])\n"
    assert [c.model.values for c in found(HEAD + text).project.calls][-1] == ("gpt-4o",)


def test_a_long_chain_of_stars_is_followed_so_far_and_no_further(found) -> None:
    files = {f"m{i}.py": f"from m{i + 1} import *\n" for i in range(300)}
    use = HEAD + "import m0\n" + CALL.format("m0.MODEL", 3)
    outcome = found({**files, "m300.py": "MODEL = 'gpt-4o'\n", "use.py": use})
    assert [c.model.values for c in outcome.project.calls] == [()]
    assert not outcome.problems


WORDS = {
    "a name is made longer": ('name = "gpt-4"\n    name += "-32k"\n', ("gpt-4-32k",)),
    "a name may be made longer": ('name = "gpt-4"\n    if x:\n        name += "-32k"\n', ("gpt-4", "gpt-4-32k")),
    "with what is not known": ('name = "gpt-"\n    name += x\n', ()),
    "a name in the module": ("name = NAME\n", ("gpt-4.1-mini",)),
    "one of a list": ('name = random.choice(["gpt-4o", "gpt-4.1"])\n', ("gpt-4.1", "gpt-4o")),
    "the next of a circle": ('name = next(itertools.cycle(("gpt-4o", "gpt-4.1")))\n', ("gpt-4.1", "gpt-4o")),
}


@pytest.mark.parametrize(("text", "models"), WORDS.values(), ids=WORDS)
def test_a_word_that_is_added_to_and_one_of_several(found, text, models) -> None:
    head = HEAD + 'import itertools\nimport random\nNAME = "gpt-4.1"\nNAME += "-mini"\n'
    call = "    return client.chat.completions.create(model=name, messages=[])\n"
    (only,) = found(f"{head}def ask(x):\n    {text}{call}").project.calls
    assert only.model.values == models


@pytest.mark.parametrize(
    "pool",
    [
        "itertools.cycle([OpenAI(api_key=key) for key in open('keys')])",
        "itertools.cycle((OpenAI(), OpenAI(base_url='http://localhost')))",
        "iter(collections.deque([OpenAI()]))",
    ],
)
def test_a_client_is_taken_from_a_pool(found, pool) -> None:
    head = f"import collections\nimport itertools\nfrom openai import OpenAI\nclients = {pool}\n"
    (call,) = found(head + "next(clients).chat.completions.create(model='gpt-4o', messages=[])\n").project.calls
    assert call.model.values == ("gpt-4o",)


SET_AT_THE_START = """
class Bot:
    def __init__(self, model="gpt-4o"):
        self.options = {"model": model}
        self.options["max_tokens"] = 333
    def ask(self):
        return client.chat.completions.create(messages=[], **self.options)
"""


@pytest.mark.parametrize(
    ("more", "cap"), [("", 333), ("    def longer(self):\n        self.options['max_tokens'] = 999\n", None)]
)
def test_what_the_constructor_puts_into_a_dictionary_is_there_unless_others_change_it(found, more, cap) -> None:
    (call,) = found(HEAD + SET_AT_THE_START + more).project.calls
    assert call.cap.value == cap


LEAVES = {
    "in a branch": "    if key:\n        c = openai.OpenAI()\n        return c\n",
    "in the last arm": "    if not key:\n        return\n    else:\n        c = openai.OpenAI()\n        return c\n",
    "in the first arm": "    if key:\n        c = openai.OpenAI()\n        return c\n    else:\n        return None\n",
    "behind both arms": "    if not key:\n        c = None\n    else:\n        c = openai.OpenAI()\n    return c\n",
    "in a with": "    with lock:\n        c = openai.OpenAI()\n        return c\n",
    "in a try": "    try:\n        c = openai.OpenAI()\n        return c\n    except OSError:\n        return None\n",
    "below a loop": "    for _ in range(3):\n        c = openai.OpenAI()\n        if c:\n            return c\n",
}


@pytest.mark.parametrize("body", LEAVES.values(), ids=LEAVES)
def test_a_client_is_returned_from_wherever_it_stands(found, body) -> None:
    head = f"import openai\ndef made(key):\n{body}def ask(q):\n    c = made(1)\n"
    (call,) = found(head + "    return c.chat.completions.create(model='gpt-4o', messages=[])\n").project.calls
    assert call.model.values == ("gpt-4o",)


BUILT = """
import google.generativeai as genai
def options(**given):
    made = {"response_mime_type": "text/plain"}
    if "max_output_tokens" in given:
        made["max_output_tokens"] = given["max_output_tokens"]
    return made
class Ranker:
    def __init__(self, **given):
        self.options = options(**given)
        self.model = genai.GenerativeModel("gemini-1.5-pro", generation_config=self.options)
    def ask(self, text):
        return {}
"""


@pytest.mark.parametrize(
    "ask",
    [
        "self.model.generate_content(text)",
        "self.model.start_chat().send_message(text)",
        "genai.GenerativeModel('gemini-1.5-pro', generation_config=self.options).generate_content(text)",
    ],
)
def test_a_dictionary_that_a_function_builds_keeps_what_it_adds_when_an_attribute_holds_it(found, ask) -> None:
    (call,) = found(BUILT.replace("return {}", f"return {ask}")).project.calls
    assert call.cap.state == "dynamic"


def test_what_a_client_connects_with_holds_no_cap(found) -> None:
    head = "import openai\nclient = openai.OpenAI(**given())\n"
    (call,) = found(head + "client.chat.completions.create(model='gpt-4o', messages=[])\n").project.calls
    assert call.cap.state == "none"


LISTS = {
    "of the module": "POOL = []\ndef model():\n    if not POOL:\n        POOL.append({})\n    return POOL[0]\n",
    "used elsewhere": "POOL = []\ndef fill():\n    POOL.append({})\ndef model():\n    return POOL[-1]\n",
    "of an object": "class Pool:\n    def __init__(self):\n        self.all = []\n    def add(self):\n"
    "        self.all.append({})\n    def one(self):\n        return self.all[0]\ndef model():\n    return Pool().one()\n",
}
ENCODES = "from sentence_transformers import SentenceTransformer\n{}model().encode('a')\n"


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_what_is_put_into_an_empty_list_is_taken_out_of_it(found, text) -> None:
    (call,) = found(ENCODES.format(text.replace("{}", "SentenceTransformer('m-1')"))).project.calls
    assert call.model.values == ("m-1",)


def test_a_list_of_the_same_name_in_another_function_is_another(found) -> None:
    text = "POOL = []\ndef fill():\n    POOL = []\n    POOL.append(SentenceTransformer('m-1'))\ndef model():\n    return POOL[0]\n"
    assert not found(ENCODES.format(text)).project.calls


@pytest.mark.parametrize("use", ["super().predict(text=text)", "self.run(text)"])
def test_a_chain_that_a_class_derives_from_is_asked(found, use) -> None:
    head = "from langchain import LLMChain\nclass Own(LLMChain):\n    def predict(self, text):\n        return "
    (call,) = found(f"{head}{use}\n").project.calls
    assert (call.sdk, call.kind, call.cap.state) == ("langchain", "chat", "unknown")


@pytest.mark.parametrize("owner", ["self.config", "self", "deps.clients"])
def test_a_package_that_an_object_holds_under_its_own_name_is_meant(found, owner) -> None:
    text = "import openai\nclass Job:\n    def run(self, deps, request):\n        return {}.openai.ChatCompletion.create(**request)\n"
    (call,) = found(text.format(owner)).project.calls
    assert call.sdk == "openai-legacy"


TAKEN = {
    "the rest of a count": "for i, model in enumerate([SentenceTransformer('m-1')]):\n    model.encode('a')\n",
    "one of two lists": "for text, model in zip(open('f'), [SentenceTransformer('m-1')]):\n    model.encode(text)\n",
    "what closes it": "import contextlib\nwith contextlib.closing(SentenceTransformer('m-1')) as model:\n    model.encode('a')\n",
    "a stack": "import contextlib\nwith contextlib.ExitStack() as stack:\n    model = stack.enter_context(SentenceTransformer('m-1'))\n"
    "    model.encode('a')\n",
    "a table that is filled": "KEPT = {}\ndef model(name):\n    if name not in KEPT:\n        KEPT[name] = SentenceTransformer('m-1')\n"
    "    return KEPT[name]\nmodel('x').encode('a')\n",
    "a table that says what it lacks": "KEPT = {}\ndef model(name):\n    return KEPT.setdefault(name, SentenceTransformer('m-1'))\n"
    "model('x').encode('a')\n",
    "a table of an object": "class Pool:\n    def __init__(self):\n        self.kept = {}\n    def load(self, name):\n"
    "        self.kept[name] = SentenceTransformer('m-1')\n    def ask(self, name):\n        return self.kept[name].encode('a')\n",
}


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_an_object_is_taken_from(found, text) -> None:
    (call,) = found(f"from sentence_transformers import SentenceTransformer\n{text}").project.calls
    assert call.model.values == ("m-1",)


@pytest.mark.parametrize("kind", ["SentenceTransformer", "'SentenceTransformer'"])
def test_what_a_value_is_cast_to_counts_where_nothing_else_is_known(found, kind) -> None:
    head = "from typing import cast\nfrom sentence_transformers import SentenceTransformer\n"
    (call,) = found(f"{head}def ask(deps):\n    return cast({kind}, deps.model).encode('a')\n").project.calls
    assert call.sdk == "sentence-transformers"


@pytest.mark.parametrize("stand_in", ["Mock()", "MagicMock()", "None"])
def test_what_stands_in_for_a_package_that_is_missing_is_not_what_is_asked(found, stand_in) -> None:
    text = "from unittest.mock import MagicMock, Mock\nif available('litellm'):\n    import litellm\nelse:\n"
    text += f"    litellm = {stand_in}\ndef ask(m):\n    return litellm.completion(model='gpt-4o', messages=m)\n"
    (call,) = found(text).project.calls
    assert (call.sdk, call.model.values) == ("litellm", ("gpt-4o",))


def test_an_embedder_that_is_moved_to_a_device_is_the_same(found) -> None:
    text = "from sentence_transformers import SentenceTransformer\nmodel = SentenceTransformer('m-1')\nmodel = model.to('cuda')\n"
    (call,) = found(text + "model.encode('a')\n").project.calls
    assert call.model.values == ("m-1",)


UPDATED = {
    "over what was there": ("d = {'m': 'x'}\nd.update(m='gpt-4o')\n", ("gpt-4o",)),
    "where nothing was": ("d = {}\nd.update({'m': 'gpt-4o'})\n", ("gpt-4o",)),
    "perhaps": ("d = {'m': 'gpt-4.1'}\nif input():\n    d.update(m='gpt-4o')\n", ("gpt-4.1", "gpt-4o")),
    "another key": ("d = {'m': 'gpt-4o'}\nd.update(n='x')\n", ("gpt-4o",)),
    "laid over": ("d = {'m': 'x'} | {'m': 'gpt-4o'}\n", ("gpt-4o",)),
    "laid under": ("d = {'m': 'gpt-4o'} | {'n': 'x'}\n", ("gpt-4o",)),
}


@pytest.mark.parametrize(("text", "models"), UPDATED.values(), ids=UPDATED)
def test_an_entry_is_what_an_update_makes_it(found, text, models) -> None:
    (call,) = found(f"{HEAD}{text}client.chat.completions.create(model=d['m'], messages=[])\n").project.calls
    assert call.model.values == models


OF_THE_PROJECT = {
    "beside the file": {"llm.py": "def get_model(name):\n    return object()\n"},
    "a package": {
        "llm/__init__.py": "from .make import get_model\n",
        "llm/make.py": "class Row:\n    pass\ndef get_model(name):\n    return Row()\n",
    },
}


@pytest.mark.parametrize("own", OF_THE_PROJECT.values(), ids=OF_THE_PROJECT)
def test_a_module_of_the_project_that_is_called_llm_is_no_sdk(found, own) -> None:
    use = "import llm\nllm.get_model('m-1').prompt('Name a fruit.')\n"
    assert len(found({"use.py": use}).project.calls) == 1
    assert not found({**own, "use.py": use}).project.calls


def test_a_session_that_asks_the_user_is_none_of_llm(found) -> None:
    text = "import llm\nfrom prompt_toolkit import PromptSession\nsession = PromptSession()\nsession.prompt('> ', default='ls')\n"
    assert not found(text).project.calls


def test_a_word_that_may_be_added_to_again_and_again_is_not_known(found) -> None:
    added = "".join(f"    if x > {n}:\n        name += '-{n}'\n" for n in range(40))
    text = f"{HEAD}def ask(x):\n    name = 'gpt'\n{added}    client.chat.completions.create(model=name, messages=[])\n"
    (call,) = found(text).project.calls
    assert call.model.values == ()


ADDRESSES = {
    "a base that is cut": ("self.base = base.rstrip('/')", "f'{self.base}/chat/completions'", "openai-http"),
    "a setting that is cut": (
        "self.base = os.getenv('BASE', 'https://api.groq.com/openai/v1/').strip('/')",
        "f'{self.base}/embeddings'",
        "groq-http",
    ),
    "a path that each caller passes": (
        "self.base = 'https://api.mistral.ai/v1'",
        "f\"{self.base}/{path.lstrip('/')}\"",
        "mistral-http",
    ),
    "a path that is replaced": (
        "self.base = 'https://api-inference.huggingface.co/models'",
        "self.base.replace('/models', '/pipeline/feature-extraction/') + 'org/m-1'",
        "huggingface-http",
    ),
    "a path that is known of no service": ("self.base = base.rstrip('/')", "f'{self.base}/files'", None),
    "a path that is upper case": ("self.base = 'https://x.org'", "f'{self.base}/chat/completions'.upper()", None),
}


@pytest.mark.parametrize(("base", "url", "sdk"), ADDRESSES.values(), ids=ADDRESSES)
def test_an_address_is_read_through_methods_of_strings(found, base, url, sdk) -> None:
    text = f"""
        import os, requests
        class Service:
            def __init__(self, base):
                {base}
            def send(self, path, body):
                return requests.post({url}, json=body)
            def embed(self, words):
                return self.send("/embeddings", {{"model": "m-1", "input": words}})
    """
    assert [call.sdk for call in found(dedent(text)).project.calls] == ([sdk] if sdk else [])


def test_the_model_of_an_embedding_at_hugging_face_is_in_its_address(found) -> None:
    text = """
        import requests
        URL = "https://api-inference.huggingface.co/pipeline/feature-extraction/org/m-1"
        requests.post(URL, json={"inputs": "x"})
    """
    (call,) = found(dedent(text)).project.calls
    assert (call.kind, call.model.values) == ("embedding", ("org/m-1",))


@pytest.mark.parametrize(("model", "kind"), {"text-bison": "http", "textembedding-gecko": "embedding"}.items())
def test_a_prediction_of_vertex_ai_is_an_embedding_when_its_model_makes_them(found, model, kind) -> None:
    text = f"""
        import requests
        HOST = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l"
        requests.post(f"{{HOST}}/publishers/google/models/{model}:predict", json={{"instances": []}})
    """
    (call,) = found(dedent(text)).project.calls
    assert (call.kind, call.model.values) == (kind, (model,))


def test_a_client_of_either_version_is_the_one_that_takes_what_is_passed(found) -> None:
    text = """
        import openai
        class Embedder:
            def __init__(self, new, name="text-embedding-ada-002"):
                self.client = openai.OpenAI().embeddings if new else openai.Embedding
                self.name = name
            def new(self, words):
                return self.client.create(input=words, model=self.name)
            def old(self, words):
                return self.client.create(input=words, engine=self.name)
    """
    calls = found(dedent(text)).project.calls
    assert [(c.sdk, *c.model.values) for c in calls] == [
        ("openai", "text-embedding-ada-002"),
        ("openai-legacy", "text-embedding-ada-002"),
    ]


def test_an_sdk_may_be_a_parameter_that_is_annotated_with_itself(found) -> None:
    text = """
        import dspy
        def sort(dspy: dspy, words):
            pick = dspy.Predict("words -> group")
            return pick(words=words)
    """
    assert [call.callee for call in found(dedent(text)).project.calls] == ["pick"]


def test_a_method_that_one_sdk_alone_has_is_a_call_of_it_on_what_is_passed_in(found) -> None:
    text = """
        from huggingface_hub import InferenceClient
        def stream(client, prompt, options):
            return client.text_generation(prompt, stream=True, **options)
    """
    (call,) = found(dedent(text)).project.calls
    assert (call.sdk, call.kind, call.cap.state) == ("huggingface", "completion", "unknown")
    assert not found(dedent(text).replace("huggingface_hub", "ours")).project.calls


def test_what_a_class_of_an_sdk_keeps_to_itself_may_be_the_client_of_another(found) -> None:
    text = """
        import voyageai
        from llama_index.embeddings.voyageai import VoyageEmbedding
        class Patient(VoyageEmbedding):
            def again(self, words):
                return self._client.embed(words, model="voyage-3", input_type="document")
            def one(self, word):
                return self.get_text_embedding(word)
    """
    calls = found(dedent(text)).project.calls
    assert [(c.sdk, c.callee) for c in calls] == [
        ("voyageai", "self._client.embed"),
        ("llama-index", "self.get_text_embedding"),
    ]


def test_a_base_class_posts_where_the_classes_below_it_say(found) -> None:
    base = """
        import abc, requests
        class Service(abc.ABC):
            @abc.abstractmethod
            def url(self):
                raise NotImplementedError
            def send(self, body):
                address = self.url()
                return requests.post(address, json=body)
    """
    below = "".join(
        f"""
        class Service{number}(Service):
            def connect(self):
                self.host = os.environ.get("HOST", "https://{host}/v1")
            def url(self):
                return self.host + "/completions"
        """
        for number, host in enumerate(["own.example.org"] * 9 + ["api.openai.com"])
    )
    use = """
        def ask(service: Service9, text):
            return service.send({"model": "gpt-3.5-turbo-instruct", "prompt": text, "max_tokens": 9})
    """
    files = {
        "p/__init__.py": "",
        "p/base.py": dedent(base),
        "p/services.py": "import os\nfrom p.base import Service\n" + dedent(below) + dedent(use),
    }
    project = found(files).project
    assert [(call.sdk, call.place.path) for call in project.calls] == [("openai-http", "p/base.py")]
    (caller,) = project.callers
    assert (caller.model.values, caller.cap.value) == (("gpt-3.5-turbo-instruct",), 9)
    assert not found(
        {**files, "p/services.py": files["p/services.py"].replace("api.openai.com", "x.org")}
    ).project.calls


POSTED = """
    class Client:
        def __init__(self, session: requests.Session, address):
            self.session, self.address = session, address
        def ask(self, text):
            return self.session.post(self.address, json={"prompt": text, "model": "m-1", "max_tokens": 9})
    def build(address):
        return Client(session=requests.Session(), address=address)
"""


@pytest.mark.parametrize(
    ("host", "sdks"), [("api.openai.com/v1/completions", ["openai-http"]), ("example.org/v1/jobs", [])]
)
def test_a_client_of_its_own_posts_where_another_file_says(found, host, sdks) -> None:
    use = f"""
        import os
        from ours.client import build
        def address():
            return os.environ.get("ADDRESS", "https://{host}")
        def main():
            build(address()).ask("Name a fruit.")
    """
    files = {"ours/__init__.py": "", "ours/client.py": "import requests\n" + dedent(POSTED), "ours/use.py": dedent(use)}
    assert [call.sdk for call in found(files).project.calls] == sdks


@pytest.mark.parametrize(
    ("address", "body", "sdks"),
    [
        ("https://api.openai.com/{path}", '"model": "m-1", "messages": talk', ["openai-http"]),
        ("https://api.anthropic.com/v1/{path}", '"model": "m-1", "messages": talk', ["anthropic-http"]),
        ("https://api.openai.com/{path}", '"model": "m-1", "purpose": "batch"', []),
        ("https://api.openai.com/v1/threads", '"model": "m-1", "messages": talk', []),
        ("https://example.org/{path}", '"model": "m-1", "messages": talk', ["openai-http"]),
    ],
)
def test_a_conversation_that_is_posted_to_a_service_of_models_is_a_call_whatever_its_path(
    found, address, body, sdks
) -> None:
    text = f"""
        import httpx
        def ask(path, talk):
            return httpx.post(f"{address}", json={{{body}}})
    """
    assert [call.sdk for call in found(dedent(text)).project.calls] == sdks


REAL = """
    class Holder:
        def __init__(self):
            self.client = cohere.Client()
    class Asker(Holder):
        def __init__(self):
            super().__init__()
        def ask(self, text):
            return self.client.generate(model="m-1", prompt=text)
"""
STAND_IN = """
    class Asker:
        def __init__(self):
            raise ImportError("cohere is missing")
"""
EITHER = {
    "behind": f"try:\n    import cohere\n{REAL}\nexcept ImportError:\n{STAND_IN}",
    "before": f"try:\n    import cohere\nexcept ImportError:\n{STAND_IN}\nelse:\n{REAL}",
}


@pytest.mark.parametrize("text", EITHER.values(), ids=EITHER)
def test_a_class_that_stands_in_where_a_package_is_missing_is_not_the_class(found, text) -> None:
    project = found(text + "\ndef use():\n    return Asker().ask('Name a fruit.')\n").project
    assert [(call.sdk, call.model.values) for call in project.calls] == [("cohere", ("m-1",))]
    assert [call.callee for call in project.callers] == ["Asker().ask"]


def test_a_class_that_is_written_anew_is_the_last_one(found) -> None:
    text = """
        import openai
        class Bot:
            def model(self):
                name = "m-1"  # what it was before
                return name
        class Bot:
            def model(self):
                return "m-2"
        openai.OpenAI().responses.create(model=Bot().model(), input="x")
    """
    (call,) = found(dedent(text)).project.calls
    assert call.model.values == ("m-2",)


TYPED = """
    from typing import TypedDict
    from anthropic import Anthropic
    class Base(TypedDict, total=False):
        model: str
    class Request(Base, total=False):
        max_tokens: int
    def encode(talk, limit, others):
        request: Request = {}
        if talk:
            request["tools"] = []
        return talk, request
    def ask(talk, limit, others):
        talk, request = encode(talk, limit, others)
        return Anthropic().messages.create(messages=talk, **request)
"""


@pytest.mark.parametrize(
    ("made", "cap"),
    [
        ('Request({"model": "m-1", "max_tokens": 9})', 9),
        ('Request({"model": "m-1"}, max_tokens=9)', 9),
        ('Request({"model": "m-1", "max_tokens": limit, **others})', "dynamic"),
        ('Request({"model": "m-1"}, **others)', "dynamic"),
        ('Request({"model": "m-1"})', "none"),
    ],
)
def test_a_dictionary_with_a_type_of_its_own_holds_what_it_is_made_of(found, made, cap) -> None:
    (call,) = found(dedent(TYPED).replace("= {}", f"= {made}")).project.calls
    assert seen(call)[1] == cap


CONFIG = """
    from google import genai
    from google.genai import types
    def ask(limit, others):
        config = types.GenerateContentConfigDict({})
        {}
        return genai.Client().models.generate_content(model="m-1", contents="x", config=config)
"""


@pytest.mark.parametrize(
    ("made", "then", "cap"),
    [
        ("", 'config["max_output_tokens"] = 9', 9),
        ("", 'config["max_output_tokens"] = limit', "dynamic"),
        ("max_output_tokens=8", 'config.update({"max_output_tokens": 9})', 9),
        ("max_output_tokens=8", "config.update(others)", "dynamic"),
        ("", "config.update(others)", "unknown"),
        ("", 'config["temperature"] = 0', "none"),
    ],
)
def test_a_configuration_that_is_a_dictionary_is_what_the_lines_below_make_of_it(found, made, then, cap) -> None:
    (call,) = found(dedent(CONFIG).format(made, then)).project.calls
    assert seen(call)[1] == cap


@pytest.mark.parametrize("package", ["vertexai.generative_models", "google.generativeai"])
def test_a_model_of_gemini_that_is_passed_in_may_have_its_cap_already(found, package) -> None:
    text = f"""
        from {package} import ChatSession, GenerativeModel
        def ask(model: GenerativeModel, text):
            return model.generate_content(text)
        def go_on(chat: ChatSession, text):
            return chat.send_message(text)
        GenerativeModel("m-1").generate_content("x")
        GenerativeModel("m-1").start_chat().send_message("x")
        GenerativeModel("m-1", generation_config={{"max_output_tokens": 9}}).generate_content("x")
    """
    calls = found(dedent(text)).project.calls
    assert [seen(call)[1] for call in calls] == ["unknown", "unknown", "none", "none", 9]
    assert [call.cap.missing for call in calls[2:4]] == ["flag", "flag"]


SENT = {
    "urlopen of a request": ("req = urllib.request.Request(URL, data=BODY)", "urllib.request.urlopen(req)"),
    "an opener": ("req = urllib.request.Request(URL, data=BODY)", "urllib.request.build_opener().open(req)"),
    "a request of httpx": ("req = client.build_request('POST', URL, json=DATA)", "client.send(req, stream=True)"),
    "a prepared request": ("req = requests.Request('POST', URL, json=DATA).prepare()", "session.send(req)"),
    "one that a session prepares": (
        "req = session.prepare_request(requests.Request('POST', URL, json=DATA))",
        "session.send(req)",
    ),
    "one that a function makes": (
        "def made():\n                return urllib.request.Request(URL, BODY, {})\n            req = made()",
        "urllib.request.urlopen(req)",
    ),
}


@pytest.mark.parametrize(("built", "sent"), SENT.values(), ids=SENT)
def test_a_request_that_is_built_first_is_a_call_where_it_is_sent(found, built, sent) -> None:
    text = f"""
        import json, urllib.request, httpx, requests
        client, session = httpx.Client(), requests.Session()
        URL = "https://api.openai.com/v1/chat/completions"
        DATA = {{"model": "gpt-4o", "messages": [{{"role": "user", "content": "x"}}], "max_tokens": 9}}
        BODY = json.dumps(DATA).encode()
        def ask():
            {built}
            for attempt in range(3):
                answer = {sent}
    """
    (call,) = found(dedent(text)).project.calls
    assert (call.sdk, call.model.values, call.cap.value) == ("openai-http", ("gpt-4o",), 9)
    assert call.callee.endswith(sent.partition("(req")[0].rpartition(".")[2])
    assert call.loop == "for"


def test_a_request_that_another_file_sends_is_a_call_where_it_is_built(found) -> None:
    text = """
        import json, urllib.request
        def made():
            return urllib.request.Request("https://api.openai.com/v1/embeddings", data=json.dumps({"input": "x"}).encode())
    """
    assert [call.callee for call in found(dedent(text)).project.calls] == ["urllib.request.Request"]


def test_a_connection_says_the_host_and_its_request_the_path(found) -> None:
    text = """
        import http.client, json
        connection = http.client.HTTPSConnection("api.anthropic.com")
        connection.request("POST", "/v1/messages", json.dumps({"model": "claude-3-haiku-20240307", "max_tokens": 9}), {})
    """
    (call,) = found(dedent(text)).project.calls
    assert (call.sdk, call.model.values, call.cap.value) == ("anthropic-http", ("claude-3-haiku-20240307",), 9)


DERIVED = {
    "super in a class method": "@classmethod\n    def ask(cls, *a, **k):\n        return super().create(*a, **k)",
    "the class itself": "@classmethod\n    def ask(cls, q):\n        return cls.create(model='gpt-4', messages=q)",
    "an awaited super": "@classmethod\n    async def ask(cls, **k):\n        return await super().acreate(**k)",
}


@pytest.mark.parametrize("method", DERIVED.values(), ids=DERIVED)
def test_a_class_of_an_sdk_that_has_calls_hands_them_down(found, method) -> None:
    (call,) = found(f"import openai\nclass Chat(openai.ChatCompletion):\n    {method}\n").project.calls
    assert (call.sdk, call.kind) == ("openai-legacy", "chat")


def test_what_a_derived_class_makes_itself_is_no_call_of_the_sdk(found) -> None:
    text = "import openai\nclass Chat(openai.ChatCompletion):\n    @classmethod\n    def create(cls):\n        return 1\nChat.create()"
    assert not found(text).project.calls


SEARCHED = {
    "how to search": ("model.generate(**inputs, do_sample=True, max_new_tokens=9)", ""),
    "a framework beside it": ("model.generate(inputs, max_new_tokens=9)", "import torch"),
}


@pytest.mark.parametrize(("call", "imported"), SEARCHED.values(), ids=SEARCHED)
def test_a_model_that_another_file_loads_is_known_by_how_it_generates(found, call, imported) -> None:
    text = f"{imported}\nfrom loader import load_model\nmodel, tokenizer = load_model('x')\ninputs = tokenizer('x')\ntokenizer.decode({call}[0])"
    (one,) = found(text).project.calls
    assert (one.sdk, one.cap.value) == ("transformers", 9)


def test_a_cap_alone_says_nothing_of_a_model(found) -> None:
    assert not found("from loader import load\nbot = load('x')\nbot.generate('x', max_new_tokens=9)").project.calls


MADE_ELSEWHERE = {
    "an agent of an old module": (
        "from llama_index.agent.openai_agent import OpenAIAgent",
        "OpenAIAgent.from_tools([]).chat('x')",
    ),
    "a chain of an old module": (
        "from langchain.chains.openai_functions import create_structured_output_runnable",
        "create_structured_output_runnable(Schema, llm, prompt).invoke({'input': 'x'})",
    ),
    "a function of a deep module": (
        "from langchain_experimental.agents.agent_toolkits.csv.base import create_csv_agent",
        "create_csv_agent(llm=llm, path='x.csv').invoke({'input': 'x'})",
    ),
}


@pytest.mark.parametrize(("imported", "call"), MADE_ELSEWHERE.values(), ids=MADE_ELSEWHERE)
def test_what_a_package_exports_from_several_modules_is_one(found, imported, call) -> None:
    (one,) = found(f"{imported}\n{call}").project.calls
    assert one.sdk in ("llama-index", "langchain")


@pytest.mark.parametrize("call", ["audio.transcriptions.create(file=f)", "audio.speech.create(input=f, voice='alloy')"])
def test_sound_is_known_by_the_chain_of_its_call(found, call) -> None:
    text = f"class Bot:\n    def run(self, f):\n        return self.client.{call}\nfrom openai import OpenAI"
    assert [one.kind for one in found(text).project.calls] == ["audio"]


def test_a_property_by_a_decorator_of_the_project_is_read_like_an_attribute(found) -> None:
    text = """
        from typing import TYPE_CHECKING
        from helpers import lazy_property, load
        if TYPE_CHECKING:
            from ollama import Client
        class Driver:
            @lazy_property()
            def client(self) -> "Client":
                return load("ollama").Client(host=self.host)
            def run(self, params):
                return self.client.chat(**params)
    """
    assert [one.sdk for one in found(dedent(text)).project.calls] == ["ollama"]


def test_a_chain_that_a_function_of_the_file_makes_is_followed_where_it_is_given(found) -> None:
    text = """
        from langchain_openai import ChatOpenAI
        from langchain_core.prompts import ChatPromptTemplate
        def create(llm, tools):
            prompt = ChatPromptTemplate.from_messages([("system", "You are a helpful assistant for {x}.")])
            return prompt | llm.bind_functions(tools)
        def answer(messages, worker):
            return worker.invoke({"messages": messages})
        worker = create(ChatOpenAI(model="gpt-4o"), [])
        answer([], worker)
    """
    (call,) = found(dedent(text)).project.calls
    assert (call.callee, call.model.values) == ("worker.invoke", ("gpt-4o",))


PIPED = {
    "llm": True,
    "llm.bind_tools(tools).with_retry()": True,
    "store.find(tools)": False,
}


@pytest.mark.parametrize(("operand", "asks"), PIPED.items(), ids=PIPED)
def test_a_prompt_before_an_injected_model_is_a_chain_whatever_is_bound_to_that(found, operand, asks) -> None:
    text = f"""
        from langchain_core.prompts import ChatPromptTemplate
        def ask(llm, store, tools, x):
            prompt = ChatPromptTemplate.from_messages([("system", "You are a helpful assistant for {{x}}.")])
            return (prompt | {operand}).invoke({{"x": x}})
    """
    assert bool(found(dedent(text)).project.calls) == asks


@pytest.mark.parametrize(
    "call", ["Fireworks().completion.acreate(model='m', prompt='x')", "ChatCompletion.create(model='m', messages=[])"]
)
def test_the_first_client_of_fireworks_is_known(found, call) -> None:
    text = f"from fireworks.client import ChatCompletion, Fireworks\n{call}"
    assert [one.sdk for one in found(text).project.calls] == ["fireworks"]


HANDED = {
    "a thread": "Thread(target=self.llm, args=(text,), kwargs=options).start()",
    "a pool": "list(executor.map(self.llm, texts))",
}


@pytest.mark.parametrize("handed", HANDED.values(), ids=HANDED)
def test_an_object_that_is_called_elsewhere_asks_where_it_is_handed_on(found, handed) -> None:
    text = f"""
        import transformers
        from threading import Thread
        class Bot:
            def __init__(self):
                self.llm = transformers.pipeline("text-generation", model="org/m-1")
            def run(self, text, texts, options, executor):
                {handed}
    """
    (call,) = found(dedent(text)).project.calls
    assert (call.callee, call.model.values) == ("self.llm", ("org/m-1",))


def test_what_is_only_kept_is_handed_on_without_a_call(found) -> None:
    text = "from threading import Thread\nclass Bot:\n    def __init__(self, run):\n        self.llm = run\n    def go(self):\n        Thread(target=self.llm)"
    assert not found(text).project.calls


INNER = {
    "a chain": "LLMChain(llm=llm, prompt=prompt).run('x')",
    "an agent": "create_react_agent(llm, []).invoke('x')",
    "an agent inside": "AgentExecutor(agent=create_tool_calling_agent(llm, [], prompt), tools=[]).invoke('x')",
}


@pytest.mark.parametrize("call", INNER.values(), ids=INNER)
def test_a_chain_may_be_given_one_of_several_models(found, call) -> None:
    text = f"""
        from langchain.agents import AgentExecutor, create_tool_calling_agent
        from langchain.chains import LLMChain
        from langchain_anthropic import ChatAnthropic
        from langchain_openai import ChatOpenAI
        from langgraph.prebuilt import create_react_agent
        def ask(prompt, fast):
            llm = ChatOpenAI(model="gpt-4o-mini", max_tokens=9) if fast else ChatAnthropic(model="claude-3-haiku-20240307", max_tokens=9)
            return {call}
    """
    (one,) = found(dedent(text)).project.calls
    assert (one.model.values, one.cap.value) == (("claude-3-haiku-20240307", "gpt-4o-mini"), 9)


def test_models_that_another_file_makes_may_have_a_cap_that_is_not_seen(found) -> None:
    outcome = found(
        {
            "make.py": "from langchain_openai import ChatOpenAI\ndef make(fast):\n    if fast:\n        return ChatOpenAI(model='gpt-4o-mini')\n"
            "    return ChatOpenAI(model='gpt-4o')\n",
            "ask.py": "from langchain.chains import LLMChain\nfrom make import make\nLLMChain(llm=make(input()), prompt=p).run('x')\n",
        }
    )
    (one,) = outcome.project.calls
    assert (one.model.values, one.cap.state) == (("gpt-4o", "gpt-4o-mini"), "unknown")


CAPPED = {
    "a list of configurations": (
        "import autogen\nbot = autogen.AssistantAgent('a', llm_config={'config_list': [{'model': 'gpt-4', 'max_tokens': 9}]})\n"
        "bot.generate_reply(messages=[])",
        9,
    ),
    "outlines over transformers": (
        "import outlines\nmodel = outlines.from_transformers(m, t)\nmodel('Say yes.', str, max_new_tokens=9)",
        9,
    ),
}


@pytest.mark.parametrize(("text", "cap"), CAPPED.values(), ids=CAPPED)
def test_caps_stand_where_the_library_looks_for_them(found, text, cap) -> None:
    (one,) = found(text).project.calls
    assert one.cap.value == cap


KNOWN_LATER = {
    "a service of a kernel": (
        "from semantic_kernel import Kernel\nkernel = Kernel()\nkernel.get_service('main').get_chat_message_content(history, settings)",
        ["semantic-kernel"],
    ),
    "an agent of marvin": ("import marvin\nmarvin.Agent(name='x', instructions='Be kind.').run('hello')", ["marvin"]),
    "a function that posts": (
        "def post(path, payload):\n    return payload\npost('/v1/chat/completions', {'model': 'm', 'messages': []})",
        [],
    ),
}


@pytest.mark.parametrize(("text", "sdks"), KNOWN_LATER.values(), ids=KNOWN_LATER)
def test_what_is_got_from_an_object_is_one_of_the_library(found, text, sdks) -> None:
    assert [one.sdk for one in found(text).project.calls] == sdks


def test_a_function_that_is_patched_into_a_class_is_a_method_of_it(found) -> None:
    text = """
        from anthropic import Anthropic
        from fastcore.utils import *
        class Client:
            def __init__(self, model):
                self.model, self.c = model, Anthropic()
        @patch
        def _stream(self:Client, msgs, **kwargs):
            with self.c.messages.stream(model="claude-3-haiku-20240307", messages=msgs, **kwargs) as s:
                yield from s.text_stream
        @patch
        def __call__(self:Client, msgs, maxtok=9):
            return self._stream(msgs, max_tokens=maxtok)
    """
    (call,) = found(dedent(text)).project.calls
    assert (call.function, call.callers, call.cap.state) == ("Client._stream", 1, "dynamic")


NAMED_KEYS = {
    "entries that are set": "options = {}\n    options[CAP] = 9\n    options[Keys.MODEL] = 'gpt-4o'",
    "a dictionary": "options = {CAP: 9, Keys.MODEL: 'gpt-4o'}",
}


@pytest.mark.parametrize("built", NAMED_KEYS.values(), ids=NAMED_KEYS)
def test_a_constant_may_be_the_key_of_an_option(found, built) -> None:
    text = f"""
from openai import OpenAI
CAP = "max_tokens"
class Keys:
    MODEL = "model"
def ask(q):
    {built}
    return OpenAI().chat.completions.create(messages=q, **options)
"""
    (call,) = found(text).project.calls
    assert (call.model.values, call.cap.value) == (("gpt-4o",), 9)


ONE_KEY_OF = {
    "a choice": "key = 'max_completion_tokens' if new else 'max_tokens'\n    options[key] = cap",
    "a loop": "for key in ('max_tokens', 'max_completion_tokens'):\n        options[key] = cap",
}


@pytest.mark.parametrize("built", ONE_KEY_OF.values(), ids=ONE_KEY_OF)
def test_one_of_two_keys_sets_a_cap(found, built) -> None:
    text = f"""
from openai import OpenAI
def ask(q, cap, new):
    options = {{}}
    {built}
    return OpenAI().chat.completions.create(model="m", messages=q, **options)
"""
    (call,) = found(text).project.calls
    assert call.cap.state == "dynamic"


def test_a_key_that_nobody_knows_leaves_the_options_open(found) -> None:
    text = "from openai import OpenAI\nfrom keys import CAP\ndef ask(q):\n    options = {}\n    options[CAP] = 9\n    OpenAI().responses.create(model='m', input=q, **options)"
    (call,) = found(text).project.calls
    assert call.cap.state == "unknown"


def test_a_module_class_that_imports_what_it_is_called_stands_for_that(found) -> None:
    lazy = """
        import importlib, types
        class LazyLoader(types.ModuleType):
            def __init__(self, local, parent, name):
                self._local = local
                super(LazyLoader, self).__init__(name)
            def _load(self):
                return importlib.import_module(self.__name__)
            def __getattr__(self, item):
                return getattr(self._load(), item)
    """
    text = """
        from lazy import LazyLoader
        sentence_transformers = LazyLoader("sentence_transformers", globals(), "sentence_transformers")
        model = sentence_transformers.SentenceTransformer("org/m-1")
        model.encode("x")
    """
    (call,) = found({"lazy.py": dedent(lazy), "a.py": dedent(text)}).project.calls
    assert (call.sdk, call.model.values) == ("sentence-transformers", ("org/m-1",))


BY_SHAPE = {
    "a path without its first stroke": (
        "import requests\nfrom conf import conf\nrequests.post(conf.url + 'api/chat', json={'model': 'm', 'messages': [], 'stream': False})",
        "http",
    ),
    "what instructor answers besides": (
        "import openai\ndef ask(llm, q):\n    return llm.inner.chat.completions.create_with_completion(model='m', messages=q)",
        "chat",
    ),
    "text that is encoded": (
        "def ask(model, ids, mask):\n    return model.inner.generate(input_ids=ids, attention_mask=mask, max_length=9)",
        "completion",
    ),
    "answers that are decoded": (
        "def ask(bot, processor, x):\n    return processor.batch_decode(bot.generate(**processor(x), max_new_tokens=9))",
        "completion",
    ),
    "an embedding model of LlamaIndex": (
        "from llama_index.core import VectorStoreIndex\ndef ask(index, texts):\n    embed_model = index._embed_model\n    return embed_model.get_text_embedding_batch(texts)",
        "embedding",
    ),
    "a type that is written out": (
        "from llama_index.core.llms.llm import LLM\nfrom pydantic import BaseModel, SerializeAsAny\n"
        "class Find(BaseModel):\n    llm: SerializeAsAny[LLM]\n    def run(self, q):\n        return self.llm.predict(q)",
        "chat",
    ),
}


@pytest.mark.parametrize(("text", "kind"), BY_SHAPE.values(), ids=BY_SHAPE)
def test_an_object_of_elsewhere_is_known_by_what_is_asked_of_it(found, text, kind) -> None:
    assert [one.kind for one in found(text).project.calls] == [kind]


LAZY = """
import importlib, types
class Lazy(types.ModuleType):
    def __init__(self, name):
        super().__init__(name)
    def __getattr__(self, item):
        return getattr(importlib.import_module(self.__name__), item)
"""


def lazily(named: str, elsewhere: dict[str, str]) -> dict[str, str]:
    """Files in which `p.Cohere()` makes something of a module that is imported late, and another file asks that."""
    asked = "def get(name):\n    if name == 'cohere':\n        return Cohere()\n    return None\n"
    return {
        "lazy.py": LAZY,
        "p/__init__.py": f"from lazy import Lazy\ncohere = Lazy({named!r})\ndef Cohere():\n    return cohere.Cohere()\n",
        "api.py": f"from p import Cohere\n{asked}class Match:\n    def __init__(self, extractor):\n"
        "        self.extractor = get(extractor)\n    def run(self, x):\n        return self.extractor.embed(x)\n",
        **elsewhere,
    }


EMBEDDER = (
    "import cohere\nclass Cohere:\n    def __init__(self):\n        self.co = cohere.Client()\n"
    "    def embed(self, x):\n        return self.co.embed(texts=x, model='m-1')\n"
)


def test_what_a_package_calls_like_its_module_stands_for_that(found) -> None:
    outcome = found(lazily("p.cohere", {"p/cohere.py": EMBEDDER}))
    assert [call.place.path for call in outcome.project.calls] == ["p/cohere.py"]
    assert not outcome.problems


def test_objects_that_stand_for_one_another_stand_for_nothing(found) -> None:
    circle = {"p/other.py": "from lazy import Lazy\ncohere = Lazy('p.cohere')\n", "p/own.py": EMBEDDER}
    outcome = found(lazily("p.other.cohere", circle))
    assert [call.place.path for call in outcome.project.calls] == ["p/own.py"]
    assert not outcome.problems


UNBOUND = "SYSTEM = 'You are a judge.'\ndef ask(x):\n    return litellm.completion(model='m-1', messages=x)\n"


def test_a_name_that_nothing_binds_is_the_package_of_that_name(found) -> None:
    (call,) = found(UNBOUND).project.calls
    assert (call.sdk, list(call.model.values)) == ("litellm", ["m-1"])


def test_a_name_that_a_star_may_bind_is_not_known(found) -> None:
    assert not found("from tools import *\n" + UNBOUND).project.calls


def test_templates_of_langchain_are_known_in_its_own_source(found) -> None:
    own = (
        "class PromptTemplate:\n    @classmethod\n    def from_template(cls, template):\n        return cls(template)\n"
    )
    outcome = found(
        {
            "langchain/__init__.py": "",
            "langchain/prompts/__init__.py": "from langchain.prompts.prompt import PromptTemplate\n",
            "langchain/prompts/prompt.py": own,
            "langchain/memory.py": "from langchain.prompts import PromptTemplate\ndef ask(x):\n"
            "    prompt = PromptTemplate.from_template('{x}\\n\\n' + 'What are the three main questions about this?')\n",
        }
    )
    assert [p.place.path for p in outcome.project.prompts] == ["langchain/memory.py"]


TIERS = 'MODELS = {"fast": "gpt-4o-mini", "good": "gpt-4o"}\ndef ask(x, tier="fast"):\n    return '


def test_a_table_is_read_at_the_key_that_is_usual(found) -> None:
    asks = CALL.format("MODELS[tier]", 9).replace("[]", "x")
    project = found(HEAD + TIERS + asks + "ask('Name it.', tier='good')\n").project
    assert [list(c.model.values) for c in project.calls] == [["gpt-4o-mini"]]
    assert [list(c.model.values) for c in project.callers] == [["gpt-4o"]]


def test_a_usual_key_that_a_table_does_not_have_says_nothing(found) -> None:
    (call,) = found(HEAD + TIERS.replace('tier="fast"', 'tier="other"') + CALL.format("MODELS[tier]", 9)).project.calls
    assert sorted(call.model.values) == ["gpt-4o", "gpt-4o-mini"]


BASES = """
from typing import Generic, TypeVar
from pydantic import BaseModel, Field
T = TypeVar("T")
class Specified(Generic[T]):
    spec: T
    def __init__(self, spec: T, **options):
        self.spec = spec
class Unit:
    def __init__(self, place=None, **options):
        self.place = place
class Spec(BaseModel):
    model: str = Field(default="gpt-4o")
class Speaker(Unit, Specified[Spec]):
    def __init__(self, spec: Spec, **options):
        super().__init__(**options)
        Specified.__init__(self, spec)
    def ask(self):
        return """


def test_a_constructor_that_is_named_is_given_what_stands_behind_self(found) -> None:
    (call,) = found(HEAD + BASES + CALL.format("self.spec.model", 9)).project.calls
    assert list(call.model.values) == ["gpt-4o"]


KEPT = """
from cachetools import LRUCache
CLIENTS: LRUCache = LRUCache(maxsize=9)
def kept(key, factory):
    if key not in CLIENTS:
        CLIENTS[key] = factory()
    return CLIENTS[key]
def ask(request):
    from openrouter import OpenRouter
    return kept("x", lambda: OpenRouter()).chat.send(**request)
"""


def test_a_client_is_kept_in_a_mapping_of_another_package(found) -> None:
    assert [call.sdk for call in found(KEPT).project.calls] == ["openrouter"]


LIKE_EITHER = (
    "import openai, anthropic\ndef {}_request(client, **kwargs):\n    return client.completions.create(**kwargs)\n"
)


@pytest.mark.parametrize("sdk", ["openai", "anthropic"])
def test_of_two_sdks_the_name_of_the_function_says_which(found, sdk) -> None:
    assert [call.sdk for call in found(LIKE_EITHER.format(sdk)).project.calls] == [sdk]
    other = LIKE_EITHER.replace("openai, anthropic", "openai" if sdk == "anthropic" else "anthropic")
    assert [call.sdk for call in found(other.format(sdk)).project.calls] != [sdk]


READS = {
    "YAML": ("llm.yaml", "draft:\n  model: gpt-4.1\n  max_tokens: 300\n", "yaml.safe_load(open('llm.yaml'))"),
    "JSON": (
        "llm.json",
        '{"draft": {"model": "gpt-4.1", "max_tokens": 300}}',
        "json.loads(Path('llm.json').read_text())",
    ),
    "TOML": ("llm.toml", '[draft]\nmodel = "gpt-4.1"\nmax_tokens = 300\n', "tomllib.load(open('llm.toml', 'rb'))"),
}
SETTINGS = HEAD + "import json, tomllib, yaml\nfrom pathlib import Path\nconfig = {}\nstep = config['draft']\n"


@pytest.mark.parametrize(("file", "text", "read"), READS.values(), ids=READS)
def test_a_model_and_a_cap_stand_in_a_file_that_the_program_reads(found, file, text, read) -> None:
    for use in ("step[{!r}]", "config['draft'][{!r}]"):
        asks = CALL.format(use.format("model"), use.format("max_tokens"))
        (call,) = found({"a.py": SETTINGS.format(read) + asks, file: text}).project.calls
        assert (list(call.model.values), call.model.basis) == (["gpt-4.1"], "configured")
        assert (call.cap.state, call.cap.fallback) == ("dynamic", 300)


ONE_OF_THEM = (
    "draft:\n  model: m-1\n  max_tokens: 300\n  system: Milk and eggs\nfinal:\n  model: m-2\n  max_tokens: 300\n  system: Flour and salt\n"
    "window:\n  deep: {model: m-3}\n"
)


def test_an_entry_that_the_program_chooses_is_one_of_those_in_the_file(found) -> None:
    settings = SETTINGS.replace("step = config['draft']", "def ask(name):\n    step = config[name]\n    ").rstrip()
    call = (
        "client.chat.completions.create(model=step['model'], max_tokens=step['max_tokens'],\n"
        "        messages=[{'role': 'system', 'content': step['system']}])\n"
    )
    text = settings.format("yaml.safe_load(open('llm.yaml'))") + "\n    " + call
    project = found({"a.py": text, "llm.yaml": ONE_OF_THEM}).project
    (call,) = project.calls
    assert (call.model.values, call.model.basis) == (("m-1", "m-2"), "configured")
    assert (call.cap.state, call.cap.fallback) == ("dynamic", 300)
    assert sorted(prompt.name for prompt in project.prompts if prompt.place.path == "llm.yaml") == [
        "draft.system",
        "final.system",
    ]


NOT_SAID = {
    "another key": "step['name']",
    "a key of it that is not known": "config['draft'][name]",
    "a key that none of them has": "config[name]['name']",
    "more than one entry": "step",
}


@pytest.mark.parametrize("use", NOT_SAID.values(), ids=NOT_SAID)
def test_what_a_file_does_not_say_is_not_known(found, use) -> None:
    file, text, read = READS["YAML"]
    (call,) = found({"a.py": SETTINGS.format(read) + CALL.format(use, 9), file: text}).project.calls
    assert not call.model.values


LISTED = {
    "a number below zero": "max_tokens: -1\n",
    "a number that is none": "max_tokens: 0x10\n",
    "a number without end": "max_tokens: " + "9" * 400 + "\n",
    "numbers of something else": "retries: 3\n",
    "a document that refers to itself": "max_tokens: &a [*a]\n",
}


@pytest.mark.parametrize("text", LISTED.values(), ids=LISTED)
def test_other_numbers_of_a_collection_are_not_kept(text) -> None:
    assert not whole_numbers("yaml", text)
    assert not whole_numbers("json", json.dumps({"max_tokens": -1, "deep": [True, None, 1.5]}))
    assert not whole_numbers("toml", "max_tokens = [[[")


def test_whole_numbers_are_kept_by_their_keys() -> None:
    assert whole_numbers("json", '{"a": [{"max_tokens": 7}]}') == {"a.0.max_tokens": 7}
    assert whole_numbers("yaml", "a:\n- max_tokens: 7\n") == {"a.0.max_tokens": 7}


def test_keys_to_services_in_a_file_of_settings_are_not_kept() -> None:
    text = "llm:\n  model: gpt-4o\n  api_key: sk-1\n  base_url: https://a.example\npassword: b\nname: c\n"
    assert parse_text("llm.yaml", text).words == {"llm.model": "gpt-4o"}
