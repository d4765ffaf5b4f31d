"""Whether a person waits for the answer of a call: what runs the function it stands in, over the calls of its callers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Attribute, Expr, Function, Invocation, Literal, Name, Result, Text
from promptlint.files import scope_of
from promptlint.link.callers import clocks
from promptlint.link.callers.graph import CallGraph
from promptlint.link.program.decorators import decorator_name
from promptlint.link.program.module import Module, callee_name
from promptlint.link.resolve.allowance import Allowance
from promptlint.link.resolve.handed import CALLBACKS, EVENTS, SCHEDULES, SHOWS, Handed
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import ClassValue

_WEB = frozenset(
    ("get", "post", "put", "patch", "delete", "route", "websocket", "api_route", "on_message", "on_chat_start", "api_view",
     "require_POST", "require_GET", "require_http_methods", "csrf_exempt", "login_required", "view_config",
     "message_handler", "callback_query_handler", "slash_command", "hybrid_command")
)  # fmt: skip
# What these names say depends on the framework: `command` is a bot's or a command line's.
_BOT = frozenset(("event", "command", "message", "action", "view", "on", "shortcut", "listen", "callback", "error"))
_BOT_ROOTS = frozenset(
    ("discord", "nextcord", "disnake", "telegram", "telebot", "aiogram", "pyrogram", "slack_bolt", "twitchio", "chainlit",
     "socketio", "flask_socketio", "dash", "interactions", "botbuilder", "telethon", "gradio", "nicegui", "shiny")
)  # fmt: skip
_JOB = frozenset(("shared_task", "dag", "cron", "scheduled_job", "periodic_task", "actor", "db_task"))
_MAYBE_JOB = frozenset(("task", "flow", "job", "op", "asset", "step", "repeat", "schedule"))
_JOB_ROOTS = frozenset(
    ("celery", "prefect", "airflow", "dagster", "rq", "django_rq", "apscheduler", "huey", "dramatiq", "luigi", "taskiq",
     "arq", "schedule", "zenml", "metaflow", "flytekit", "kfp", "procrastinate")
)  # fmt: skip
_WEB_ROOTS = _BOT_ROOTS | frozenset(
    ("fastapi", "flask", "starlette", "django", "streamlit", "sanic", "aiohttp", "quart", "tornado", "litestar", "bottle",
     "falcon", "rest_framework", "panel", "reflex", "solara", "mesop")
)  # fmt: skip
# In these the whole file runs again for each of a user's actions.
_SCREENS = frozenset(("streamlit", "solara", "mesop"))
_VIEWS = frozenset(
    ("View", "APIView", "ViewSet", "ModelViewSet", "GenericViewSet", "GenericAPIView", "TemplateView", "FormView",
     "RequestHandler", "WebSocketHandler", "HTTPEndpoint", "WebSocketEndpoint", "Resource", "MethodView",
     "BaseHTTPRequestHandler", "AsyncWebsocketConsumer", "WebsocketConsumer", "AsyncJsonWebsocketConsumer",
     "JsonWebsocketConsumer", "HTTPMethodView", "Cog")
)  # fmt: skip
# Classes whose methods a command line, a scheduler or a worker runs.
_JOB_CLASSES = frozenset(
    ("django.core.management.base.BaseCommand", "django.core.management.BaseCommand", "airflow.models.BaseOperator",
     "airflow.models.baseoperator.BaseOperator", "airflow.sdk.BaseOperator", "airflow.sensors.base.BaseSensorOperator",
     "celery.Task", "celery.app.task.Task", "luigi.Task", "luigi.ExternalTask", "prefect.Task", "scrapy.Spider",
     "mrjob.job.MRJob", "apache_beam.DoFn")
)  # fmt: skip
# These run by the clock: what they do is not asked for by anyone.
_BY_CLOCK = frozenset(("dag", "cron", "scheduled_job", "periodic_task"))
# What derives from classes of these packages is run by nobody but the project.
_PLAIN = frozenset(
    ("abc", "builtins", "collections", "dataclasses", "enum", "pydantic", "threading", "typing", "typing_extensions")
)
_CLOCKS = frozenset(("add_job", "do", "add_periodic_task"))
_SECRET = re.compile(
    r"key|token|password|secret|credential|\by/n\b|\[y|yes/no|press enter|login|e-?mail", re.IGNORECASE
)
_FIELDS = ("chat_input", "text_input", "text_area")
_PROMPTERS = re.compile(r"^(?:click|typer|Prompt|questionary|console|.*session)$")
_DEEPEST = 6
_MOST_CLIMBED = 5_000


class Waiting:
    """Answers `yes`: a person waits; `no`: a script, job or test; `unclear`: it depends, or is not to be seen."""

    def __init__(self, names: Names, graph: CallGraph) -> None:
        self.names = names
        self.graph = graph
        self._known: dict[int, str] = {}
        self._allowed = Allowance(_MOST_CLIMBED)

    def at(self, module: Module, scope: str) -> str:
        """Who waits for what stands in a scope."""
        if module.path.endswith(".ipynb"):
            return "unclear"
        if scope_of(module.path) == "tests":
            return "no"
        function = module.function_of(scope)
        self._allowed.begin()
        return _top(module) if function is None else self._of(module, function, 0, frozenset())

    def by_clock(self, module: Module, scope: str) -> bool:
        """Whether only a schedule runs what stands in a scope: the function, or everything that calls it."""
        function = module.function_of(scope)
        self._allowed.begin()
        return function is not None and self._by_clock(module, function, frozenset())

    def _by_clock(self, module: Module, function: Function, seen: frozenset[int]) -> bool:
        if id(function) in seen or len(seen) > _DEEPEST or scope_of(module.path) == "tests":
            return False
        if not self._allowed.take():
            return False
        if any(self._runs_by_clock(d, module) for d in function.decorators):
            return True
        around = [(m, m.function_of(i.scope)) for m, i in self.graph.callers(module, function, follow=not seen)]
        handed = [h for h in self.graph.handed(function) if self.graph.is_handed(h, function)]
        if not all(self._starts(h) for h in handed):
            return False
        within = all(f is not None and self._by_clock(m, f, seen | {id(function)}) for m, f in around)
        tasks = any(decorator_name(d, module) in ("task", "shared_task") for d in function.decorators)
        beaten = tasks and "celery" in module.roots and clocks.beaten(self.names, function.qualname)
        return bool(handed or around or beaten) and within

    def _runs_by_clock(self, decorator: Expr, module: Module) -> bool:
        """Whether a decorator runs its function by a clock, seldom enough that nobody waits for what it does."""
        if clocks.by_argument(self.names, module, decorator):
            return True
        name = decorator_name(decorator, module)
        if name not in _BY_CLOCK or not module.roots & _JOB_ROOTS:
            return False
        made = module.facts.invocations[decorator.invocation] if isinstance(decorator, Result) else None
        if name == "dag":
            return made is not None and clocks.scheduled(self.names, module, made)
        return made is None or clocks.seldom(self.names, module, made)

    def _starts(self, handed: Handed) -> bool:
        """Whether what a function is handed to runs it by a clock."""
        if handed.keyword == "python_callable":
            return clocks.dags_scheduled(self.names, handed.module)
        return callee_name(handed.invocation) in _CLOCKS and clocks.seldom(self.names, handed.module, handed.invocation)

    def _of(self, module: Module, function: Function, depth: int, seen: frozenset[int]) -> str:
        if id(function) in self._known:
            return self._known[id(function)]
        if not self._allowed.take():
            return "unclear"
        answer = self._itself(module, function)
        if answer is None and depth < _DEEPEST:
            answer = self._around(module, function, depth, seen | {id(function)})
        if answer is None:
            answer = _uncalled(module)
        if depth == 0 or answer == "yes":
            self._known[id(function)] = answer
        return answer

    def _around(self, module: Module, function: Function, depth: int, seen: frozenset[int]) -> str | None:
        """What the callers say: `yes` when anyone waits."""
        self.graph.climb(module, function, depth)
        found = set()
        tried = True  # by the script that the file is as well, and by nobody else
        for place, invocation in self.graph.callers(module, function, follow=depth == 0):
            outer = place.function_of(invocation.scope)
            if outer is not None and id(outer) in seen:
                continue
            tried = tried and place is module and outer is None
            if place.path.endswith(".ipynb"):
                found.add("unclear")
            else:
                found.add(_top(place) if outer is None else self._of(place, outer, depth + 1, seen))
        if "yes" in found:
            return "yes"
        if found == {"no"} and tried and any(p.partition(".")[0] not in _PLAIN for p in self._bases(module, function)):
            return "unclear"  # whoever the base belongs to may run it
        return None if not found else "no" if found == {"no"} else "unclear"

    def _itself(self, module: Module, function: Function) -> str | None:
        """What a function says of itself: its decorators, its class, what it is handed to, whether it asks."""
        roots = module.roots
        for decorator in function.decorators:
            name = decorator_name(decorator, module)
            if name in _WEB or (name in _BOT and roots & _BOT_ROOTS):
                return "yes"
            if name in _JOB or (name in _MAYBE_JOB and roots & _JOB_ROOTS):
                return "no"
            if clocks.by_argument(self.names, module, decorator):
                return "no"
        bases = set(self._bases(module, function))
        shown = module.roots & _VIEW_ROOTS and any(path.rpartition(".")[2] in _VIEWS for path in bases)
        if shown or any(module.function_of(i.scope) is function for i in questions(module)):
            return "yes"
        if bases & _JOB_CLASSES:
            return "no"
        answers = set(self._handlers(function))
        return "yes" if "yes" in answers else "no" if answers else None

    def _bases(self, module: Module, function: Function) -> Iterator[str]:
        """The classes of other packages that the class of a method derives from."""
        if function.owner is not None and function.owner in module.classes:
            for owner in self.names.classes.lineage(ClassValue(module, module.classes[function.owner])):
                yield from self.names.classes.foreign_bases(owner)

    def _handlers(self, function: Function) -> Iterator[str]:
        for handed in self.graph.handed(function):
            answer = _handler(handed)
            if answer is not None and self.graph.is_handed(handed, function):
                yield answer


_VIEW_ROOTS = _WEB_ROOTS | {"http", "channels", "flask_restful", "flask_restx"}


def _top(module: Module) -> str:
    """Statements of the module itself: a script, unless it asks or a framework runs it for someone."""
    roots = module.roots
    if roots & _SCREENS or any(module.function_of(i.scope) is None for i in questions(module)):
        return "yes"
    return "unclear" if roots & _WEB_ROOTS else "no"


def _uncalled(module: Module) -> str:
    """A function that nothing in the project calls."""
    if module.roots & _WEB_ROOTS:
        return "unclear"
    return "no" if module.facts.entry_point else "unclear"


def _handler(handed: Handed) -> str | None:
    """Whether what a function is handed to runs it for someone, or on a schedule."""
    last = callee_name(handed.invocation)
    if last in SCHEDULES or handed.keyword == "python_callable":
        return "no"
    if last == "add_task" and any(e.target.endswith(".BackgroundTasks") for e in handed.module.facts.imports):
        return "no"  # it runs when the answer has been sent
    if last in SHOWS or handed.keyword in CALLBACKS:
        return "yes" if handed.module.roots & _WEB_ROOTS else None
    if last in EVENTS:
        return "yes" if "gradio" in handed.module.roots else None
    return None


def questions(module: Module) -> Iterator[Invocation]:
    """The calls that ask a person for something to work on: not for a key, and not for leave."""
    for name in ("input", "ask", "prompt", "prompt_async", *_FIELDS):
        for index in module.calls_by_name.get(name, ()):
            invocation = module.facts.invocations[index]
            texts = [e for e in invocation.positional if isinstance(e, Text)]
            said = "".join(s.text for text in texts for s in text.segments if isinstance(s, Literal))
            if not _SECRET.search(said) and _asks(module, name, invocation.callee):
                yield invocation


def _asks(module: Module, name: str, callee: Expr) -> bool:
    if name in _FIELDS:
        return "streamlit" in module.roots
    if isinstance(callee, Name):
        return name == "input"
    base = callee.base if isinstance(callee, Attribute) else None
    if isinstance(base, Result):  # `questionary.text(...).ask()`
        made = module.facts.invocations[base.invocation].callee
        base = made.base if isinstance(made, Attribute) else made
    return isinstance(base, (Name, Attribute)) and bool(_PROMPTERS.match(base.name))
