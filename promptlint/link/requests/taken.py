"""What the program takes of an answer that holds several: the first alone, or all of them."""

from __future__ import annotations

from promptlint.facts import Invocation
from promptlint.link.program.answers import known_as
from promptlint.link.program.module import Module
from promptlint.link.resolve.names import Names
from promptlint.link.resolve.values import Context, FunctionValue, each


def first_taken(names: Names, module: Module, invocation: Invocation) -> bool:
    """Whether of all embeddings of an answer the first is taken and no other: `create(...).data[0].embedding`."""
    answers = names.kept.answers(module)
    held = answers.held_by(invocation)
    named = [answer for answer in held if isinstance(answer, tuple)]
    if len(named) > 1 or any(len(module.bindings.get(name, ())) != 1 for name in named):
        return False
    return any(answers.firsts[one] for one in held) and not any(answers.others[one] for one in held)


def all_taken(names: Names, module: Module, invocation: Invocation) -> bool:
    """Whether all answers of a request are looked at: `for choice in answer.choices`, here or in a function that is given it."""
    answers = names.kept.answers(module)
    held = answers.held_by(invocation)
    if not held.isdisjoint(answers.wholes):
        return True
    for other, at in (place for one in held for place in answers.given.get(one, ())):
        for value in each(names.resolve(other.callee, Context(module))):
            if isinstance(value, FunctionValue):
                taking = value.function.parameters[1 if value.function.owner is not None else 0 :]
                passed = known_as((value.function.qualname, taking[at].name)) if at < len(taking) else ()
                if not names.kept.answers(value.module).wholes.isdisjoint(passed):
                    return True
    return False
