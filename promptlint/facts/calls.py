"""`Call`: one request to a model, with what stands round it: searches, caches, retries."""

from __future__ import annotations

from promptlint.facts.base import Place, Record
from promptlint.facts.requests import Cap, Definition, Message, Setting, Shape, Sold, Tools


class Retrieved(Record, frozen=True):
    """A search whose results are all sent: `count` of them, as it says at `place`."""

    place: Place
    callee: str
    count: int


class Stale(Record, frozen=True):
    """A cache without expiry round a request that holds `what`, of which its keys know nothing; `place` is where."""

    cache: str
    what: str
    place: Place
    decorator: Place


class Filled(Record, frozen=True):
    """The first value that is filled into a request at run time.

    `runs`: it is worked out each time the request is made; `passed`: it is made from what a function is passed, or goes
    through in a loop.
    """

    place: Place
    name: str
    source: str
    role: str | None
    runs: bool = False
    passed: bool = False


class Endless(Record, frozen=True):
    """Why a request is made again without end. `kind`: loop | agent; `parameter` would set a limit for an agent."""

    kind: str
    place: Place
    parameter: str | None = None


class Retry(Record, frozen=True):
    """What makes a request again when it fails. `attempts` in all, None when not known; `endless`: it never gives up.

    `function`: the one that it decorates; `loop`: where a `while` stands, whatever requests are in it.
    """

    name: str
    place: Place
    function: str = ""
    attempts: int | None = None
    endless: bool = False
    loop: Place | None = None


class Call(Record, frozen=True):
    """One request to a model as the program makes it. Tokens and money are in `Measures`.

    `could_list`: the parameter that takes a list of texts, where surely a single one is passed. `growing`: where messages
    are added to a conversation of which none is ever taken away. `by_clock`: nothing but a schedule runs it. `lost`:
    a batch whose id is not kept, in a project that collects none. `certain`: no condition stands before it, and no clock is read round it.
    `steady`: what it sends is written with names that nothing in the loop round it sets; `varies`: some of it is made from what
    the loop goes through. `form`: the schema of the answer,
    as it is sent; `answer` is what it demands. `anew`: variables in it that are set to another value each time.
    `prompts`: how many it carries, each answered for itself, None where there may be several. `all_taken`: the program
    looks at all of its answers. `caller_loop`: the nearest loop round a caller, with its kind. `first`: what is filled in first. `given_out`: an asynchronous generator gives something away on each turn of its loop.
    """

    site_id: str
    place: Place
    callee_place: Place
    callee: str
    sdk: str
    provider: str | None
    kind: str
    function: str
    scope: str
    model: Setting
    cap: Cap | None
    sold: Sold = Sold()
    settings: dict[str, Setting] = {}
    messages: tuple[Message, ...] = ()
    messages_known: bool = False
    tools: Tools | None = None
    has_tools: bool = False
    answer: Shape | None = None
    form: Definition | None = None
    loop: str | None = None
    loop_item: bool = False
    caller_loop: Place | None = None
    caller_loop_kind: str | None = None
    waits: str = "unclear"
    given_out: bool = False
    stream: bool = False
    prompt_cache: str = "unknown"
    response_cache: bool = False
    opaque: bool = False
    built_here: bool = False
    via: tuple[Place, ...] = ()
    callers: int = 0
    reference: bool = False
    could_list: str | None = None
    prompts: int | None = 1
    all_taken: bool = False
    by_clock: bool = False
    certain: bool = False
    steady: bool = False
    varies: bool = False
    anew: tuple[str, ...] = ()
    first: Filled | None = None
    stale: Stale | None = None
    lost: bool = False
    growing: Place | None = None
    retrieved: tuple[Retrieved, ...] = ()
    endless: Endless | None = None
    retries: tuple[Retry, ...] = ()

    @property
    def hosted_elsewhere(self) -> bool:
        """Whether it surely goes to a host or a deployment of the user's choice."""
        return self.sold.elsewhere == "surely"
