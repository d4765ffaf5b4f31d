"""A sentence that only announces what stands below under its own label: "You will be given a context and an answer."."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from promptlint.compress.splice import Draft, Edit

_SENTENCE = re.compile(
    r"(?:(?<=[.!?] )|^[ \t]*)(?P<all>(?:You (?:will|'ll) (?:be (?:given|provided with|presented with)|get|receive|see)|You'll get|You get"
    r"|You(?: are|'re) (?:given|provided with)|I will (?:give|provide)(?: you)?(?: with)?) (?P<things>[^.:;!?\n]{3,120})\.[ \t]?)",
    re.MULTILINE,
)
_MOST = 50  # each looks for its labels in the whole text
_THING = re.compile(r"(?:an?|the|some|your|one|its) (?P<noun>[a-z]+(?: [a-z]+)?)\Z")
_BETWEEN = re.compile(r",? and |, ")


def announcements(draft: Draft) -> Iterator[Edit]:
    """The sentence goes when each thing it names has a label with a value behind it later in the text."""
    text = draft.text
    for match in islice(_SENTENCE.finditer(text), _MOST):
        start, end = match.span("all")
        if not draft.guards.free(start, end):
            continue
        things = [_THING.match(part.strip()) for part in _BETWEEN.split(match.group("things"))]
        if all(thing is not None and _labelled(draft, thing.group("noun"), end) for thing in things):
            yield Edit(start, end, "", "phrase/you-will-be-given-a", safe=False)


def _labelled(draft: Draft, noun: str, start: int) -> bool:
    """Whether a line "Noun: {value}" or a tag `<noun>` stands behind a place."""
    label = re.compile(
        rf"(?:^[ \t#*]*(?:the )?(?:\w+ )?{noun}\**:\**|^[ \t]*<{noun.replace(' ', '_')}>)\s*(?P<value>\S)",
        re.IGNORECASE | re.MULTILINE,
    )
    match = label.search(draft.text, start)
    return match is not None and match.group("value") in "{$%<" and not draft.guards.free(*match.span("value"))


UNSAFE: tuple[Callable[[Draft], Iterator[Edit]], ...] = (announcements,)
