"""PRM402 embedding-per-item. Its page: `rules/checks/PRM402-embedding-per-item.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from promptlint.edits import replace
from promptlint.facts import Call, Place, Span
from promptlint.findings import Finding, Fix
from promptlint.registry import Context, check

_LOOPS = ("for", "comprehension", "gather", "map")
_LOCAL = ("sentence-transformers", "transformers", "llama-cpp", "gpt4all", "vllm")
_TAKEN = re.compile(r"\.data\[0\]\.embedding\s+for\s+(?P<name>\w+)\s+in\s+(?P<texts>[A-Za-z_]\w*)(?=\s*\])")
_PLAIN_STRING = re.compile(r"""(?<![fFtT])(?:"[^"\n]*"|'[^'\n]*')""")


@check("PRM402")
def embedding_per_item(call: Call, context: Context) -> Iterator[Finding]:
    """Report a request for each text, where one request takes a list of them."""
    # A model on this machine answers no requests: what it costs is time alone.
    if call.could_list is None or not (call.loop_item or call.via) or call.sdk in _LOCAL:
        return
    # Who takes one answer after the other would wait for the last of them all.
    if call.given_out and call.waits != "no":
        return
    if call.loop is None and call.caller_loop is not None and call.caller_loop_kind in _LOOPS:
        place = call.caller_loop
    elif call.loop in _LOOPS:
        place = call.callee_place
    else:
        return
    yield Finding(
        place=place,
        function=call.function,
        message=f"one request for each text, though `{call.could_list}` takes a list: the price is the same, the waiting is not",
        fix=_listed(call, context) if call.sdk == "openai" and not call.via else None,
        related=() if place == call.callee_place else ((call.callee_place, "the request"),),
    )


def _listed(call: Call, context: Context) -> Fix | None:
    """`[create(input=t).data[0].embedding for t in texts]` as one request, where it is written just so."""
    text, span = context.text(call.place.path), call.place.span
    taken = _TAKEN.match(text, span.end)
    if taken is None or not text[: span.start].rstrip().endswith("["):
        return None
    name, request = taken.group("name"), text[span.start : span.end]
    passed = re.compile(rf"\binput\s*=\s*(?:{name}|\[\s*{name}\s*\])(?=\s*[,)])")
    if len(re.findall(rf"\b{name}\b", _PLAIN_STRING.sub("", request))) != 1 or not passed.search(request):
        return None
    texts = taken.group("texts")
    whole = Place(path=call.place.path, span=Span(span.start, taken.end()))
    new = f"item.embedding for item in {passed.sub(f'input=list({texts})', request)}.data"
    return Fix(title=f"Send `{texts}` in one request", applicability="unsafe", edits=(replace(whole, text, new),))
