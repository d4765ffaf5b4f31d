"""Which files are worth parsing, from their bytes alone."""

from __future__ import annotations

import re

_PROMPT_SHAPES = re.compile(
    rb"""["']role["']\s*:\s*["'](?:system|user|assistant|developer|human|model)["']|(?i:prompt|system_message|instructions?)\w*\s*(?::\s*[\w\[\], .]+)?=\s*(?:\(\s*)?[rRfFuU]{0,2}["']"""
    rb"""|(?i:\bYou are an? )|(?i:\bYour (?:task|job|goal) is )"""
)
_GENERATION_SHAPES = re.compile(
    rb"\.(?:chat\.completions|completions|responses|embeddings|messages)\.(?:create|parse|stream)\b|\.generate_content\b"
    rb"|\b(?:llm|chain|agent|model|runnable)\w*\.(?:a?invoke|a?stream|a?predict|a?complete|run_sync|run)\(",
    re.IGNORECASE,
)


def screen(data: bytes, kind: str, seeds: re.Pattern[bytes]) -> str:
    """Seed (parse it), maybe (parse it when another file asks for it) or skip (nothing in it can matter)."""
    if not data.strip():
        return "skip"
    if kind != "python":
        return "seed" if kind in ("template", "text") else "maybe"
    if seeds.search(data) or _PROMPT_SHAPES.search(data) or _GENERATION_SHAPES.search(data):
        return "seed"
    return "maybe"


_PROMPT_DATA = re.compile(
    rb"(?i)\byou are\b|\byou(?:r|'re) (?:task|goal|job|role|an?)\b|\bbackstory\b|\bexpected_output\b|_type[\"']?\s*:\s*[\"']?(?:prompt|few_shot|chat)"
)
_DATA_PLACE = re.compile(
    r"(?:^|/)[^/]*(?:prompt|agents?|tasks?|translation|en\.json|template|system|instruct)[^/]*(?:/|$)", re.IGNORECASE
)


def data_may_hold_prompts(path: str, data: bytes) -> bool:
    """Whether a YAML or JSON file is worth reading: its place and its bytes both suggest prompts."""
    return len(data) < 1_000_000 and bool(_DATA_PLACE.search(path)) and bool(_PROMPT_DATA.search(data))
