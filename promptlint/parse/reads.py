"""Whether a string reads like a prompt: its name and its text must both say so."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"(?:^|_)(?:prompts?|system(?:_?(?:prompt|message|msg|content))?|instructions?|preamble|persona|backstory|few_?shot|user_message|"
    r"system_?message|templates?|context_prompt|task_prompt|guidelines|rubric|reminder|role)(?:$|_|\d)",
)
_STRONG_NAME = re.compile(r"prompt|system_?(?:message|msg)|instruction|preamble|backstory|few_?shot")
_NOT_NAME = re.compile(
    r"(?:^|_)(?:help|usage|description|desc|doc|docs|sql|query_sql|html|css|error|err|warning|log|url|path|file|regex|pattern|title|label|"
    r"placeholder|version|license|epilog|banner|tooltip|format_string|cmd|command|script|schema|header|footer|email|subject)(?:$|_|s$|s_)"
)
_TELLS = re.compile(
    r"\byou (?:are|will be|have been|must|should|can|may|need to|were|have access|always|never)\b|\byour (?:task|job|goal|role|answer|response|output|objective|purpose|only)\b"
    r"|\bas an? (?:ai|expert|assistant|helpful)\b|\b(?:respond|reply|answer|return|output) (?:only|with|in|using|the|exactly|concisely|strictly|a|as|based|to)\b"
    r"|\bdo not (?:include|use|add|make|output|return|explain|mention|repeat|write|provide|answer|include)\b|\bthe user(?:'s)?\b|\bgiven (?:the|a|an|this|these|two|some)\b"
    r"|\b(?:based on|according to|using only) the (?:following|above|provided|context|given)\b|\bthink step|\bstep by step\b|\blet'?s\b"
    r"|\bthe following (?:text|context|question|document|information|conversation|code|format|json|instructions|steps|is|are)\b|\bexamples?:|\bassistant\b|\bjson\b|\bif you (?:don't|do not|are|need|cannot)\b"
    r"|\bmake sure\b|\bplease\b|\bensure (?:that )?",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:^|\n|\. )\s*(?:[-*\d.)]+\s*)?(?:please )?(?:answer|extract|summari[sz]e|translate|classify|generate|write|list|describe|explain|analy[sz]e|"
    r"identify|evaluate|provide|create|rewrite|determine|judge|compare|rate|respond|return|output|use|give|convert|correct|act|imagine|consider|"
    r"think|find|choose|select|complete|read|review|rank|score|infer|break|decide|verify|check|ask|break down|follow|suggest|improve|produce|format)\b",
    re.IGNORECASE,
)
_PROMPT_MODULE = re.compile(r"(?:^|/)(?:[\w-]*_)?prompts?(?:_[\w-]*)?(?:/[\w/-]*)?\.py$", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:html|div|span|table|body|head|script|style|p|br|a|ul|li|img|button|form|h\d|svg)\b[^>]*>", re.IGNORECASE
)
_SQL = re.compile(
    r"\s*(?:--[^\n]*\n\s*)*(?:SELECT\b.*\bFROM\b|INSERT INTO\b|UPDATE\b.*\bSET\b|DELETE FROM\b|CREATE (?:TABLE|INDEX|VIEW)\b|ALTER TABLE\b|WITH \w+ AS)",
    re.IGNORECASE | re.DOTALL,
)
_CODE = re.compile(
    r"^\s*(?:import \w|from \w[\w.]* import|def \w+\(|class \w+[(:]|#!/|\$ |function |const |let |var |<\?xml|@import|\{\s*\"|---\n)",
    re.MULTILINE,
)
_FILE_NOT = re.compile(
    r"(?:^|/)(?:readme|license|licence|changelog|contributing|notice|authors|requirements|security|code_of_conduct|history|todo|index)\b[^/]*$",
    re.IGNORECASE,
)
_FILE_YES = re.compile(
    r"(?:^|/)[\w-]*prompts?[\w-]*/|prompt[^/]*$|instructions?[^/]*$|system[_-]?(?:message|prompt)[^/]*$", re.IGNORECASE
)
_SUFFIX = (".prompt", ".prompty", ".j2", ".jinja", ".jinja2")
_WORD = re.compile(r"[A-Za-z']{2,}")
_LONGEST = 4_000


def text_shape(text: str) -> str | None:
    """Sql | html | code when the text is one of these, else None."""
    head = text[:_LONGEST]
    if _SQL.match(head[:400]):
        return "sql"
    if len(_HTML.findall(head)) >= 3 and not re.search(r"\byou\b", head, re.IGNORECASE):
        return "html"
    lines = head.count("\n") + 1
    if len(_CODE.findall(head)) * 3 > lines:
        return "code"
    return None


def tells(text: str) -> int:
    """How many marks of an instruction to a model a text has."""
    head = text[:_LONGEST]
    return len(_TELLS.findall(head)) + min(3, len(_IMPERATIVE.findall(head)))


def prompt_confidence(name: str | None, text: str, path: str = "") -> str | None:
    """High | medium | None for a string bound to `name`: name (or a file named for prompts) and text must both say so."""
    words = len(_WORD.findall(text[:_LONGEST]))
    if words < 5:
        return None
    lowered = (name or "").lower().strip("_")
    strong = bool(_STRONG_NAME.search(lowered))
    filed = bool(_PROMPT_MODULE.search(path))
    if (_NOT_NAME.search(lowered) and not strong) or text_shape(text) is not None:
        return None
    if not (strong or filed or _NAME.search(lowered)):
        return None
    marks = tells(text)
    if strong and words >= 8 and marks >= 1:
        return "high" if marks >= 2 else "medium"
    if strong and words >= 12 and (filed or "\n" in text):
        return "medium"
    if filed and words >= 8 and (marks >= 1 or words >= 20):
        return "medium"
    if not strong and not filed and words >= 10 and marks >= 2:
        return "medium"
    return None


def file_is_prompt(path: str, text: str) -> str | None:
    """High | medium | None for a whole file: its suffix, or its place and its text."""
    if _FILE_NOT.search(path):
        return None
    if path.lower().endswith((".prompt", ".prompty")):
        return "high"
    marks, words = tells(text), len(_WORD.findall(text[:_LONGEST]))
    if path.lower().endswith(_SUFFIX):
        return "medium" if marks >= 2 and words >= 10 and text_shape(text) is None else None
    if _FILE_YES.search(path) and marks >= 2 and words >= 10 and text_shape(text) is None:
        return "medium"
    return None
