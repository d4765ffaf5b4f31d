"""What the bytes of a file must hold to be worth parsing."""

from __future__ import annotations

import re
from collections.abc import Iterator


class Seeds:
    """Finds imports and quoted names of SDKs, and hosts of providers, in the bytes of a file."""

    def __init__(self, roots: list[str], texts: list[str]) -> None:
        self._texts: dict[bytes, list[bytes]] = {}
        for text in texts:
            self._texts.setdefault(_part(text).encode(), []).append(text.encode())
        self._heads = frozenset(root.partition(".")[0].encode() for root in roots)
        names = "|".join(map(re.escape, roots))
        quoted = "|".join(re.escape(root) for root in roots if root not in _WORDS)
        # `from google import genai` is an import of `google.genai`.
        split = "".join(
            rf"|from[ \t]+{re.escape(head)}[ \t]+import[ \t].*\b{re.escape(last)}\b"
            for head, _, last in (root.rpartition(".") for root in roots)
            if head
        )
        self._root = re.compile(
            rf"from[ \t]+(?:{names})\b|(?:from[ \t]+\S+[ \t]+)?import[ \t].*(?<![.\w])(?:{names})\b{split}".encode()
        )
        self._quoted = re.compile(rf"[\"'](?:{quoted})(?:\.[\w.]+)?[\"']".encode())

    def in_bytes(self, data: bytes) -> bool:
        """Whether a file is worth parsing. Patterns begin with plain text where they can: that is far cheaper."""
        lines = _imports(data)
        if any(self._root.match(line) for line in lines if not self._heads.isdisjoint(_NAME.findall(line))):
            return True
        if any(part in data and any(text in data for text in texts) for part, texts in self._texts.items()):
            return True
        return any(text in data for text in _LAZY) and self._quoted.search(data) is not None


def _part(text: str) -> str:
    """A part that many hosts or paths share: looking for that comes first."""
    ending = text[text.rfind(".") :] if "." in text else text[:4]
    return ending if len(ending) > 2 else text


def _imports(data: bytes) -> Iterator[bytes]:
    """The lines that import something, behind the marks of a prompt or a quotation."""
    for words in _IMPORTING:
        for found in words.finditer(data):
            start, stop = found.start(), data.find(b"\n", found.end())
            if not data[data.rfind(b"\n", 0, start) + 1 : start].strip(b" \t>"):
                yield data[start : stop if stop >= 0 else len(data)]


# Each begins with plain text: then the search is one for a substring.
_IMPORTING = (re.compile(rb"from[ \t]"), re.compile(rb"import[ \t]"))
_NAME = re.compile(rb"\w+")
_LAZY = (b"import_", b"mport(", b"__import__", b"__getattr__", b"azy", b"find_spec", b"require(")
# Packages whose names in quotes are mostly something else.
_WORDS = frozenset(
    (
        "agents",
        "writer",
        "guidance",
        "outlines",
        "replicate",
        "together",
        "instructor",
        "marvin",
        "transformers",
        "boto3",
        "crewai",
        "llm",
    )
)
