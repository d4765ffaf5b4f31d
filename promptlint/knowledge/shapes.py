"""Calls told by what they look like: the end of a chain of attributes, and the keywords that must be there."""

from __future__ import annotations

import re
from functools import cached_property

from promptlint.knowledge.specs import CallSpec, Sdk

NEUTRAL = frozenset(("with_raw_response", "with_streaming_response", "aio", "v1", "v2"))
"""Attributes on the way to a call that change nothing of what is asked."""
_MODELS = re.compile(
    r"llm|(?:^|_)model(?:$|_|s$)|chat_?model|(?:^|_)chain$|language_model|embed(?:ding|der)?_?(?:model|s)?$",
    re.IGNORECASE,
)
_SURELY_MODELS = re.compile(r"(?:^|_)llm(?:$|_)|chat_?model", re.IGNORECASE)


class Shapes:
    """The calls of some SDKs that are known by their shape."""

    def __init__(self, sdks: tuple[Sdk, ...]) -> None:
        self._sdks = sdks

    @cached_property
    def _by_last(self) -> dict[str, list[tuple[tuple[str, ...], CallSpec, tuple[str, ...]]]]:
        """Last name → the ends of chains with it, their calls, and the imports that go with them."""
        found: dict[str, list[tuple[tuple[str, ...], CallSpec, tuple[str, ...]]]] = {}
        for sdk in self._sdks:
            for spec in sdk.call:
                for match in spec.match if spec.shape else ():
                    if match.startswith("{"):
                        suffix = tuple(match.partition("}")[2].strip(".").split("."))
                        found.setdefault(suffix[-1], []).append((suffix, spec, (*_families(sdk), *sdk.beside)))
        return found

    def call(
        self, chain: tuple[str, ...], keywords: frozenset[str], unpacked: bool, imports: frozenset[str], scope: str
    ) -> CallSpec | None:
        """The call an injected object makes, by the end of its attribute chain and the keywords that must be there.

        Of two that fit alike and are imported, the name of the function around says which: `def openai_request(client, **request)`.
        """
        clean = tuple(part for part in chain if part not in NEUTRAL)
        best: tuple[int, CallSpec] | None = None
        for suffix, spec, families in self._by_last.get(clean[-1], ()) if clean else ():
            if clean[-len(suffix) :] != suffix or len(clean) <= (1 if len(suffix) == 1 else len(suffix) - 1):
                continue
            imported = any(name.startswith(families) for name in imports)
            passed = all(not keywords.isdisjoint(key.split("|")) for key in spec.shape)
            if spec.shape == ("*",) and len(suffix) == 1:
                fits = bool(_MODELS.search(clean[-2])) and (imported or bool(_SURELY_MODELS.search(clean[-2])))
            elif len(suffix) == 1:
                fits = (imported and (passed or unpacked)) or (passed and len(spec.shape) > 1)
            else:
                fits = passed or (unpacked and (len(suffix) > 2 or imported))
            score = 4 * len(suffix) + (6 if imported else 0) - (0 if spec.match[0].startswith("{") else 2)
            score += imported and spec.sdk.partition("-")[0] in scope.lower()
            if fits and (best is None or score > best[0]):
                best = (score, spec)
        return best[1] if best else None


def says_model(name: str) -> bool:
    """Whether a name says that it is of a model, as `llm` does."""
    return _MODELS.search(name) is not None


def _families(sdk: Sdk) -> tuple[str, ...]:
    """What the imports of a file that uses an SDK begin with: `langchain` for all of its packages."""
    return tuple(dict.fromkeys(re.split(r"[._]", root)[0] for root in sdk.roots or (sdk.id,)))
