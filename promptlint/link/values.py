"""What an expression turns out to be once names are followed. Only `link` sees these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from promptlint.facts import Class, Expr, Function, Invocation
from promptlint.knowledge import ClientSpec

if TYPE_CHECKING:
    from promptlint.link.modules import Module


@dataclass(frozen=True, eq=False)
class Frame:
    """One call of a project function: its parameters stand for these arguments."""

    module: Module
    function: Function
    invocation: Invocation
    caller: Context
    depth: int = 0


@dataclass(frozen=True, eq=False)
class Context:
    """Where an expression is read: its module, and the calls that led there."""

    module: Module
    frames: tuple[Frame, ...] = ()

    def frame_of(self, function: Function) -> Frame | None:
        """The call that gives a function's parameters their values here."""
        for frame in self.frames:
            if frame.function is function:
                return frame
        return None


@dataclass(frozen=True, eq=False)
class External:
    """A name of another package: `openai.OpenAI`, `os.environ`."""

    path: str


@dataclass(frozen=True, eq=False)
class ModuleValue:
    """A module of the project."""

    module: Module


@dataclass(frozen=True, eq=False)
class ClassValue:
    """A class of the project."""

    module: Module
    cls: Class


@dataclass(frozen=True, eq=False)
class FunctionValue:
    """A function of the project, `receiver` being what it is bound to."""

    module: Module
    function: Function
    receiver: Value | None = None
    context: Context | None = None


@dataclass(frozen=True, eq=False)
class ObjectValue:
    """An instance of a project class. `made` is the call that built it, when it is known."""

    module: Module
    cls: Class
    made: tuple[Context, Invocation] | None = None


@dataclass(frozen=True, eq=False)
class Layer:
    """Keywords given before the call: to the constructor, a wrapper, or `.bind()`. `kind`: constructor | bind | wrapper."""

    kind: str
    context: Context
    invocation: Invocation
    positional: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Instance:
    """An SDK object: a client, a LangChain model, an agent. `chain` are the attributes taken from it so far."""

    client: ClientSpec
    layers: tuple[Layer, ...] = ()
    chain: tuple[str, ...] = ()
    role: str = ""
    built: bool = True
    prompts: tuple[tuple[Expr, Context], ...] = ()
    wrapped: str = ""


@dataclass(frozen=True, eq=False)
class Made:
    """What an unknown function of another package returned: `result.x`."""

    path: str
    context: Context
    invocation: Invocation
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Data:
    """A literal of any kind, or an expression over literals, still to be read in its context."""

    expr: Expr
    context: Context


@dataclass(frozen=True, eq=False)
class ParameterValue:
    """A parameter whose caller is not known. `kind` as in `Parameter`."""

    module: Module
    function: Function
    name: str
    kind: str
    chain: tuple[str, ...] = ()
    client: ClientSpec | None = None


@dataclass(frozen=True, eq=False)
class Several:
    """One of several values. `origin`: branch | or | element (of a list that is gone through)."""

    values: tuple[Value, ...]
    origin: str = "branch"


@dataclass(frozen=True, eq=False)
class Default:
    """A value the environment or a caller may override; `sure` when the caller is known and does not."""

    value: Value
    reason: str
    sure: bool = False


@dataclass(frozen=True, eq=False)
class Partial:
    """`functools.partial(function, ...)`."""

    function: Value
    context: Context
    invocation: Invocation


@dataclass(frozen=True, eq=False)
class Missing:
    """Not known; `reason` is what a person would name: a variable, a parameter, an environment name."""

    reason: str
    chain: tuple[str, ...] = field(default=())


Value = (
    External | ModuleValue | ClassValue | FunctionValue | ObjectValue | Instance | Made | Data | ParameterValue | Several
    | Default | Partial | Missing
)  # fmt: skip
