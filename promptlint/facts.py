"""What one file says, and what the project says once its files are linked: frozen structs, no behaviour beyond look-ups.

`FileFacts` is made from the bytes of one file alone (`parse/`), so it can be cached and sent between processes.
`Call`, `Prompt` and `Project` are what `link/` makes of all files together; checks see nothing else.
"""

from __future__ import annotations

from msgspec import Struct

# --- places ---------------------------------------------------------------------------------------------------------


class Span(Struct, frozen=True, array_like=True):
    """A half-open range of code points: `text[start:end]`."""

    start: int
    end: int


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A span in a file. `path` is POSIX and relative to the project's root."""

    path: str
    span: Span
    cell: int | None = None


# --- expressions before linking -------------------------------------------------------------------------------------


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all facts: immutable, compared by value."""


class Known(Record, tag="known", frozen=True):
    """A literal number, boolean or None. Text is `Text`."""

    value: int | float | bool | None
    span: Span


class Name(Record, tag="name", frozen=True):
    """A bare name, to be looked up from `scope` ("" is the module, "Bot.ask" a method)."""

    name: str
    scope: str
    span: Span


class Attribute(Record, tag="attribute", frozen=True):
    """`base.name`."""

    base: Expr
    name: str
    span: Span


class Item(Record, tag="item", frozen=True):
    """`base[key]`."""

    base: Expr
    key: Expr
    span: Span


class Choice(Record, tag="choice", frozen=True):
    """One of several values. `origin`: branch | or."""

    options: tuple[Expr, ...]
    origin: str
    span: Span


class Table(Record, tag="table", frozen=True):
    """A dictionary. `items` keeps the order; a key of None is `**value`; `keyed` are entries whose keys are no plain text."""

    items: tuple[tuple[str | None, Expr], ...]
    span: Span
    keyed: tuple[tuple[Expr, Expr], ...] = ()


class Items(Record, tag="items", frozen=True):
    """A list, tuple or set (`unordered`). `starred` holds the positions that are `*value`."""

    values: tuple[Expr, ...]
    span: Span
    starred: tuple[int, ...] = ()
    unordered: bool = False


class Result(Record, tag="result", frozen=True):
    """The value of a call: an index into `FileFacts.invocations`."""

    invocation: int
    span: Span


class Binary(Record, tag="binary", frozen=True):
    """`left operator right` for `+`, `|`, `%`, `*`, `/`, `-` and `//`."""

    left: Expr
    operator: str
    right: Expr
    span: Span


class Repeated(Record, tag="repeated", frozen=True):
    """The element of a comprehension: any number of `element`. `chosen`: a condition leaves some out."""

    element: Expr
    span: Span
    chosen: bool = False


class Unknown(Record, tag="unknown", frozen=True):
    """An expression that is not followed. `reason` is a short noun phrase for people."""

    reason: str
    span: Span


class Hole(Record, tag="hole", frozen=True):
    """A place filled at run time: `source` is the hole byte for byte (`{name!r:>8}`), `name` what fills it."""

    source: str
    name: str
    value: Expr | None
    span: Span


class Literal(Record, tag="literal", frozen=True):
    """Text as the program sees it. `runs` maps it back: (text offset, source offset, length), in code points."""

    text: str
    span: Span
    runs: tuple[tuple[int, int, int], ...] = ()


Segment = Literal | Hole


class Text(Record, tag="text", frozen=True):
    """A string expression: literal runs and holes. `form`: constant | fstring."""

    form: str
    segments: tuple[Segment, ...]
    span: Span


Expr = Known | Name | Attribute | Item | Choice | Table | Items | Text | Result | Binary | Repeated | Unknown


# --- what a file holds ----------------------------------------------------------------------------------------------


class Block(Record, frozen=True):
    """A branch of the control flow. Two blocks of one `group` exclude each other; `parent` is the enclosing block.

    `leaves`: an arm that ends in a `return` or a `raise`, so that nothing after the statement follows it.
    """

    parent: int
    group: int
    leaves: bool = False


class Binding(Record, frozen=True):
    """`name` in `scope` becomes `value`.

    `operation`: set | add (`+=`) | item (`x[key] = value`) | inside (`x[key][inner] = value`) | update | append | extend |
    setdefault | pop | other, and longer: `x[key].append(...)`, `value` being the list of what is added.
    `name` is the bare name, or `self.x` for an attribute of the first parameter of a method.
    """

    scope: str
    name: str
    value: Expr
    span: Span
    block: int = 0
    operation: str = "set"
    key: str | None = None
    annotation: str | None = None


class Parameter(Record, frozen=True):
    """`kind`: positional | keyword | args (`*args`) | kwargs (`**kwargs`)."""

    name: str
    kind: str
    default: Expr | None = None
    annotation: str | None = None


class Function(Record, frozen=True):
    """A `def` or `lambda`. `qualname` is its scope; `owner` the class it is a method of; `blocks` are those of its `returns`."""

    qualname: str
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expr, ...]
    returns: tuple[Expr, ...]
    is_async: bool
    span: Span
    owner: str | None = None
    annotation: str | None = None
    docstring: Text | None = None
    blocks: tuple[int, ...] = ()


class Class(Record, frozen=True):
    """A class statement. `bases` in order."""

    qualname: str
    bases: tuple[Expr, ...]
    decorators: tuple[Expr, ...]
    span: Span
    docstring: Text | None = None


class Loop(Record, frozen=True):
    """A loop around a call. `kind`: for | while | comprehension; `repeats` is False when the body always leaves.

    `endless`: `while True`, and nothing in its body leaves it; `until_success`: nothing but the end of a `try` in it does.
    """

    kind: str
    span: Span
    iterable: Expr | None = None
    repeats: bool = True
    endless: bool = False
    until_success: bool = False


class Invocation(Record, frozen=True):
    """A call expression. `text` is the callee as written, white space folded.

    `dropped`: what it answers is not kept, or read by nothing; noted of `create` and its like alone.
    """

    callee: Expr
    text: str
    scope: str
    positional: tuple[Expr, ...]
    keywords: Table
    span: Span
    callee_span: Span
    insert_at: int
    needs_comma: bool
    block: int = 0
    loops: tuple[Loop, ...] = ()
    starred: tuple[int, ...] = ()
    awaited: bool = False
    with_item: bool = False
    keyword_spans: dict[str, Span] = {}
    dropped: bool = False


class Ignore(Record, frozen=True):
    """`# promptlint: ignore[CODE] reason`. `line` is the 0-based line it speaks for; no codes is an error."""

    span: Span
    codes: tuple[str, ...]
    reason: str
    lines: tuple[int, int]


class Import(Record, frozen=True):
    """`local` in `scope` stands for `target`: a dotted path, with leading dots when relative. `maybe`: in a branch."""

    scope: str
    local: str
    target: str
    maybe: bool = False


class TextFile(Record, frozen=True):
    """A prompt in a file of its own, or one entry of a collection (`key`)."""

    segments: tuple[Segment, ...]
    span: Span
    syntax: str
    key: str | None = None
    role: str | None = None


class FileFacts(Record, frozen=True):
    """All that one file says. `kind`: python | template | text | data. `problem` says why it could not be read.

    `prompts` read like prompts, `others` are prompts only when a call or a prompt file reaches them; `includes` are the
    templates that a template names: they are parts of it.
    """

    kind: str
    imports: tuple[Import, ...] = ()
    bindings: tuple[Binding, ...] = ()
    blocks: tuple[Block, ...] = ()
    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    invocations: tuple[Invocation, ...] = ()
    texts: tuple[Expr, ...] = ()
    prompts: tuple[TextFile, ...] = ()
    others: tuple[TextFile, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    variables: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    entry_point: bool = False
    problem: str | None = None
    problem_at: int = 0


# --- after linking ----------------------------------------------------------------------------------------------------


class Setting(Record, frozen=True):
    """What a call passes for one parameter.

    `state`: known | dynamic | none | unknown. `values`: every value that can reach it, sorted.
    `basis`: literal | default | configured | sdk_default | unknown. `reason` says why it is not known. `places`: where each
    of several values stands.
    """

    state: str
    values: tuple[str | int | float | bool, ...] = ()
    basis: str = "unknown"
    place: Place | None = None
    parameter: str | None = None
    reason: str | None = None
    places: tuple[Place | None, ...] = ()

    def place_of(self, value: str | int | float | bool) -> Place | None:
        """Where one of the values stands, as far as it is known."""
        at = dict(zip(self.values, self.places, strict=False))
        return at.get(value) or self.place


class Cap(Record, frozen=True):
    """The output cap of a call, in tokens.

    `state`: number | dynamic | none | unknown. `source`: call | constructor | config | bind | decorator | global.
    `missing` is the catalogue's verdict on a call without one; `source` then says where it would be set, if not at the
    call. `reason` says why the value is not known. `literal` is where the number itself stands: at the call, in a
    constant, or at the caller of a wrapper. `fallback`: of a dynamic cap, the default that a caller, a command line or the
    environment may override.
    """

    state: str
    value: int | None = None
    parameter: str | None = None
    source: str | None = None
    place: Place | None = None
    required: bool = False
    default: int | None = None
    missing: str = "unknowable"
    literal: Place | None = None
    reason: str | None = None
    fallback: int | None = None


class Mark(Record, frozen=True):
    """A cache mark: all before it, and the first `end` segments of its message, are what it caches."""

    place: Place
    end: int


class Message(Record, frozen=True):
    """One message of a request: what is known of its text, in order. `complete`: no part of it is opaque.

    `parts`: its content is a list of parts, not one text. `detailed`: where an image is asked to be read in high detail.
    `marks`: where it is marked for the cache, for sure.
    """

    role: str | None
    segments: tuple[Segment, ...]
    prompts: tuple[str, ...] = ()
    cache_mark: bool = False
    complete: bool = True
    place: Place | None = None
    parts: bool = False
    detailed: tuple[Place, ...] = ()
    marks: tuple[Mark, ...] = ()


class Definition(Record, frozen=True):
    """A tool, or the form of an answer, as it is sent beside the messages.

    `words`: the names, descriptions and values that are written in the project: whatever is sent holds them. None where
    nothing of it is known. `function`: the JSON of a function that is known as a whole. `unsure`: it may not be sent.
    """

    name: str = ""
    words: tuple[str, ...] | None = None
    function: str = ""
    unsure: bool = False


class Tools(Record, frozen=True):
    """The tool definitions of a request. `whole`: there are no others; else nobody knows how many."""

    definitions: tuple[Definition, ...]
    whole: bool
    place: Place

    @property
    def known(self) -> tuple[Definition, ...]:
        """Those of which something is written in the project."""
        return tuple(d for d in self.definitions if d.words is not None)


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


class Endless(Record, frozen=True):
    """Why a request is made again without end. `kind`: loop | agent; `parameter` would set a limit for an agent."""

    kind: str
    place: Place
    parameter: str | None = None


class Retry(Record, frozen=True):
    """What makes a request again when it fails. `attempts` in all, None when not known; `endless`: it never gives up.

    `function`: the one that it decorates.
    """

    name: str
    place: Place
    function: str = ""
    attempts: int | None = None
    endless: bool = False


class Shape(Record, frozen=True):
    """The form that a request demands of an answer: a schema, as far as it bounds the length.

    `kind`: object | list | choice | boolean | integer | number | null | text. `fields` of an object, in order; `options`
    of a choice; `element` of a list of at most `most`. `name`: of its class or schema. `optional`: null, or nothing at all, may stand in its place.
    """

    kind: str
    name: str = ""
    fields: tuple[tuple[str, Shape], ...] = ()
    options: tuple[str, ...] = ()
    element: Shape | None = None
    most: int | None = None
    optional: bool = False


class Call(Record, frozen=True):
    """One request to a model as the program makes it. Tokens and money are in `Measures`.

    `could_list`: the parameter that takes a list of texts, where surely a single one is passed. `growing`: where messages
    are added to a conversation of which none is ever taken away. `by_clock`: nothing but a schedule runs it. `lost`:
    a batch whose id is not kept, in a project that collects none. `certain`: no condition stands before it, and no clock is read round it.
    `steady`: what it sends is written with names that nothing in the loop round it sets. `form`: the schema of the answer,
    as it is sent; `answer` is what it demands. `anew`: variables in it that are set to another value each time.
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
    waits: str = "unclear"
    stream: bool = False
    prompt_cache: str = "unknown"
    response_cache: bool = False
    insert_at: int = 0
    needs_comma: bool = False
    opaque: bool = False
    built_here: bool = False
    hosted_elsewhere: bool = False
    via: tuple[Place, ...] = ()
    callers: int = 0
    reference: bool = False
    unknown_keys: tuple[tuple[str, Place], ...] = ()
    could_list: str | None = None
    by_clock: bool = False
    certain: bool = False
    steady: bool = False
    anew: tuple[str, ...] = ()
    stale: Stale | None = None
    lost: bool = False
    growing: Place | None = None
    retrieved: tuple[Retrieved, ...] = ()
    endless: Endless | None = None
    retries: tuple[Retry, ...] = ()


class TemplateUse(Record, frozen=True):
    """A template filled in: `.format(...)`, `render(...)`, `substitute(...)`. `open` when a `**` is not followed.

    `sole`: no other template can be filled here, whoever calls or derives. `sure`: it is this text, and no object that takes
    its place. `written`: where keywords written at the call
    have their values.
    """

    prompt: str
    place: Place
    given: tuple[str, ...]
    positional: int = 0
    open: bool = False
    partial: bool = False
    sole: bool = False
    sure: bool = True
    written: dict[str, Span] = {}


class Prompt(Record, frozen=True):
    """A prompt template. `form`, `role` and `confidence` as in the README; `used_by` holds site ids.

    `reshaped`: its white space may be changed before it is sent (`dedent`).
    """

    id: str
    place: Place
    form: str
    name: str | None
    role: str | None
    segments: tuple[Segment, ...]
    confidence: str
    scope: str
    syntax: str | None = None
    used_by: tuple[str, ...] = ()
    editable: bool = True
    uses: tuple[TemplateUse, ...] = ()
    problem: str | None = None
    problem_place: Place | None = None
    required: tuple[str, ...] = ()
    reshaped: bool = False

    @property
    def text(self) -> str:
        """Its literal text, holes left out."""
        return "".join(s.text for s in self.segments if isinstance(s, Literal))

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What is filled in at run time, in order, each once. The tag of a section fills nothing."""
        named = (s.name for s in self.segments if isinstance(s, Hole) and (s.name or s.value is not None))
        return tuple(dict.fromkeys(named))


class Want(Record, frozen=True):
    """A module that `link` asks for, or whose uses it asks for. `name` is what it looks for there; an object's ends in a dot."""

    module: str
    name: str = ""


class Project(Record, frozen=True):
    """The linked project: every call and prompt, ordered by path and place."""

    calls: tuple[Call, ...] = ()
    callers: tuple[Call, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    dumps: tuple[Dump, ...] = ()
    similarities: tuple[Similarity, ...] = ()
    ignores: dict[str, tuple[Ignore, ...]] = {}
    problems: tuple[tuple[Place, str], ...] = ()


class Similarity(Record, frozen=True):
    """A semantic cache and the least similarity at which it takes two questions for one, from 0 to 1."""

    place: Place
    callee: str
    least: float


class Dump(Record, frozen=True):
    """A `json.dumps` whose text reaches a prompt. `only` is True when it goes nowhere else.

    `default_ascii`, `default_separators`: it escapes letters, and spaces out, as it does unless told otherwise; False where
    what it writes is known to hold nothing of that kind. `flat`: a text or a number for sure, which has no layout.
    """

    place: Place
    callee: str
    indent: int | None
    default_ascii: bool
    default_separators: bool
    sorted_keys: bool
    only: bool
    insert_at: int
    needs_comma: bool
    keyword_spans: dict[str, Span] = {}
    flat: bool = False
