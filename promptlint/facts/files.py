"""What one file says: its definitions, bindings and calls, or its prompts.

`FileFacts` is made from the bytes of one file alone (`parse/`), so it can be cached and sent between processes.
"""

from __future__ import annotations

from promptlint.facts.base import Record, Span
from promptlint.facts.expressions import Expr, Repeated, Segment, Table, Test, Text


class Block(Record, frozen=True):
    """A branch of the control flow. Two blocks of one `group` exclude each other; `parent` is the enclosing block.

    `leaves`: an arm that ends in a `return` or a `raise`, so that nothing after the statement follows it.
    `tests`: what must hold for an arm of an `if` in a function to be taken; `more`: something else must, too.
    """

    parent: int
    group: int
    leaves: bool = False
    tests: tuple[Test, ...] = ()
    more: bool = True


class Binding(Record, frozen=True):
    """`name` in `scope` becomes `value`.

    `operation`: set | add (`+=`) | item (`x[key] = value`) | inside (`x[key][inner] = value`) | update | append | extend |
    setdefault | pop | other, and longer: `x[key].append(...)`, `value` being the list of what is added.
    `name` is the bare name, or `self.x` for an attribute of the first parameter of a method. `key_name`: the name that
    says the key, `x[MAX_KEY] = value`.
    """

    scope: str
    name: str
    value: Expr
    span: Span
    block: int = 0
    operation: str = "set"
    key: str | None = None
    key_name: Expr | None = None
    annotation: str | None = None


class Parameter(Record, frozen=True):
    """`kind`: positional | keyword | args (`*args`) | kwargs (`**kwargs`)."""

    name: str
    kind: str
    default: Expr | None = None
    annotation: str | None = None


class Function(Record, frozen=True):
    """A `def` or `lambda`. `qualname` is its scope; `owner` the class it is a method of; `blocks` are those of its `returns`.

    `yields` is what a generator gives, one after the other.
    """

    qualname: str
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expr, ...]
    returns: tuple[Expr, ...]
    span: Span
    owner: str | None = None
    annotation: str | None = None
    docstring: Text | None = None
    blocks: tuple[int, ...] = ()
    yields: Repeated | None = None


class Class(Record, frozen=True):
    """A class statement. `bases` in order."""

    qualname: str
    bases: tuple[Expr, ...]
    decorators: tuple[Expr, ...]
    span: Span
    docstring: Text | None = None
    block: int = 0


class Loop(Record, frozen=True):
    """A loop around a call. `kind`: for | while | comprehension; `repeats` is False when the body always leaves.

    `endless`: `while True`, and nothing in its body leaves it; `until_success`: nothing but the end of a `try` in it does;
    `fallback`: it stands in a handler, where what was done at once has failed; `gives`: an asynchronous generator gives
    something away in it, which somebody takes while the loop goes on.
    """

    kind: str
    span: Span
    iterable: Expr | None = None
    repeats: bool = True
    endless: bool = False
    until_success: bool = False
    fallback: bool = False
    gives: bool = False


class Invocation(Record, frozen=True):
    """A call expression. `text` is the callee as written, white space folded.

    `dropped`: what it answers is not kept, or read by nothing; noted of `create` and its like alone. `caught`: whatever it
    raises, a handler of its function answers something in its place.
    """

    callee: Expr
    text: str
    scope: str
    positional: tuple[Expr, ...]
    keywords: Table
    span: Span
    callee_span: Span
    block: int = 0
    loops: tuple[Loop, ...] = ()
    starred: tuple[int, ...] = ()
    awaited: bool = False
    with_item: bool = False
    keyword_spans: dict[str, Span] = {}
    dropped: bool = False
    caught: bool = False


class Entered(Record, frozen=True):
    """What a `with` enters; `span` is that of the whole statement."""

    value: Expr
    span: Span


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
    templates that a template names: they are parts of it. `limits` are the names of output caps that the file sets or asks for.
    `words` are names of models in a small collection, and its whole numbers where it speaks of tokens, by their keys joined with
    dots.
    """

    kind: str
    imports: tuple[Import, ...] = ()
    bindings: tuple[Binding, ...] = ()
    blocks: tuple[Block, ...] = ()
    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    invocations: tuple[Invocation, ...] = ()
    entered: tuple[Entered, ...] = ()
    texts: tuple[Expr, ...] = ()
    prompts: tuple[TextFile, ...] = ()
    others: tuple[TextFile, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    variables: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    words: dict[str, str | int] = {}
    entry_point: bool = False
    problem: str | None = None
    problem_at: int = 0
