"""PRM210 embedded-blob. Its page: `rules/checks/PRM210-embedded-blob.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.edits import source_span
from promptlint.facts import Literal, Place, Prompt
from promptlint.findings import Finding, Impact
from promptlint.money.cost import PromptMeasure
from promptlint.money.tokens import count
from promptlint.registry import Context, check

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{120,}={0,2}")
_MIXED = re.compile(r"[0-9]")


@check("PRM210")
def embedded_blob(prompt: Prompt, measure: PromptMeasure, context: Context) -> Iterator[Finding]:
    """Report encoded data inside the text of a prompt."""
    least = context.threshold("PRM210", "min-characters")
    for literal in prompt.segments:
        if not isinstance(literal, Literal):
            continue
        for match in _BASE64.finditer(literal.text):
            blob = match.group()
            if len(blob) < least or not _MIXED.search(blob) or blob.islower() or blob.isupper() or len(set(blob)) < 24:
                continue
            span = source_span(literal, match.start(), match.end())
            tokens = count(blob, measure.encoding)
            yield Finding(
                place=Place(path=prompt.place.path, span=span) if span is not None else prompt.place,
                message=f"{len(blob):,} characters of encoded data in the text cost {tokens:,} tokens, and a model cannot read them",
                impact=Impact(kind="saving", input_tokens=tokens),
            )
