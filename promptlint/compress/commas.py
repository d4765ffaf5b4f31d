"""The comma before the last `and` of a row: `a, b, and c`. It goes where the row is surely one, and closes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.compress.phrases import table
from promptlint.compress.splice import Draft, Edit

RULE = "grammar/serial-comma"
_WORDS = r"[\w'’-]+(?: [\w'’-]+){0,2}"
# Words that begin a clause, not a thing in a list.
_CLAUSE = (
    r"(?:do|don't|does|is|are|was|were|be|not|never|always|then|if|when|while|you|it|they|we|he|she|i|there|this|that|these|those"
    r"|must|should|can|may|will|would|could|please|ensure|so|only|also|make|let|no|which|who|where|each|otherwise|therefore)\b"
)
# Words that begin what is put in between two commas: there the second closes what the first opened.
_ASIDE = (
    r"(?:however|moreover|furthermore|nevertheless|nonetheless|thus|hence|too|indeed|instead|though|although|anyway|meanwhile|perhaps"
    r"|maybe|sadly|namely|especially|mainly|mostly|including|except|excluding|preferably|usually|often|sometimes|rather|still|yet|ideally"
    r"|as|like|unlike|in|on|at|by|with|without|for|from|of|to|via|per|under|over|after|before|unless|because|since|whenever|whose"
    r"|such|above|below|about|around|given|once|plus|than|alias|aka|either|neither|whether|during|between|within|among|against"
    r"|again|even|likewise|similarly|finally|first|second|third|say|well|yes|respectively|both|all|e\.?g|i\.?e)\b"
)
_OPENS_CLAUSE = re.compile(rf"{_CLAUSE}|{_ASIDE}", re.IGNORECASE)
# Behind a joined list the sentence ends, or goes on with a word that belongs to no item.
_ENDS = (
    r"(?=[.;:)!?\n]|\*{1,2}(?:[\s.,;:]|\Z)|, |\Z| (?:of|to|in|for|from|with|that|which|by|on|at|about|using|when|if|is|are|was|were|must|should|can|may"
    r"|the|a|an|any|all|each|you|your|it|they|their|its|this|these|will|do|as|into|based|within|without|before|after|per|without|than|between|through|across|where|while|so)\b)"
)
# Each is found by its rarest words; what must stand before them is looked for there.
_AND = re.compile(rf", (?:and|or) (?!{_CLAUSE})(?P<after>{_WORDS}?){_ENDS}")
_BEFORE_AND = re.compile(rf"(?P<first>[\w'’-]+[*)]{{0,3}}), (?P<middle>(?:{_WORDS}, )*)(?P<before>{_WORDS})\Z")
_REACH = 120
# What stands behind a verb and before its object.
_OBJECT = re.compile(r" (?:the|an?|any|all|each|you|your|it|they|their|its|this|these)\b")
# The same between literals and holes, whose own text stays.
_LISTED_MARKS = re.compile(
    r"[`\"'”}], [`\"'“{][^`\"'“”{}\n]{1,60}[`\"'”}](?P<comma>,) (?:and|or) (?=[`\"'“{][^`\"'“”{}\n]{1,60}[`\"'”}](?:[.;:)\n]|\Z| [a-z]))"
)
_JOINS = re.compile(r"\b(?:and|or|but|not|nor)\b")
_DETERMINER = re.compile(r"(?:the|an?|all|any|your|my|our|his|her|its|their|some|every|another)\b", re.IGNORECASE)
_ASKED = frozenset(("how", "what", "why", "when", "where", "whether", "which", "who", "whom"))
_PARTICLE = re.compile(r" (?:up|out|off|down|over|away)\Z")
_INFLECTED = re.compile(r"(?:s|ed|ing)\Z")
_ENDING = re.compile(r"(?:ly|ing|ed)\Z")


def serial_commas(draft: Draft) -> Iterator[Edit]:
    """`a, b, and c` → `a, b and c`, where all are surely members of one row."""
    for edit, sure in _found(draft):
        if sure:
            yield edit
    for match in _LISTED_MARKS.finditer(draft.text):
        at = match.start("comma")
        if draft.guards.free(at, match.end()):
            yield Edit(at, at + 1, "", RULE)


def doubtful_commas(draft: Draft) -> Iterator[Edit]:
    """The same where the second could say what the first is: `my parents, Ayn Rand, and God`, `the name, the date, and the place`."""
    for edit, sure in _found(draft):
        if not sure:
            yield Edit(edit.start, edit.end, "", RULE, safe=False)


def _found(draft: Draft) -> Iterator[tuple[Edit, bool]]:
    """Each comma whose last two members are at most three words without a conjunction, and whether the row is sure."""
    text = draft.text
    for match in _AND.finditer(text):
        at, after = match.start(), match.group("after")
        row = _BEFORE_AND.search(text[max(0, at - _REACH) : at])
        if row is None:
            continue
        if _OBJECT.match(text, match.end()) and _acts(after) and not _alike(row.group("before"), after):
            continue  # the last does something, the others are things: "run files, scripts, and install any tool"
        members = [member for member in (*row.group("middle").split(", "), row.group("before")) if member]
        if any(_JOINS.search(part) for part in (members[-1], after)) or any(map(_OPENS_CLAUSE.match, members)):
            continue
        if draft.guards.free(at - len(members[-1]) - 2, match.end()):
            yield Edit(at, at + 1, "", RULE), _sure(row.group("first").rstrip("*)"), members, after)


def _acts(member: str) -> bool:
    """Whether a member before an object can be a verb: one word, but for an adverb: "efficiently achieve" and "install", not "tests for"."""
    words = member.split()
    return (len(words) == 1 or words[0].endswith("ly")) and words[0] not in _ASKED


def _alike(before: str, after: str) -> bool:
    """Whether the member before a verb is a verb too: by the table of orders, or by its ending."""
    first, last = before.partition(" ")[0].lower(), after.rpartition(" ")[2].lower()
    ending = _INFLECTED.search(last)
    return (
        first in table().orders
        or _PARTICLE.search(before) is not None
        or (ending is not None and first.endswith(ending.group()))
    )


def _sure(first: str, members: list[str], after: str) -> bool:
    """Whether a row of three is made of like members; one of four and more holds nothing that is put in between."""
    before = members[-1]
    if len(members) > 1:
        return True
    if _DETERMINER.match(before) or _DETERMINER.match(after):
        return False
    if before != before.lower():
        return first == first.upper() and before == before.upper()
    return first == first.lower() and _ending(before) in ("", _ending(first))


def _ending(words: str) -> str:
    """What makes `quickly`, `formatted` or `using` of a word: such a one says how, unless its neighbour is like it."""
    found = _ENDING.search(words.partition(" ")[0])
    return found.group() if found else ""
