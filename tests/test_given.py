"""SDK objects that are given to functions and classes whose own files say nothing of a model."""

from __future__ import annotations

import pytest

ENCODER = "from sentence_transformers import SentenceTransformer\n"
LANGCHAIN = "from langchain_openai import ChatOpenAI\n"
BOT = "class Bot:\n    def __init__(self, thing):\n        self.thing = thing\n    def ask(self, q):\n        return self.thing.invoke('Greet ' + q)\n"
VECTORS = "def vectors(encoder, texts):\n    return encoder.encode(texts)\n"
# What makes an object and gives it away, the file that asks with it, and the call that is made there.
GIVEN = {
    "a function": (
        ENCODER
        + "from b import vectors\nmodel = SentenceTransformer('m-1')\ndef run(texts):\n    return vectors(model, texts)\n",
        VECTORS,
        ("sentence-transformers", "encoder.encode"),
    ),
    "a function, by keyword, of a call": (
        ENCODER
        + "from b import vectors\ndef run(texts):\n    return vectors(texts=texts, encoder=SentenceTransformer('m-1'))\n",
        VECTORS,
        ("sentence-transformers", "encoder.encode"),
    ),
    "a method that a base leaves to its subclasses": (
        ENCODER
        + "from abc import ABC, abstractmethod\nclass Base(ABC):\n    @abstractmethod\n    def vectors(self, encoder, texts): ...\n"
        "    def run(self, texts):\n        model = SentenceTransformer('m-1')\n        return self.vectors(model, texts)\n",
        "from a import Base\nclass Own(Base):\n    def vectors(self, encoder, texts):\n        return encoder.encode(texts)\n",
        ("sentence-transformers", "encoder.encode"),
    ),
    "a constructor": (
        LANGCHAIN + "from b import Bot\ndef run(q):\n    return Bot(ChatOpenAI(model='m-1')).ask(q)\n",
        BOT,
        ("langchain", "self.thing.invoke"),
    ),
    "the constructor of a base": (
        LANGCHAIN + "from b import Polite\ndef run(q):\n    return Polite(ChatOpenAI(model='m-1')).greet(q)\n",
        BOT.replace("class Bot", "class Base").replace("def ask", "def unused").replace("invoke", "close")
        + "class Polite(Base):\n    def greet(self, q):\n        return self.thing.invoke('Greet ' + q)\n",
        ("langchain", "self.thing.invoke"),
    ),
    "a constructor that hands it up": (
        LANGCHAIN + "from b import Polite\ndef run(q):\n    return Polite(ChatOpenAI(model='m-1')).ask(q)\n",
        BOT + "class Polite(Bot):\n    def __init__(self, llm):\n        super().__init__(llm)\n",
        ("langchain", "self.thing.invoke"),
    ),
    "a field": (
        "import cohere\nfrom b import Writer\ndef run():\n    return Writer(backend=cohere.Client('k')).write('cats')\n",
        "from dataclasses import dataclass\nfrom typing import Any\n@dataclass\nclass Writer:\n    backend: Any\n"
        "    def write(self, topic):\n        return self.backend.generate(prompt=f'About {topic}', model='m-1')\n",
        ("cohere", "self.backend.generate"),
    ),
    "a function that is called with it": (
        "from transformers import pipeline\nfrom b import labels\ndef run(rows):\n    pipe = pipeline('text-generation', model='m-1')\n"
        "    return labels(rows, pipe)\n",
        "def labels(rows, pipe):\n    return [pipe('Label ' + row) for row in rows]\n",
        ("transformers", "pipe"),
    ),
    "a function that hands it on": (
        "from llama_cpp import Llama\nfrom b import generate\nllm = Llama(model_path='m-1')\ndef run(q):\n    generate(llm=llm, prompt=q)\n",
        "def generate(llm, prompt):\n    return raw(llm, prompt)['text']\ndef raw(llm, prompt):\n    return llm(prompt)\n",
        ("llama-cpp", "llm"),
    ),
    "a function that makes a session of it": (
        "import google.generativeai as genai\nfrom b import talk\ndef model():\n    return genai.GenerativeModel('m-1')\n"
        "def run(q):\n    return talk(model(), q)\n",
        "def talk(m, q):\n    chat = m.start_chat()\n    return chat.send_message('Answer ' + q)\n",
        ("google-generativeai", "chat.send_message"),
    ),
    "a function in a function": (
        "import cohere\nfrom b import retried\ndef run(q):\n    return retried(cohere.Client('k'), message=q, model='m-1')\n",
        "from tenacity import retry\ndef retried(client, **kwargs):\n    @retry(reraise=True)\n    def once(**kwargs):\n"
        "        return client.chat(**kwargs)\n    return once(**kwargs)\n",
        ("cohere", "client.chat"),
    ),
    "a function, annotated where it comes from": (
        LANGCHAIN + "from b import greet\ndef run(llm: ChatOpenAI, q):\n    return greet(llm, q)\n",
        "def greet(x, q):\n    return x.invoke('Greet ' + q)\n",
        ("langchain", "x.invoke"),
    ),
    "a function in a thread": (
        ENCODER
        + "import asyncio\nimport b\nmodel = SentenceTransformer('m-1')\nasync def run(texts):\n"
        + "    return await asyncio.to_thread(b.vectors, model, texts)\n",
        VECTORS,
        ("sentence-transformers", "encoder.encode"),
    ),
    "a function that an executor runs": (
        ENCODER
        + "from b import vectors\ndef run(pool, texts):\n    model = SentenceTransformer('m-1')\n"
        + "    return [pool.submit(vectors, model, t) for t in texts]\n",
        VECTORS,
        ("sentence-transformers", "encoder.encode"),
    ),
    "a method that keeps it": (
        ENCODER
        + "from b import Search\ndef run(texts):\n    search = Search()\n    search.use(SentenceTransformer('m-1'))\n"
        + "    return search.vectors(texts)\n",
        "class Search:\n    def use(self, encoder):\n        self.encoder = encoder\n    def vectors(self, texts):\n"
        "        return self.encoder.encode(texts)\n",
        ("sentence-transformers", "self.encoder.encode"),
    ),
    "an object that is handed on": (
        ENCODER
        + "from b import Tools, vectors\ndef run(texts):\n    tools = Tools(SentenceTransformer('m-1'))\n"
        + "    return vectors(tools, texts)\n",
        "class Tools:\n    def __init__(self, encoder):\n        self.encoder = encoder\n"
        "def vectors(tools, texts):\n    return tools.encoder.encode(texts)\n",
        ("sentence-transformers", "tools.encoder.encode"),
    ),
}


@pytest.mark.parametrize("name", GIVEN)
def test_what_asks_with_an_object_it_is_given_is_a_call(found, name) -> None:
    giving, asking, expected = GIVEN[name]
    (call,) = found({"a.py": giving, "b.py": asking}).project.calls
    assert (call.place.path, call.sdk, call.callee) == ("b.py", *expected)


def test_each_caller_says_which_model_it_gives(found) -> None:
    one, two = (
        LANGCHAIN
        + f"from b import Bot\ndef run(q):\n    return Bot(ChatOpenAI(model='m-{n}', max_tokens={n}0)).ask(q)\n"
        for n in (1, 2)
    )
    project = found({"a.py": one, "b.py": BOT, "c.py": two}).project
    assert [call.place.path for call in project.calls] == ["b.py"]
    assert [(c.place.path, c.model.values, c.cap.value) for c in project.callers if c.cap is not None] == [
        ("a.py", ("m-1",), 10),
        ("c.py", ("m-2",), 20),
    ]


NOT_GIVEN = {
    "another object": (
        "import cohere\nfrom b import send\nclient = cohere.Client('k')\nsend(open('x'), 'q')\n",
        "def send(client, q):\n    return client.generate(prompt=q)\n",
    ),
    "another parameter": (
        "import cohere\nfrom b import send\nsend(cohere.Client('k'), print)\n",
        "def send(client, other):\n    return other.generate(prompt='q')\n",
    ),
    "what labels words, maybe": (
        "from transformers import pipeline\nfrom b import label\ndef run(task, text):\n    return label(pipeline(task), text)\n",
        "def label(pipe, text):\n    return pipe(text)\n",
    ),
    "a method that asks nothing": (
        "import cohere\nfrom b import send\nsend(cohere.Client('k'))\n",
        "def send(client):\n    return client.close()\n",
    ),
    "an object of its own": (
        LANGCHAIN + "from b import Bot\nBot(ChatOpenAI(model='m-1'))\n",
        BOT.replace("self.thing = thing", "self.thing = Sender()")
        + "class Sender:\n    def invoke(self, text):\n        return text\n",
    ),
}


@pytest.mark.parametrize("name", NOT_GIVEN)
def test_nothing_else_is_a_call(found, name) -> None:
    giving, taking = NOT_GIVEN[name]
    assert found({"a.py": giving, "b.py": taking}).project.calls == ()
