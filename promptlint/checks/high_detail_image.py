"""PRM214 high-detail-image. Its page: `rules/checks/PRM214-high-detail-image.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.facts import Call, Literal
from promptlint.findings import Finding
from promptlint.registry import check

_FEWEST_WORDS = 3
# How long an answer may be says nothing of the image.
_FORM = re.compile(
    r"\b(?:in|with|use|at most|only|just) (?:one|a single|two|three|a few|\d+)(?: short)? words?\b|\bone[- ]word\b",
    re.IGNORECASE,
)
# What asks for whatever there is to be seen, small things among it.
_ALL = re.compile(
    r"\bwhat(?:['’]s| is| are| do you see| can you see)?(?: shown| visible)? (?:in|on) |\b(?:describ\w+|descriptions?|explain\w*|analy[sz]\w+"
    r"|summari[sz]\w+|everything|list|all)\b",
    re.IGNORECASE,
)
# What asks for small print, marks or places in the image, which an overview does not show.
_CLOSE = re.compile(
    r"\b(?:ocr|text|read|transcri\w+|extract\w*|handwrit\w+|words?|letters?|numbers?|digits?|tables?|charts?|graphs?|plots?|figures?|"
    r"diagrams?|documents?|pages?|receipts?|invoices?|forms?|screens?\w*|code|formula\w*|equations?|labels?|signs?|small|tiny|"
    r"details?|detailed|precise\w*|locat\w+|coordinates?|position\w*|bounding|count|how many|defects?|damage\w*|markdown|html|"
    r"buttons?|click|menus?|maps?|scans?|x-?rays?|medical|lesions?|compar\w+|differ\w+|carefully|close\w*)\b",
    re.IGNORECASE,
)


@check("PRM214")
def high_detail_image(call: Call) -> Iterator[Finding]:
    """Report an image in high detail where all that is asked for can be seen at a glance."""
    places = [place for message in call.messages for place in message.detailed]
    text = " ".join(s.text for m in call.messages for s in m.segments if isinstance(s, Literal))
    # The question itself may come at run time: then nobody knows what must be seen.
    asked = [m for m in call.messages if m.role in ("user", None)]
    open_question = any(s.source or s.name for m in asked for s in m.segments if not isinstance(s, Literal))
    if (
        not places
        or open_question
        or not call.messages_known
        or len(text.split()) < _FEWEST_WORDS
        or _ALL.search(text)
        or _CLOSE.search(_FORM.sub("", text))
    ):
        return
    for place in places:
        yield Finding(
            place=place,
            function=call.function,
            confidence="medium",
            message="the image is sent in high detail, which is billed by its size; what is asked for may be seen in low detail",
            related=((call.callee_place, "the request"),),
        )
