"""Where a request goes by the address that its client is given: to a seller, to that of its SDK, or to a host of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from promptlint.facts import Known
from promptlint.files import scope_of
from promptlint.link.program.module import Module
from promptlint.link.requests.urls import Urls
from promptlint.link.resolve.constants import texts
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.passed import Argument, Arguments
from promptlint.link.resolve.values import Context, Data, Default, Missing, ParameterValue, Value, flat

_PARAMETERS = (
    "base_url",
    "api_base",
    "azure_endpoint",
    "endpoint",
    "openai_api_base",
    "azure_deployment",
    "server_url",
    "endpoint_url",
    "host",
)
_THIS_MACHINE = re.compile(r"(?:https?://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?=[:/]|$)")
_USUAL = ""
_DEEPEST = 4


class Goes(NamedTuple):
    """Where a request may go. `sellers`: whose hosts it may go to, the SDK's own being an empty text; none where it surely goes
    to a host or a deployment of one's own.

    `own`: it may go to one, as far as is known. `here`: to this machine and nowhere else. `by_default`: unless a caller or the
    environment says another.
    """

    sellers: tuple[str, ...] = (_USUAL,)
    own: bool = False
    here: bool = False
    by_default: bool = False


class _Way(NamedTuple):
    """One address: `seller` is None where it is of nobody that is known. `open`: nothing is known of it."""

    seller: str | None
    here: bool = False
    by_default: bool = False
    open: bool = False


_UNKNOWN = _Way(None, by_default=True, open=True)


class Addresses:
    """Reads where requests go. `module` is the file of the request, `cls` the class around it."""

    def __init__(self, names: Names, module: Module, cls: str | None) -> None:
        self._names = names
        self._urls = Urls(names, cls)
        self._in_tests = scope_of(module.path) == "tests"

    def goes(self, arguments: Arguments, sdk: str) -> Goes:
        """Where a request with these arguments goes, that is sent with an SDK."""
        table = self._names.knowledge.sdks.get(sdk)
        read = frozenset(f"environment {name}" for name in table.address_env) if table is not None else frozenset()
        found = [
            [way for one in arguments.given[name] for way in self._ways(one, read, 0)]
            for name in _PARAMETERS
            if name in arguments.given
        ]
        ways = [way for ways in found for way in ways]
        if not ways:
            return Goes()
        here = all(way.here for way in ways)
        by_default = len({way.seller for way in ways}) > 1 or any(way.by_default for way in ways)
        if any(all(way.seller is None for way in ways) for ways in found):
            return Goes((), own=True, here=here)
        sellers = dict.fromkeys(way.seller for way in ways if way.seller is not None)
        if len(found) > 1 and len(sellers) > 1:  # where one parameter says whose it is, another need not
            sellers.pop(_USUAL, None)
        return Goes(tuple(sellers), any(way.seller is None and not way.open for way in ways), here, by_default)

    def _ways(self, argument: Argument, read: frozenset[str], depth: int) -> Iterator[_Way]:
        """The addresses that an argument may be; `read` are the variables that the SDK itself takes one from."""
        values = flat(self._names.resolve(argument.expr, argument.context))
        ways = [way for value in values for way in self._of(value, read, depth)]
        if all(way.open for way in ways):  # a default may be declared elsewhere: an option, a field of what is passed
            told = texts(self._names, argument)[0] or self._urls.texts(argument.expr, argument.context)
            ways = [self._at(text)._replace(by_default=True) for text in told] or ways
        yield from ways
        if not argument.sure:
            yield _Way(_USUAL, by_default=True)

    def _of(self, value: Value, read: frozenset[str], depth: int) -> Iterator[_Way]:
        if isinstance(value, Default):
            for inner in flat(value.value):
                ways = self._of(inner, read, depth)
                yield from (way._replace(by_default=way.by_default or not value.sure) for way in ways)
        elif isinstance(value, Missing):
            yield _Way(_USUAL, by_default=True) if value.reason in read and not value.chain else _UNKNOWN
        elif isinstance(value, ParameterValue) and not value.chain and depth < _DEEPEST:
            yield from dict.fromkeys(self._passed(value, read, depth + 1))
        elif isinstance(value, Data) and isinstance(value.expr, Known):
            yield _Way(_USUAL) if value.expr.value is None else _UNKNOWN
        else:
            yield from [self._at(text) for text in self._urls.of(value)] or [_UNKNOWN]

    def _passed(self, value: ParameterValue, read: frozenset[str], depth: int) -> Iterator[_Way]:
        """What callers pass for a parameter, and its default; that nothing is passed counts where no caller passes something."""
        parameter = value.parameter
        calls = self._urls.passed(value) if parameter is not None else ()
        given = [one for caller, one in calls if self._in_tests or scope_of(caller.path) != "tests"]
        usual: list[_Way] = []
        if value.default is not None:
            usual = list(self._ways(Argument(value.default, Context(value.module)), read, depth))
        if not given or None in given or any(way.seller != _USUAL for way in usual):
            yield from (way._replace(by_default=True) for way in usual)
        for one in given:
            if one is not None:
                yield from self._ways(Argument(*one), read, depth)
        if not usual and not given:
            yield _UNKNOWN

    def _at(self, text: str) -> _Way:
        knowledge = self._names.knowledge
        owner = next((owner for host, owner in knowledge.hosts.items() if host in text), None)
        here = _THIS_MACHINE.match(text) is not None
        return _Way(None if owner in knowledge.deployments else owner, here)
