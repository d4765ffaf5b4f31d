"""Values that are set outside the program: the environment, and the settings of a framework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptlint.facts import Invocation, Items
from promptlint.link.resolve.values import Context, Default, Made, Missing, Value, as_default, constant, is_none

if TYPE_CHECKING:
    from promptlint.link.resolve.names import Names

# Functions that read a variable, and have a default for it.
READERS = frozenset(("os.getenv", "os.environ.get", "os.environ.setdefault", "decouple.config", "prettyconf.config"))
# Classes whose objects read one when they are called, or by a method named for its type.
_CLASSES = frozenset(
    ("environs.Env", "environ.Env", "environ.FileAwareEnv", "starlette.config.Config", "decouple.Config",
     "decouple.AutoConfig")
)  # fmt: skip
_METHODS = frozenset(("", "str", "int", "float", "get", "get_value"))
# Mappings that are filled elsewhere, and may lack a key.
MAPPINGS = frozenset(("flask.current_app.config", "quart.current_app.config", "streamlit.secrets"))
# What makes an object of the text of a file, and what reads a text together with the fields that stand before it.
DECODERS = frozenset(
    ("yaml.safe_load", "yaml.load", "yaml.full_load", "json.load", "json.loads", "orjson.loads", "ujson.load",
     "tomllib.load", "tomllib.loads", "tomli.load", "tomli.loads", "toml.load", "toml.loads")
)  # fmt: skip
WITH_HEADS = frozenset(("frontmatter.load",))
FROM_FILES = DECODERS | WITH_HEADS
_MOST_MODULES = 8


def read_variable(names: Names, invocation: Invocation, context: Context, made: Made | None = None) -> Value:
    """A variable of the environment: its default, when the call has one. `made`: the object that is asked."""
    name = constant(names.resolve(invocation.positional[0], context)) if invocation.positional else None
    reason = f"environment {name}" if name else "environment"
    defaults = [v for k, v in invocation.keywords.items if k == "default"] or list(invocation.positional[1:2])
    if not defaults and made is not None and name is not None:  # `Env(MODEL=(str, "gpt-4o"))`
        declared = dict(made.invocation.keywords.items).get(name)
        if isinstance(declared, Items) and len(declared.values) == 2:
            return as_default(names.resolve(declared.values[1], made.context), reason)
    return Default(names.resolve(defaults[0], context), reason) if defaults else Missing(reason)


def reads_variable(made: Made) -> bool:
    """Whether calling this reads a variable: `env("MODEL")`, `env.str("MODEL")`."""
    return made.path in _CLASSES and len(made.chain) < 2 and (made.chain[0] if made.chain else "") in _METHODS


def django_setting(names: Names, name: str) -> Value:
    """`settings.NAME` of Django: what the settings modules of the project say, of which one is chosen outside."""
    reason = f"setting {name}"
    named = names.modules.settings
    found: list[Value] = []
    for path in named[:_MOST_MODULES]:
        module = names.modules.opened(path, name)
        value = names.scopes.in_scope(module, "", name, None, Context(module)) if module is not None else None
        if value is not None and not is_none(value):
            found.append(value)
    if not found or len(named) > _MOST_MODULES:
        return Missing(reason)
    return names.choice([as_default(value, reason) for value in found])
