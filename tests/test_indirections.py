"""Longer ways to a call than those of `test_link.py`, one program each."""

from __future__ import annotations

from textwrap import dedent

import pytest

HEAD = "from openai import OpenAI\nclient = OpenAI()\n"


def seen(project, calls=None) -> list[tuple]:
    return [
        (c.model.values[0] if len(c.model.values) == 1 else list(c.model.values) or None,
         None if c.cap is None else c.cap.value if c.cap.state == "number" else c.cap.state)
        for c in (project.calls if calls is None else calls)
    ]  # fmt: skip


ONE = {
    "a class method that sets what it makes": (
        """
        class Bot:
            @classmethod
            def create(cls):
                bot = cls()
                bot.client, bot.limit = client, 7
                bot.model = "gpt-4o"
                return bot
            def ask(self, messages):
                return self.client.chat.completions.create(model=self.model, messages=messages, max_tokens=self.limit)
        """,
        ("gpt-4o", 7),
    ),
    "a function that sets what it makes": (
        """
        class Bot:
            client = None
            def ask(self, messages):
                return self.client.chat.completions.create(model=self.model, messages=messages)
        def build():
            bot = Bot.__new__(Bot)
            bot.client = client
            bot.model = "gpt-4o"
            return bot
        """,
        ("gpt-4o", "none"),
    ),
    "an object that is set but not returned is one of many": (
        """
        class Bot:
            def ask(self, messages):
                return client.chat.completions.create(model=self.model, messages=messages)
        def main():
            bot = Bot()
            bot.model = "gpt-4o"
            print(bot)
        """,
        (None, "none"),
    ),
    "a class method that makes the object": (
        """
        class Bot:
            def __init__(self, model, limit=3):
                self.model, self.limit = model, limit
            @classmethod
            def small(cls):
                return cls("gpt-4o")
            def ask(self, messages):
                return client.chat.completions.create(model=self.model, messages=messages, max_tokens=self.limit)
        """,
        ("gpt-4o", 3),
    ),
    "a constructor between that hands on what it is given": (
        """
        class Base:
            def __init__(self, model, limit=3):
                self.model, self.limit = model, limit
        class Named:
            def __init__(self, *args, label="", **options):
                super().__init__(*args, **options)
                self.label = label
        class Bot(Named, Base):
            def __init__(self, model="gpt-4o", *args, **options):
                super().__init__(model, *args, **options)
            def ask(self, messages):
                return client.chat.completions.create(model=self.model, messages=messages)
        """,
        ("gpt-4o", "none"),
    ),
    "options that a function returns among others": (
        """
        def prepared(messages, **options):
            options = {**DEFAULTS, **options}
            options.setdefault("max_tokens", LIMIT)
            return messages, len(messages), options

        def ask(messages, **options):
            messages, count, options = prepared(messages, **options)
            return client.chat.completions.create(model="gpt-4o", messages=messages, **options)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "options that a function returns in one of two tuples": (
        """
        def prepared(text):
            if text:
                return text, {"max_tokens": 3}
            return text, None

        def ask(text):
            text, options = prepared(text)
            return client.chat.completions.create(model="gpt-4o", messages=[text], **options)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a parameter that is set anew before it is spread": (
        """
        def ask(**options):
            options = {"max_tokens": 3, "model": "gpt-4o"}
            options["max_tokens"] = 4
            return client.chat.completions.create(messages=[], **options)
        """,
        ("gpt-4o", 4),
    ),
    "a parameter that may be set anew before it is spread": (
        """
        def ask(options):
            if options is None:
                options = {"max_tokens": 3}
            return client.chat.completions.create(model="gpt-4o", messages=[], **options)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a parameter that is called like an attribute of the class": (
        """
        class Session:
            options: dict = {}
            def prepared(self, text, options=None):
                return [text], {"model": "gpt-4o", **(options or self.options)}
            def ask(self, text, options=None):
                messages, request = self.prepared(text, options)
                return client.chat.completions.create(messages=messages, **request)
        """,
        ("gpt-4o", "unknown"),
    ),
    "pairs of which those with a value are taken": (
        """
        def ask(limit, top):
            options = {k: v for k, v in [("max_tokens", limit), ("top_p", top)] if v is not None}
            return client.chat.completions.create(model="gpt-4o", messages=[], **options)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "pairs of which not all keys are known": (
        """
        def ask(limit, key):
            options = {k: v for k, v in [("top_p", limit), (key, 3)]}
            return client.chat.completions.create(model="gpt-4o", messages=[], **options)
        """,
        ("gpt-4o", "unknown"),
    ),
    "a dictionary that cannot be changed": (
        """
        from types import MappingProxyType
        DEFAULTS = MappingProxyType({"model": "gpt-4o", "max_tokens": 3})
        client.chat.completions.create(**DEFAULTS, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "a tuple with names": (
        """
        from collections import namedtuple
        Spec = namedtuple("Spec", ["model", "cap"])
        FAST = Spec("gpt-4o", cap=3)
        client.chat.completions.create(model=FAST.model, max_tokens=FAST.cap, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "a tuple whose names are one text": (
        """
        from collections import namedtuple
        Spec = namedtuple("Spec", "model, cap")
        FAST = Spec("gpt-4o", 3)
        client.chat.completions.create(model=FAST.model, max_tokens=FAST.cap, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "the one object of a class": (
        """
        class LLM:
            _one = None
            def __new__(cls):
                if cls._one is None:
                    cls._one = super().__new__(cls)
                    cls._one.model = "gpt-4o"
                return cls._one
            def ask(self):
                return client.chat.completions.create(model=self.model, max_tokens=3, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "the one object of a class under a name": (
        """
        class LLM:
            def __new__(cls):
                one = super().__new__(cls)
                one.model = "gpt-4o"
                return one
            def ask(self):
                return client.chat.completions.create(model=self.model, max_tokens=3, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "an SDK method that a retry is put round": (
        """
        from tenacity import retry, stop_after_attempt
        safe = retry(stop=stop_after_attempt(3))(client.chat.completions.create)
        safe(model="gpt-4o", max_tokens=3, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "a function that a cache is put round": (
        """
        from functools import lru_cache
        def name():
            return "gpt-4o"
        cached = lru_cache(maxsize=None)(name)
        client.chat.completions.create(model=cached(), max_tokens=3, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "a settings object of pydantic": (
        """
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            model: str = "gpt-4o"
        settings = Settings()
        client.chat.completions.create(model=settings.model, max_tokens=3, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "an attrs class": (
        """
        import attrs
        @attrs.define
        class Settings:
            model: str = attrs.field(default="gpt-4o")
        client.chat.completions.create(model=Settings().model, max_tokens=3, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "an annotated attribute of a class with a constructor of its own": (
        """
        class Step:
            model: str
            cap: int = 3
            def __init__(self, client):
                self.client = client
            def run(self):
                return self.client.chat.completions.create(model=self.model, max_tokens=self.cap, messages=[])
        class Review(Step):
            model = "gpt-4o"
        Review(client).run()
        """,
        ("gpt-4o", 3),
    ),
    "a pydantic Field with a default": (
        """
        from pydantic import BaseModel, Field
        class Settings(BaseModel):
            model: str = Field("gpt-4o", description="x")
            cap: int = Field(default=4)
        s = Settings()
        client.chat.completions.create(model=s.model, max_tokens=s.cap, messages=[])
        """,
        ("gpt-4o", 4),
    ),
    "an enum member as a default": (
        """
        import enum
        class Model(enum.StrEnum):
            FAST = "gpt-4o-mini"
        def ask(model: Model = Model.FAST):
            return client.chat.completions.create(model=model, max_tokens=3, messages=[])
        """,
        ("gpt-4o-mini", 3),
    ),
    "a Literal annotation": (
        """
        from typing import Literal
        def ask(model: Literal["gpt-4o", "gpt-4o-mini"]):
            return client.chat.completions.create(model=model, max_tokens=3, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 3),
    ),
    "an or fallback": (
        """
        def ask(model=None):
            model = model or "gpt-4o"
            return client.chat.completions.create(model=model, max_tokens=3, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "a fallback in an if": (
        """
        def ask(model=None):
            if model is None:
                model = "gpt-4o"
            return client.chat.completions.create(model=model, max_tokens=3, messages=[])
        """,
        ("gpt-4o", 3),
    ),
    "get of a dictionary with a default": (
        """
        MODELS = {"fast": "gpt-4o-mini"}
        client.chat.completions.create(model=MODELS.get("fast", "gpt-4o"), max_tokens=3, messages=[])
        """,
        ("gpt-4o-mini", 3),
    ),
    "a preset chosen at run time": (
        """
        MODELS = {"fast": "gpt-4o-mini", "good": "gpt-4o"}
        def ask(kind):
            return client.chat.completions.create(model=MODELS[kind], max_tokens=3, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 3),
    ),
    "a preset of keywords": (
        """
        PRESETS = {"fast": {"model": "gpt-4o-mini", "max_tokens": 9}}
        client.chat.completions.create(messages=[], **PRESETS["fast"])
        """,
        ("gpt-4o-mini", 9),
    ),
    "a merge with |": (
        """
        BASE = {"model": "gpt-4o"}
        client.chat.completions.create(messages=[], **(BASE | {"max_tokens": 9}))
        """,
        ("gpt-4o", 9),
    ),
    "a dictionary made by dict from another": (
        """
        BASE = {"model": "gpt-4o", "max_tokens": 1}
        options = dict(BASE, max_tokens=9)
        client.chat.completions.create(messages=[], **options)
        """,
        ("gpt-4o", 9),
    ),
    "setdefault and pop": (
        """
        options = {"model": "gpt-4o", "max_tokens": 1}
        options.setdefault("model", "gpt-4o-mini")
        options.pop("max_tokens")
        client.chat.completions.create(messages=[], **options)
        """,
        ("gpt-4o", "none"),
    ),
    "copy and change": (
        """
        BASE = {"model": "gpt-4o"}
        options = BASE.copy()
        options["max_tokens"] = 9
        client.chat.completions.create(messages=[], **options)
        """,
        ("gpt-4o", 9),
    ),
    "keywords through a function": (
        """
        def send(**options):
            return client.chat.completions.create(messages=[], **options)
        send(model="gpt-4o", max_tokens=9)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "open keywords after a known one": (
        """
        DEFAULTS = {"model": "gpt-4o", "max_tokens": 9}
        def ask(**overrides):
            return client.chat.completions.create(messages=[], **{**DEFAULTS, **overrides})
        """,
        ("gpt-4o", "dynamic"),
    ),
    "open keywords before a known one": (
        """
        def ask(**overrides):
            return client.chat.completions.create(messages=[], **{**overrides, "model": "gpt-4o", "max_tokens": 9})
        """,
        ("gpt-4o", 9),
    ),
    "open keywords beside those of the call": (
        """
        def ask(**overrides):
            return client.chat.completions.create(messages=[], model="gpt-4o", max_tokens=9, **overrides)
        """,
        ("gpt-4o", 9),
    ),
    "open keywords that cannot hold a named parameter": (
        """
        def ask(max_tokens, **overrides):
            options = {"model": "gpt-4o", "max_tokens": 9, **overrides}
            return client.chat.completions.create(messages=[], **options)
        """,
        ("gpt-4o", 9),
    ),
    "one of two dictionaries that agree": (
        """
        def ask(kind):
            if kind:
                options = {"model": "gpt-4o", "max_tokens": 9}
            else:
                options = {"model": "gpt-4o-mini", "max_tokens": 9}
            return client.chat.completions.create(messages=[], **options)
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "a key that one of two dictionaries has": (
        """
        def ask(kind):
            options = {"model": "gpt-4o", "max_tokens": 9} if kind else {"model": "gpt-4o"}
            return client.chat.completions.create(messages=[], **options)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "an entry that grows": (
        """
        options = {"model": "gpt-4o", "max_tokens": 9}
        options["max_tokens"] += 100
        client.chat.completions.create(messages=[], **options)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a deleted entry": (
        """
        BASE = {"model": "gpt-4o", "max_tokens": 9}
        options = BASE.copy()
        del options["max_tokens"]
        client.chat.completions.create(messages=[], **options)
        """,
        ("gpt-4o", "none"),
    ),
    "an entry that may be deleted": (
        """
        def ask(long):
            options = {"model": "gpt-4o", "max_tokens": 9}
            if long:
                del options["max_tokens"]
            return client.chat.completions.create(messages=[], **options)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a base class that the constructor gives its parameters": (
        """
        class Bot:
            def __init__(self, model="gpt-4o-mini", cap=None):
                self.model = model
                self.cap = cap
        class Translator(Bot):
            def __init__(self, cap=9):
                super().__init__("gpt-4o", cap=9)
            def ask(self):
                return client.chat.completions.create(model=self.model, max_tokens=self.cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a subclass of a client": (
        """
        from langchain_openai import ChatOpenAI
        class Eyes(ChatOpenAI):
            def __init__(self, options):
                super().__init__(**options, max_tokens=9)
            def ask(self, text):
                return self.invoke(text)
        """,
        (None, 9),
    ),
    "a subclass of a client, used elsewhere": (
        """
        from langchain_openai import ChatOpenAI
        class Eyes(ChatOpenAI):
            def __init__(self, size):
                super().__init__(model="gpt-4o", max_tokens=size)
        Eyes(9).invoke("Say hello")
        """,
        ("gpt-4o", 9),
    ),
    "an entry of an entry of a dictionary that another function makes": (
        """
        import boto3
        def base():
            request = {"modelId": "m-1"}
            request["inferenceConfig"] = {"temperature": 0.0}
            return request
        def limited(request, tokens=700):
            request["inferenceConfig"]["maxTokens"] = tokens
            return request
        boto3.client("bedrock-runtime").converse(**limited(base()))
        """,
        ("m-1", 700),
    ),
    "a factory of two clients with one cap": (
        """
        from langchain_openai import ChatOpenAI
        from langchain_anthropic import ChatAnthropic
        def make(kind):
            if kind == "openai":
                return ChatOpenAI(model="gpt-4o", max_tokens=9)
            return ChatAnthropic(model="claude-sonnet-4-5", max_tokens=9)
        make(input()).invoke("Say hello")
        """,
        (["claude-sonnet-4-5", "gpt-4o"], 9),
    ),
    "a factory of two clients with two caps": (
        """
        from langchain_openai import ChatOpenAI
        from langchain_anthropic import ChatAnthropic
        def make(kind):
            if kind == "openai":
                return ChatOpenAI(model="gpt-4o", max_tokens=9)
            return ChatAnthropic(model="claude-sonnet-4-5", max_tokens=8)
        make(input()).invoke("Say hello")
        """,
        (["claude-sonnet-4-5", "gpt-4o"], "dynamic"),
    ),
    "a factory of two clients, one with a cap": (
        """
        from langchain_openai import ChatOpenAI
        from langchain_anthropic import ChatAnthropic
        def make(kind):
            if kind == "openai":
                return ChatOpenAI(model="gpt-4o", max_tokens=9)
            return ChatAnthropic(model="claude-sonnet-4-5")
        make(input()).invoke("Say hello")
        """,
        (["claude-sonnet-4-5", "gpt-4o"], "dynamic"),
    ),
    "a factory of two clients without a cap": (
        """
        from langchain_openai import ChatOpenAI
        from langchain_anthropic import ChatAnthropic
        def make(kind):
            if kind == "openai":
                return ChatOpenAI(model="gpt-4o")
            return ChatAnthropic(model="claude-sonnet-4-5")
        make(input()).invoke("Say hello")
        """,
        (["claude-sonnet-4-5", "gpt-4o"], "none"),
    ),
    "a factory method of two clients": (
        """
        from langchain_openai import ChatOpenAI
        from langchain_anthropic import ChatAnthropic
        class Node:
            def __init__(self, kind):
                self.llm = self._create(kind)
            def _create(self, kind):
                if kind == "openai":
                    return ChatOpenAI(model="gpt-4o", max_tokens=9)
                return ChatAnthropic(model="claude-sonnet-4-5", max_tokens=9)
            def run(self, text):
                return self.llm.invoke(text)
        """,
        (["claude-sonnet-4-5", "gpt-4o"], 9),
    ),
    "a fallback that is never reached": (
        """
        import os
        client.chat.completions.create(model="gpt-4o" or os.getenv("MODEL", "gpt-4o-mini"), max_tokens=0 or 9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a global that a function changes": (
        """
        model = "gpt-4o"
        def small():
            global model
            model = "gpt-4o-mini"
        def ask():
            return client.chat.completions.create(model=model, max_tokens=9, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "a Literal annotation under a name": (
        """
        from typing import Literal, Optional, TypeAlias
        ModelName: TypeAlias = Literal["gpt-4o", "gpt-4o-mini"]
        def ask(model: Optional[ModelName]):
            return client.chat.completions.create(model=model, max_tokens=3, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 3),
    ),
    "an annotated attribute of a plain class": (
        """
        from abc import ABC
        class Base(ABC):
            cap: int = 9
        class Mixin:
            def __init__(self):
                self.client = OpenAI()
        class Bot(Mixin, Base):
            model = "gpt-4o"
            def ask(self):
                return self.client.chat.completions.create(model=self.model, max_tokens=self.cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "an attribute that waits to be set": (
        """
        class Bot:
            cap: int = None
            def ask(self):
                return client.chat.completions.create(model="gpt-4o", max_tokens=self.cap, messages=[])
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a field given by position": (
        """
        from dataclasses import dataclass
        @dataclass
        class Settings:
            model: str = "gpt-4o-mini"
            cap: int = 1
        s = Settings("gpt-4o", 9)
        client.chat.completions.create(model=s.model, max_tokens=s.cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a model as a dictionary": (
        """
        from pydantic import BaseModel
        class Request(BaseModel):
            model: str = "gpt-4o"
            max_tokens: int = 1
        client.chat.completions.create(messages=[], **Request(max_tokens=9).model_dump())
        """,
        ("gpt-4o", 9),
    ),
    "a model as a dictionary without empty fields": (
        """
        from pydantic import BaseModel
        class Request(BaseModel):
            model: str = "gpt-4o"
            max_tokens: int | None = None
        client.chat.completions.create(messages=[], **Request().dict(exclude_none=True))
        """,
        ("gpt-4o", "none"),
    ),
    "a dataclass as a dictionary, made elsewhere": (
        """
        from dataclasses import asdict, dataclass
        @dataclass
        class Request:
            model: str = "gpt-4o"
            max_tokens: int = 9
        def ask(request: Request):
            return client.chat.completions.create(messages=[], **asdict(request))
        """,
        ("gpt-4o", "dynamic"),
    ),
    "the variables of an object": (
        """
        class Options:
            def __init__(self, cap):
                self.model = "gpt-4o"
                self.max_tokens = cap
        client.chat.completions.create(messages=[], **vars(Options(9)))
        """,
        ("gpt-4o", 9),
    ),
    "a typed dictionary": (
        """
        from typing import TypedDict
        class Options(TypedDict, total=False):
            model: str
            max_tokens: int
        OPTIONS = Options(model="gpt-4o")
        client.chat.completions.create(messages=[], **OPTIONS)
        """,
        ("gpt-4o", "none"),
    ),
    "a property of the subclasses": (
        """
        from abc import ABC, abstractmethod
        class Bot(ABC):
            @property
            @abstractmethod
            def model(self): ...
            def ask(self):
                return client.chat.completions.create(model=self.model, max_tokens=9, messages=[])
        class Small(Bot):
            model = "gpt-4o-mini"
        class Middle(Bot):
            pass
        class Large(Middle):
            @property
            def model(self):
                return "gpt-4o"
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "a cap that a subclass sets": (
        """
        class Bot:
            def ask(self):
                return client.chat.completions.create(model="gpt-4o", max_tokens=self.cap, messages=[])
        class Long(Bot):
            cap = 1000
        """,
        ("gpt-4o", "dynamic"),
    ),
    "options from a method of the subclasses": (
        """
        class Bot:
            def options(self):
                raise NotImplementedError
            def ask(self):
                return client.chat.completions.create(messages=[], **self.options())
        class Small(Bot):
            def options(self):
                made = {"model": "gpt-4o"}
                made["max_tokens"] = 9
                return made
        """,
        ("gpt-4o", 9),
    ),
    "models as the keys of a dictionary": (
        """
        PRICES = {"gpt-4o": 2, "gpt-4o-mini": 1}
        for name, price in PRICES.items():
            client.chat.completions.create(model=name, max_tokens=9, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "a loop over a dictionary": (
        """
        PRICES = {"gpt-4o": 2, "gpt-4o-mini": 1}
        for name in PRICES:
            client.chat.completions.create(model=name, max_tokens=9, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "models as the values of a dictionary": (
        """
        MODELS = {"good": "gpt-4o", "fast": "gpt-4o-mini"}
        for name in MODELS.values():
            client.chat.completions.create(model=name, max_tokens=9, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "an entry taken over from another dictionary": (
        """
        BASE = {"model": "gpt-4o", "cap": 1}
        MINE = {**BASE, "cap": 9}
        client.chat.completions.create(model=MINE["model"], max_tokens=MINE["cap"], messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a preset or a default": (
        """
        MODELS = {"fast": "gpt-4o-mini"}
        def ask(kind):
            return client.chat.completions.create(model=MODELS.get(kind, "gpt-4o"), max_tokens=9, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "the value of an enum": (
        """
        import enum
        class Model(enum.Enum):
            FAST = "gpt-4o"
        client.chat.completions.create(model=Model.FAST.value, max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "presets in presets": (
        """
        PRESETS = {"fast": {"model": "gpt-4o-mini", "cap": 9}, "good": {"model": "gpt-4o", "cap": 9}}
        def ask(kind):
            preset = PRESETS[kind]
            return client.chat.completions.create(model=preset["model"], max_tokens=preset["cap"], messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "what a function returns that a parameter is by default": (
        """
        def usual():
            return {"model": "gpt-4o", "max_tokens": 9}
        def ask(options=usual):
            given = options()
            return client.chat.completions.create(messages=[], model=given["model"], max_tokens=given["max_tokens"])
        """,
        ("gpt-4o", 9),
    ),
    "the elements of a list that a parameter is by default": (
        """
        MODELS = ["gpt-4o", "gpt-4o-mini"]
        def ask(models=MODELS):
            for model in models:
                client.chat.completions.create(messages=[], model=model, max_tokens=9)
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "options in place of which a caller may pass others": (
        """
        DEFAULTS = {"model": "gpt-4o", "max_tokens": 9}
        def ask(options=None):
            return client.chat.completions.create(messages=[], **(options or DEFAULTS))
        """,
        ("gpt-4o", "dynamic"),
    ),
    "the fields of an object in place of which a caller may pass another": (
        """
        import attrs
        @attrs.define
        class Options:
            model: str = "gpt-4o"
            max_tokens: int = 9
        class Bot:
            def __init__(self, options: Options | None = None):
                self.options = options or Options()
            def ask(self):
                return client.chat.completions.create(messages=[], **attrs.asdict(self.options))
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a copy of a preset, of which the model is taken": (
        """
        PRESETS = {"fast": {"model": "gpt-4o-mini", "max_tokens": 9}, "good": {"model": "gpt-4o", "max_tokens": 99}}
        def ask(kind="fast"):
            preset = dict(PRESETS[kind])
            model = preset.pop("model")
            return client.chat.completions.create(model=model, messages=[], **preset)
        """,
        ("gpt-4o-mini", 9),
    ),
    "a copy of a preset that is changed": (
        """
        PRESETS = {"fast": {"model": "gpt-4o-mini", "max_tokens": 99}}
        def ask():
            preset = dict(PRESETS["fast"])
            preset["max_tokens"] = 9
            return client.chat.completions.create(messages=[], **preset)
        """,
        ("gpt-4o-mini", 9),
    ),
    "a model set on a configuration without one": (
        """
        class Bot:
            def __init__(self, config):
                self.config = config
                if not self.config.model:
                    self.config.model = "gpt-4o"
            def ask(self):
                return client.chat.completions.create(model=self.config.model, max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a model set on a parameter": (
        """
        def ask(config):
            config.model = "gpt-4o"
            return client.chat.completions.create(model=config.model, max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "options of several methods": (
        """
        class Base:
            def _config(self):
                config = {}
                if self.cap is not None:
                    config["max_tokens"] = self.cap
                return config
            def _body(self):
                body = {"model": "gpt-4o"}
                body.update(self._config())
                return body
        class Bot(Base):
            cap: int = None
            def ask(self):
                return client.chat.completions.create(messages=[], **self._body())
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a request made by the caller": (
        """
        class Bot:
            def _send(self, request):
                return client.chat.completions.create(**request)
            def ask(self, text):
                return self._send({"model": "gpt-4o", "max_tokens": 9, "messages": []})
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a dictionary without its empty entries": (
        """
        def ask(seed=None):
            body = {"model": "gpt-4o", "max_tokens": 9, "seed": seed}
            body["stream"] = True
            body = {k: v for k, v in body.items() if v is not None}
            return client.chat.completions.create(messages=[], **body)
        """,
        ("gpt-4o", 9),
    ),
    "a dictionary with some of its keys": (
        """
        ALLOWED = known()
        def ask():
            body = {"model": "gpt-4o", "max_tokens": 9}
            return client.chat.completions.create(messages=[], **{k: v for k, v in body.items() if k in ALLOWED})
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a client given to an annotated attribute": (
        """
        class Bot:
            def __init__(self, given):
                self.client: OpenAI = given
            def ask(self):
                return self.client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a class chosen from a dictionary": (
        """
        class Bot:
            def __init__(self, model):
                self.model = model
        class Other(Bot):
            pass
        def ask(kind):
            bot = {"bot": Bot, "other": Other}[kind](model="gpt-4o")
            return client.chat.completions.create(model=bot.model, max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a lazy import inside a function": (
        """
        def ask():
            from anthropic import Anthropic
            return Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[])
        """,
        ("claude-sonnet-4-5", 9),
    ),
    "__import__": (
        """
        anthropic = __import__("anthropic")
        anthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[])
        """,
        ("claude-sonnet-4-5", 9),
    ),
    "importlib": (
        """
        import importlib
        anthropic = importlib.import_module("anthropic")
        anthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[])
        """,
        ("claude-sonnet-4-5", 9),
    ),
    "an import that may fail": (
        """
        try:
            from groq import Groq as Maker
        except ImportError:
            Maker = None
        Maker().chat.completions.create(model="llama-3.3-70b-versatile", max_tokens=9, messages=[])
        """,
        ("llama-3.3-70b-versatile", 9),
    ),
    "a client as a property": (
        """
        class Bot:
            @property
            def client(self):
                return OpenAI()
            def ask(self):
                return self.client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a client made late": (
        """
        class Bot:
            def __init__(self):
                self._client = None
            def _get(self):
                if self._client is None:
                    self._client = OpenAI()
                return self._client
            def ask(self):
                return self._get().chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a client in a global": (
        """
        _client = None
        def get():
            global _client
            if _client is None:
                _client = OpenAI()
            return _client
        def ask():
            return get().chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a client given to the constructor": (
        """
        class Bot:
            def __init__(self, client: OpenAI):
                self.client = client
            def ask(self):
                return self.client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a client given to the constructor without a type": (
        """
        class Bot:
            def __init__(self, client):
                self.client = client
            def ask(self):
                return self.client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        Bot(OpenAI()).ask()
        """,
        ("gpt-4o", 9),
    ),
    "a factory with branches": (
        """
        from groq import Groq
        def make(kind):
            if kind == "groq":
                return Groq()
            return OpenAI()
        make("x").chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a client with options": (
        """
        client.with_options(timeout=3).chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "the raw response": (
        """
        client.chat.completions.with_raw_response.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a part of the client in a variable": (
        """
        completions = client.chat.completions
        completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "an executor": (
        """
        import asyncio
        from functools import partial
        async def ask():
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, partial(client.chat.completions.create, model="gpt-4o", max_tokens=9, messages=[]))
        """,
        ("gpt-4o", 9),
    ),
    "an executor and a lambda": (
        """
        import asyncio
        async def ask():
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, lambda: client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[]))
        """,
        ("gpt-4o", 9),
    ),
    "sync_to_async": (
        """
        from asgiref.sync import sync_to_async
        async def ask():
            return await sync_to_async(client.chat.completions.create)(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a function in a dictionary": (
        """
        SENDERS = {"openai": client.chat.completions.create}
        SENDERS["openai"](model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a function in an attribute": (
        """
        class Bot:
            def __init__(self):
                self.send = client.chat.completions.create
            def ask(self):
                return self.send(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a retry decorator": (
        """
        from tenacity import retry
        @retry
        def ask():
            return client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a retry called by hand": (
        """
        from tenacity import Retrying
        retryer = Retrying()
        retryer(client.chat.completions.create, model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a wrapper of langfuse": (
        """
        from langfuse.openai import openai
        openai.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a client of langfuse": (
        """
        from langfuse.openai import OpenAI as Traced
        Traced().chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a wrapper that returns the client": (
        """
        from langsmith.wrappers import wrap_openai
        wrapped = wrap_openai(OpenAI())
        wrapped.chat.completions.create(model="gpt-4o", max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a number computed from constants": (
        """
        BASE = 100
        client.chat.completions.create(model="gpt-4o", max_tokens=BASE * 2, messages=[])
        """,
        ("gpt-4o", 200),
    ),
    "a model put together": (
        """
        SIZE = "mini"
        client.chat.completions.create(model=f"gpt-4o-{SIZE}", max_tokens=9, messages=[])
        """,
        ("gpt-4o-mini", 9),
    ),
    "unpacked from a tuple": (
        """
        MODEL, CAP = "gpt-4o", 9
        client.chat.completions.create(model=MODEL, max_tokens=CAP, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a walrus": (
        """
        if (model := "gpt-4o"):
            client.chat.completions.create(model=model, max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a class attribute of another class": (
        """
        class Config:
            MODEL = "gpt-4o"
            class Limits:
                CAP = 9
        client.chat.completions.create(model=Config.MODEL, max_tokens=Config.Limits.CAP, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a namespace": (
        """
        from types import SimpleNamespace
        config = SimpleNamespace(model="gpt-4o", cap=9)
        client.chat.completions.create(model=config.model, max_tokens=config.cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a named tuple": (
        """
        from typing import NamedTuple
        class Config(NamedTuple):
            model: str = "gpt-4o"
        client.chat.completions.create(model=Config().model, max_tokens=9, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "environment through os.environ.get": (
        """
        import os
        MODEL = os.environ.get("MODEL", "gpt-4o")
        client.chat.completions.create(model=MODEL, max_tokens=int(os.environ.get("CAP", "9")), messages=[])
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a match statement": (
        """
        def ask(kind):
            match kind:
                case "fast":
                    model = "gpt-4o-mini"
                case _:
                    model = "gpt-4o"
            return client.chat.completions.create(model=model, max_tokens=9, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "a copy of a record with another field": (
        """
        from dataclasses import dataclass, replace
        @dataclass
        class Spec:
            model: str
            cap: int = 9
        SLOW = replace(Spec("gpt-4o-mini"), model="gpt-4o")
        client.chat.completions.create(model=SLOW.model, max_tokens=SLOW.cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "a copy of a copy": (
        """
        from pydantic import BaseModel
        class Spec(BaseModel):
            model: str = "gpt-4o-mini"
            cap: int = 1
        LONG = Spec().model_copy(update={"model": "gpt-4o", "cap": 2}).model_copy(update={"cap": 9})
        client.chat.completions.create(model=LONG.model, max_tokens=LONG.cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "fields that are read from a dictionary": (
        """
        from pydantic import BaseModel
        class Spec(BaseModel):
            model: str = "gpt-4o-mini"
            cap: int = 1
        SPEC = Spec.model_validate({"model": "gpt-4o", "cap": 9})
        client.chat.completions.create(model=SPEC.model, max_tokens=SPEC.cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "fields behind two stars": (
        """
        from pydantic import BaseModel
        class Spec(BaseModel):
            model: str = "gpt-4o-mini"
            cap: int = 1
        SPEC = Spec(**{"model": "gpt-4o", "cap": 9})
        client.chat.completions.create(model=SPEC.model, max_tokens=SPEC.cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "attributes set on an object of the module": (
        """
        class Options:
            pass
        options = Options()
        options.model = "gpt-4o"
        options.cap = 9
        def ask():
            return client.chat.completions.create(model=options.model, max_tokens=options.cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "an attribute that hides one of the same name elsewhere": (
        """
        class Options:
            model = "gpt-4o"
            cap = 9
        options = Options()
        options.model = "gpt-4o-mini"
        def ask(options):
            return client.chat.completions.create(model=options.model, max_tokens=options.cap, messages=[])
        """,
        (None, "dynamic"),
    ),
    "an entry put into an empty dictionary": (
        """
        TABLE = {}
        TABLE["fast"] = ("gpt-4o-mini", 1)
        TABLE["fast"] = ("gpt-4o", 9)
        model, cap = TABLE["fast"]
        client.chat.completions.create(model=model, max_tokens=cap, messages=[])
        """,
        ("gpt-4o", 9),
    ),
    "an entry that is replaced on one branch": (
        """
        TABLE = {"fast": "gpt-4o-mini"}
        if large():
            TABLE["fast"] = "gpt-4o"
        client.chat.completions.create(model=TABLE["fast"], max_tokens=9, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "what a subclass hands to the constructor of its base": (
        """
        class Base:
            def __init__(self, model):
                self.model = model
            def ask(self):
                return client.chat.completions.create(model=self.model, max_tokens=9, messages=[])
        class Small(Base):
            def __init__(self):
                super().__init__("gpt-4o")
        """,
        ("gpt-4o", 9),
    ),
    "what a subclass makes of an attribute": (
        """
        class Base:
            MODEL = "gpt-4o-mini"
            def ask(self):
                return client.chat.completions.create(model=self.MODEL, max_tokens=9, messages=[])
        class Large(Base):
            MODEL = "gpt-4o"
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
    "an attribute of a mixin": (
        """
        class Models:
            MODEL = "gpt-4o"
        class Base:
            def ask(self):
                return client.chat.completions.create(model=self.MODEL, max_tokens=9, messages=[])
        class Bot(Models, Base):
            pass
        """,
        ("gpt-4o", 9),
    ),
    "what an object is made with": (
        """
        class Summary:
            def __init__(self, model):
                self.model = model
            def __call__(self, text):
                return client.chat.completions.create(model=self.model, max_tokens=9, messages=[])
        summary = Summary("gpt-4o")
        """,
        ("gpt-4o", 9),
    ),
    "a class attribute that an object falls back on": (
        """
        class Base:
            usual = None
            def __init__(self, model=None):
                self.model = model or self.usual
            def ask(self):
                return client.chat.completions.create(model=self.model, max_tokens=9, messages=[])
        class Small(Base):
            usual = "gpt-4o"
        Small().ask()
        """,
        ("gpt-4o", 9),
    ),
    "a field that is one of several": (
        """
        from typing import Literal
        from pydantic import BaseModel
        class Body(BaseModel):
            model: Literal["gpt-4o", "gpt-4o-mini"]
        def ask(body: Body):
            return client.chat.completions.create(model=body.model, max_tokens=9, messages=[])
        """,
        (["gpt-4o", "gpt-4o-mini"], 9),
    ),
}


@pytest.mark.parametrize(("text", "expected"), ONE.values(), ids=ONE.keys())
def test_one_call(found, text, expected) -> None:
    assert seen(found(HEAD + dedent(text)).project) == [expected]


CALLERS = {
    "options that the caller leaves out": (
        """
        DEFAULTS = {"model": "gpt-4o", "max_tokens": 9}
        def ask(question, options=None):
            return client.chat.completions.create(messages=[question], **(options or DEFAULTS))
        ask("Name a colour.")
        """,
        ("gpt-4o", 9),
    ),
    "keywords that a wrapper of the wrapper passes on": (
        """
        def _call(messages, model, max_tokens=None):
            return client.chat.completions.create(model=model, messages=messages, max_tokens=max_tokens)
        def ask(prompt, model="gpt-4o", **options):
            return _call([{"role": "user", "content": prompt}], model, **options)
        ask("Name a colour.", max_tokens=9)
        """,
        ("gpt-4o", 9),
    ),
    "keywords that are added to before they are passed on": (
        """
        def _call(messages, model, max_tokens=None):
            return client.chat.completions.create(model=model, messages=messages, max_tokens=max_tokens)
        def ask(prompt, model="gpt-4o", **options):
            options.update(load())
            return _call([{"role": "user", "content": prompt}], model, **options)
        ask("Name a colour.", max_tokens=9)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a request built by the caller over several statements": (
        """
        class Bot:
            def _send(self, request):
                return client.chat.completions.create(**request)
            def ask(self, text, long):
                request = {"model": "gpt-4o", "messages": []}
                if long:
                    request["max_tokens"] = 9
                return self._send(request)
        """,
        ("gpt-4o", "dynamic"),
    ),
    "a body built by the caller": (
        """
        import requests
        def send(url, body):
            return requests.post("https://api.openai.com/v1/chat/completions", json=body)
        def ask(text):
            body = {"model": "gpt-4o", "messages": []}
            body["max_tokens"] = 9
            return send("x", body)
        """,
        ("gpt-4o", 9),
    ),
    "a fallback that the caller does not need": (
        """
        import os
        def send(text, model=None, cap=None):
            if cap is None:
                cap = 1
            return client.chat.completions.create(
                model=model or os.getenv("MODEL") or "gpt-4o-mini", max_tokens=cap, messages=[{"role": "user", "content": text}])
        def ask(text):
            return send(text, model="gpt-4o", cap=9)
        """,
        ("gpt-4o", 9),
    ),
    "a fallback that the caller needs": (
        """
        def send(text, model=None, cap=None):
            if not cap:
                cap = 9
            return client.chat.completions.create(
                model=model or "gpt-4o", max_tokens=cap, messages=[{"role": "user", "content": text}])
        def ask(text):
            return send(text)
        """,
        ("gpt-4o", 9),
    ),
    "a method of the base class": (
        """
        class Bot:
            def __init__(self, model="gpt-4o-mini"):
                self.model = model
            def ask(self, text, cap=1):
                return client.chat.completions.create(
                    model=self.model, max_tokens=cap, messages=[{"role": "user", "content": text}])
        class Translator(Bot):
            def __init__(self):
                super().__init__(model="gpt-4o")
            def translate(self, text):
                return super().ask(f"Translate {text}", cap=9)
        """,
        ("gpt-4o", 9),
    ),
    "keywords through a function": (
        """
        def send(**options):
            return client.chat.completions.create(messages=[], **options)
        def ask(text):
            return send(model="gpt-4o", max_tokens=9)
        """,
        ("gpt-4o", 9),
    ),
    "keywords through two functions": (
        """
        def send(**options):
            return client.chat.completions.create(**options)
        def talk(text, **options):
            return send(model="gpt-4o", messages=[{"role": "user", "content": text}], **options)
        def ask(text):
            return talk(text, max_tokens=9)
        """,
        ("gpt-4o", 9),
    ),
    "a default that the caller replaces": (
        """
        def send(**options):
            options.setdefault("model", "gpt-4o-mini")
            return client.chat.completions.create(messages=[], **options)
        def ask(text):
            return send(model="gpt-4o")
        """,
        ("gpt-4o", "none"),
    ),
    "a default that the caller leaves": (
        """
        def send(text, **options):
            options.setdefault("model", "gpt-4o-mini")
            return client.chat.completions.create(messages=[{"role": "user", "content": text}], **options)
        def ask(text):
            return send(text, max_tokens=9)
        """,
        ("gpt-4o-mini", 9),
    ),
    "keywords that a caller does not know either": (
        """
        def send(text, **options):
            return client.chat.completions.create(messages=[], model="gpt-4o", **options)
        def ask(text, options):
            return send(text, **options)
        """,
        ("gpt-4o", "unknown"),
    ),
    "a static method": (
        """
        class Bot:
            @staticmethod
            def ask(text, cap):
                return client.chat.completions.create(
                    model="gpt-4o", max_tokens=cap, messages=[{"role": "user", "content": "Sort this: " + text}])
        Bot.ask("Paris, Rome", 9)
        """,
        ("gpt-4o", 9),
    ),
    "a partial in a dictionary": (
        """
        from functools import partial
        def ask(text, model, cap):
            return client.chat.completions.create(
                model=model, max_tokens=cap, messages=[{"role": "user", "content": text}])
        WAYS = {"fast": partial(ask, model="gpt-4o", cap=9)}
        WAYS["fast"]("Name a colour.")
        """,
        ("gpt-4o", 9),
    ),
    "a text that goes into the text of another": (
        """
        def ask(text, cap):
            return client.chat.completions.create(
                model="gpt-4o", max_tokens=cap, messages=[{"role": "user", "content": text}])
        def short(text):
            return ask(text + " Answer in one word.", 9)
        short("Name a colour.")
        """,
        ("gpt-4o", 9),
    ),
}


@pytest.mark.parametrize(("text", "expected"), CALLERS.values(), ids=CALLERS.keys())
def test_one_caller(found, text, expected) -> None:
    project = found(HEAD + dedent(text)).project
    assert seen(project, project.callers) == [expected]


DEFAULTS = {
    "a field that the environment may set": """
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            model: str = "gpt-4o"
        client.chat.completions.create(model=Settings().model, messages=[])
    """,
    "a field of a field that the environment may set": """
        from pydantic import BaseModel
        from pydantic_settings import BaseSettings
        class Models(BaseModel):
            chat: str = "gpt-4o"
        class Settings(BaseSettings):
            models: Models = Models()
        client.chat.completions.create(model=Settings().models.chat, messages=[])
    """,
    "settings made once": """
        from functools import lru_cache
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            model: str = "gpt-4o"
        @lru_cache
        def settings() -> Settings:
            return Settings()
        client.chat.completions.create(model=settings().model, messages=[])
    """,
    "an option of click": """
        import click
        @click.command()
        @click.option("-m", "--chat-model", default="gpt-4o")
        def ask(chat_model):
            return client.chat.completions.create(model=chat_model, messages=[])
    """,
    "an option of typer": """
        import typer
        def ask(model: str = typer.Option("gpt-4o", "--model")):
            return client.chat.completions.create(model=model, messages=[])
    """,
    "an argument of argparse": """
        import argparse
        def parse():
            parser = argparse.ArgumentParser()
            parser.add_argument("-m", "--chat-model", default="gpt-4o")
            return parser.parse_args()
        args = parse()
        client.chat.completions.create(model=args.chat_model, messages=[])
    """,
    "an argument of argparse under another name": """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--m", dest="model", default="gpt-4o")
        args, rest = parser.parse_known_args()
        client.chat.completions.create(model=args.model, messages=[])
    """,
    "a text made of defaults": """
        def ask(family="gpt", version="4o"):
            return client.chat.completions.create(model=f"{family}-{version}", messages=[])
    """,
    "a variable that decouple reads": """
        from decouple import config
        client.chat.completions.create(model=config("MODEL", default="gpt-4o"), messages=[])
    """,
    "a variable that environs reads": """
        from environs import Env
        env = Env()
        client.chat.completions.create(model=env.str("MODEL", "gpt-4o"), messages=[])
    """,
    "a variable with a default where the reader is made": """
        import environ
        env = environ.Env(MODEL=(str, "gpt-4o"))
        client.chat.completions.create(model=env("MODEL"), messages=[])
    """,
    "a setting of an application that may lack it": """
        from flask import current_app
        client.chat.completions.create(model=current_app.config.get("MODEL", "gpt-4o"), messages=[])
    """,
}


@pytest.mark.parametrize("text", DEFAULTS.values(), ids=DEFAULTS.keys())
def test_a_default_is_said_to_be_one(found, text) -> None:
    (call,) = found(HEAD + dedent(text)).project.calls
    assert (call.model.values, call.model.basis) == (("gpt-4o",), "default")


PORTS = """
    from typing import Protocol
    from abc import ABC, abstractmethod
    class Port(Protocol):
        def complete(self, prompt: str, cap: int = 100) -> str: ...
        def close(self) -> None: ...
    class Base(ABC):
        @abstractmethod
        def complete(self, prompt: str, cap: int = 100) -> str:
            raise NotImplementedError("a subclass does")
    class Model{base}:
        def complete(self, prompt, cap=100):
            return client.chat.completions.create(model="gpt-4o", max_tokens=cap, messages=[])
        {close}
    class Service:
        def __init__(self, llm: {given}):
            self.llm = llm
        def haiku(self, topic):
            return self.llm.complete(f"Write a haiku about {topic}.", cap=60)
"""
CLOSE = "def close(self): pass"


@pytest.mark.parametrize(
    ("base", "close", "given", "callers"),
    [
        ("", CLOSE, "Port", [("gpt-4o", 60)]),  # it follows the protocol without naming it
        ("", "", "Port", []),  # it does not: a method is missing
        ("(Port)", CLOSE, "Port", [("gpt-4o", 60)]),
        ("(Base)", "", "Base", [("gpt-4o", 60)]),
        ("", CLOSE, "Base", []),  # an abstract class has to be named
    ],
)
def test_a_call_of_a_promised_method_is_one_of_what_keeps_the_promise(found, base, close, given, callers) -> None:
    text = dedent(PORTS).replace("{base}", base).replace("{close}", close).replace("{given}", given)
    assert seen(None, found(HEAD + text).project.callers) == callers


def test_a_method_with_a_body_promises_nothing(found) -> None:
    text = dedent(PORTS).replace('raise NotImplementedError("a subclass does")', "return log(prompt)")
    text = text.replace("{base}", "(Base)").replace("{close}", "").replace("{given}", "Base")
    assert found(HEAD + text).project.callers == ()


def test_what_a_package_hands_out_is_followed_to_the_files_that_take_it(found) -> None:
    project = found(
        {
            "llms/__init__.py": "from llms.factory import make\n",
            "llms/factory.py": "from llms.impl import Own\ndef make(name):\n    return {'own': Own}[name]()\n",
            "llms/impl.py": HEAD
            + "class Own:\n    def complete(self, text, cap):\n"
            + "        return client.chat.completions.create(model='gpt-4o', max_tokens=cap, messages=[])\n",
            "app.py": "from llms import make\nmodel = make('own')\ndef go(x):\n    return model.complete(x, 300)\n",
        }
    ).project
    assert [(c.place.path, c.cap.value) for c in project.callers] == [("app.py", 300)]


def test_each_of_several_models_has_its_own_place(found) -> None:
    text = """
        class Base:
            def ask(self):
                return client.chat.completions.create(model=self.MODEL, messages=[])
        class One(Base):
            MODEL = "gpt-4o"
        class Two(Base):
            MODEL = "gpt-4o-mini"
    """
    outcome = found(HEAD + dedent(text))
    (call,) = outcome.project.calls
    places = [call.model.place_of(value) for value in call.model.values]
    assert [outcome.source(p.path).text[p.span.start : p.span.end] for p in places] == ['"gpt-4o"', '"gpt-4o-mini"']


def test_a_setting_of_django_is_what_the_settings_modules_say(found) -> None:
    files = {
        "shop/settings/base.py": 'MODEL = "gpt-4o"\n',
        "shop/settings/prod.py": "from .base import *\nDEBUG = False\n",
        "shop/settings/dev.py": 'from .base import *\nMODEL = "gpt-4o-mini"\n',
        "shop/settings/test_x.py": 'MODEL = "gpt-4"\n',
        "app.py": "from django.conf import settings\n"
        + HEAD
        + "client.chat.completions.create(model=settings.MODEL, max_tokens=settings.CAP, messages=[])\n",
    }
    (call,) = found(files).project.calls
    assert (call.model.values, call.model.basis, call.cap.state) == (("gpt-4o", "gpt-4o-mini"), "default", "dynamic")


CONFIGS = {
    "where it is made": ("config = types.GenerateContentConfig()\nconfig.max_output_tokens = 9\n", "config", 9),
    "on one branch": (
        "config = types.GenerateContentConfig()\nif short():\n    config.max_output_tokens = 9\n",
        "config",
        "dynamic",
    ),
    "in a function that returns it": (
        "def make():\n    made = types.GenerateContentConfig()\n    made.max_output_tokens = 9\n    return made\n",
        "make()",
        9,
    ),
    "again": (
        "config = types.GenerateContentConfig(max_output_tokens=1)\nconfig.max_output_tokens = 9\n",
        "config",
        9,
    ),
    "on another object": (
        "config = types.GenerateContentConfig()\nother = types.GenerateContentConfig()\nother.max_output_tokens = 9\n",
        "config",
        "none",
    ),
}


@pytest.mark.parametrize(("made", "passed", "cap"), CONFIGS.values(), ids=CONFIGS)
def test_what_is_set_on_a_configuration_counts(found, made, passed, cap) -> None:
    head = "from google import genai\nfrom google.genai import types\nclient = genai.Client()\n"
    call = f"client.models.generate_content(model='m-1', contents='x', config={passed})\n"
    assert seen(found(head + made + call).project) == [("m-1", cap)]


def test_a_configuration_that_is_set_after_the_call_had_no_cap(found) -> None:
    text = (
        "from google import genai\nfrom google.genai import types\nconfig = types.GenerateContentConfig()\n"
        "genai.Client().models.generate_content(model='m-1', contents='x', config=config)\n"
        "config.max_output_tokens = 9\n"
    )
    assert seen(found(text).project) == [("m-1", "none")]


def test_the_fields_of_a_class_below_one_of_an_sdk_are_its_defaults(found) -> None:
    text = """
        from langchain_openai import ChatOpenAI
        class Small(ChatOpenAI):
            model: str = "gpt-4o-mini"
            max_tokens: int = 9
        Small().invoke("Name a colour.")
        Small(model="gpt-4o").invoke("Name a country.")
    """
    assert seen(found(text).project) == [("gpt-4o-mini", 9), ("gpt-4o", 9)]


def test_more_models_than_can_be_listed_are_none(found) -> None:
    made = "".join(f'Bot("model-{i}")\n' for i in range(9))
    text = """
        class Bot:
            def __init__(self, model):
                self.model = model
            def ask(self):
                return client.chat.completions.create(model=self.model, max_tokens=9, messages=[])
    """
    assert seen(found(HEAD + dedent(text) + made).project) == [(None, 9)]


def test_a_client_behind_two_modules_that_hand_it_on_is_found(found) -> None:
    files = {
        "lib/__init__.py": "from lib import b\n",
        "lib/a.py": "from anthropic import Anthropic as _A\nclaude = _A()\nNAME = 'm-1'\n",
        "lib/b.py": "from lib.a import claude as model, NAME as MODEL\n",
        "main.py": "from lib.b import MODEL, model\nmodel.messages.create(model=MODEL, max_tokens=9, messages=[])\n",
    }
    assert seen(found(files).project) == [("m-1", 9)]


def test_a_function_of_a_package_under_another_name_is_called(found) -> None:
    files = {
        "tools/__init__.py": "from .llm import complete\n",
        "tools/llm.py": HEAD
        + "def complete(text, cap=1):\n    return client.chat.completions.create("
        + "model='m-1', max_tokens=cap, messages=[{'role': 'user', 'content': text}])\n",
        "report.py": "import tools as t\nt.complete('Name a colour.', cap=9)\n",
    }
    assert seen(None, found(files).project.callers) == [("m-1", 9)]


GENERATION = {
    "made and set": ("config = GenerationConfig()\nconfig.max_new_tokens = 9\n", ", generation_config=config", 9),
    "given when it is made": ("config = GenerationConfig(max_new_tokens=9)\n", ", generation_config=config", 9),
    "loaded and set": (
        "config = GenerationConfig.from_pretrained('m-1')\nconfig.max_new_tokens = 9\n", ", generation_config=config", 9,
    ),
    "that of the model, set": ("config = model.generation_config\nconfig.max_new_tokens = 9\n", ", generation_config=config", 9),
    "set on the model": ("model.generation_config.max_new_tokens = 9\n", "", 9),
    "put into the model": ("model.generation_config = GenerationConfig(max_new_tokens=9)\n", "", 9),
    "loaded": ("config = GenerationConfig.from_pretrained('m-1')\n", ", generation_config=config", "unknown"),
    "set on another model": ("other.generation_config.max_new_tokens = 9\n", "", "none"),
    "nowhere": ("", "", "none"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "passed", "cap"), GENERATION.values(), ids=GENERATION)
def test_the_configuration_of_a_local_model_bounds_its_answers(found, made, passed, cap) -> None:
    text = "from transformers import AutoModelForCausalLM, GenerationConfig\n"
    text += "model = AutoModelForCausalLM.from_pretrained('m-1')\nother = AutoModelForCausalLM.from_pretrained('m-2')\n"
    assert seen(found(f"{text}{made}model.generate('x'{passed})\n").project) == [("m-1", cap)]


def test_what_a_constructor_sets_on_its_model_holds_in_the_methods(found) -> None:
    text = """
from transformers import AutoModelForCausalLM, GenerationConfig
class Local:
    def __init__(self):
        self.model = AutoModelForCausalLM.from_pretrained('m-1')
        self.model.generation_config = GenerationConfig.from_pretrained('m-1')
        self.model.generation_config.max_new_tokens = 9
    def ask(self, x):
        return self.model.generate(x)
"""
    assert seen(found(text).project) == [("m-1", 9)]


@pytest.mark.parametrize(
    ("decorator", "calls"), [("@root_validator()", 2), ("@model_validator", 2), ("@staticmethod", 0)]
)
def test_what_a_validator_puts_into_a_field_is_its_value_in_the_class_above_too(found, decorator, calls) -> None:
    text = f"""
import openai
from pydantic import BaseModel, model_validator, root_validator
class Above(BaseModel):
    client: object
    def ask(self, **kwargs):
        return self.client.create(**kwargs)
class Vectors(Above):
    {decorator}
    def check(cls, values):
        values["client"] = openai.Embedding
        return values
class Chat(Above):
    client: object
    {decorator}
    def check(cls, values):
        values["client"] = openai.ChatCompletion
        return values
    def one(self, text):
        return self.client.create(model="gpt-4", messages=[{{"role": "user", "content": text}}])
"""
    assert [call.kind for call in found(text).project.calls] == ["chat"] * calls


SHAPES = {
    "transformers": ("import transformers\n", "input_ids=x, attention_mask=y, output_scores=True", "transformers"),
    "transformers, not imported": ("", "input_ids=x, attention_mask=y", "transformers"),
    "vllm": ("import vllm\n", "x, sampling_params=y", "vllm"),
    "neither": ("import vllm, transformers\n", "x, y", None),
    "vllm, not imported": ("import openai\n", "x, sampling_params=y", None),
}


@pytest.mark.parametrize(("head", "given", "sdk"), SHAPES.values(), ids=SHAPES)
def test_a_local_model_that_is_passed_in_is_known_by_what_it_is_given(found, head, given, sdk) -> None:
    text = f"{head}SYSTEM_PROMPT = 'You are a helpful assistant.'\ndef run(engine, x, y):\n    return engine.generate({given})\n"
    assert [call.sdk for call in found(text).project.calls] == ([sdk] if sdk else [])


BODY = """
MODEL = "gpt-4o"
def body(messages, limit=0, stop=None):
    made = {"model": MODEL, "messages": messages}
    if limit:
        made["max_tokens"] = limit
    if stop is not None:
        made.update(stop=stop)
    return made
"""


@pytest.mark.parametrize(
    ("passed", "cap"), [("", "none"), (", limit=7", 7), (", 9, stop='.'", 9), (", limit=limits()", "dynamic")]
)
def test_what_a_call_leaves_out_is_not_put_into_what_it_is_given(found, passed, cap) -> None:
    text = HEAD + BODY + f"client.chat.completions.create(**body([]{passed}))\n"
    assert seen(found(text).project) == [("gpt-4o", cap)]
