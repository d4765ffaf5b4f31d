"""Which files are worth parsing, from their bytes alone."""

from __future__ import annotations

import re

from promptlint.knowledge import Seeds

_ROLE = re.compile(rb"""["']role["']\s*:\s*["'](?:system|user|assistant|developer|human|model)["']""")
_NAMED = re.compile(
    rb"""(?:[pP]rompt|PROMPT|[sS]ystem_message|SYSTEM_MESSAGE|[iI]nstruction|INSTRUCTION)\w*\s*(?::\s*[\w\[\], .]+)?=\s*(?:\(\s*)?[rRfFuU]{0,2}["']"""
)
_SPOKEN = (b"You are a", b"you are a", b"Your task is ", b"Your job is ", b"Your goal is ", b"your task is ")
_METHODS = (
    b".chat.completions.",
    b".completions.create",
    b".responses.create",
    b".messages.create",
    b".embeddings.create",
    b".generate_content",
)
_INVOKED = re.compile(
    rb"(?:llm|chain|agent|model|runnable)\w*\.(?:a?invoke|a?stream|a?predict|a?complete|run_sync|run)\(", re.IGNORECASE
)


def screen(data: bytes, kind: str, seeds: Seeds) -> str:
    """Seed (parse it), maybe (parse it when another file asks for it) or skip (nothing in it can matter)."""
    if not data.strip():
        return "skip"
    if kind != "python":
        return "seed" if kind in ("template", "text") else "maybe"
    return "seed" if seeds.in_bytes(data) or _shaped(data) else "maybe"


def _shaped(data: bytes) -> bool:
    """Whether bytes hold a message, a prompt's name or a call. Substrings come first: they cost a tenth of a pattern."""
    if any(text in data for text in _SPOKEN) or any(text in data for text in _METHODS):
        return True
    if b"role" in data and _ROLE.search(data):
        return True
    if (
        b"rompt" in data
        or b"PROMPT" in data
        or b"nstruction" in data
        or b"INSTRUCTION" in data
        or b"ystem_message" in data
    ) and _NAMED.search(data):
        return True
    return (
        b"invoke(" in data or b".run" in data or b"predict(" in data or b"stream(" in data or b"complete(" in data
    ) and bool(_INVOKED.search(data))


_PROMPT_DATA = re.compile(
    rb"(?i)\byou are\b|\byou(?:r|'re) (?:task|goal|job|role|an?)\b|\bbackstory\b|\bexpected_output\b|_type[\"']?\s*:\s*[\"']?(?:prompt|few_shot|chat)"
)
_DATA_PLACE = re.compile(
    r"(?:^|/)[^/]*(?:prompt|agents?|tasks?|translation|en\.json|template|system|instruct)[^/]*(?:/|$)", re.IGNORECASE
)


def data_may_hold_prompts(path: str, data: bytes) -> bool:
    """Whether a YAML or JSON file is worth reading: its place and its bytes both suggest prompts."""
    return len(data) < 1_000_000 and bool(_DATA_PLACE.search(path)) and bool(_PROMPT_DATA.search(data))
