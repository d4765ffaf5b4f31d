"""Whether a text reads like a prompt: its name and its text must both say so.

Names are judged in `names_prompt`, texts by `score`: marks of an instruction to a model count up, marks of what is
shown to people, logged or run count down. Every pattern is matched against the first `_LONGEST` code points only.
"""

from __future__ import annotations

import itertools
import re

from promptlint.parse.shapes import text_shape

__all__ = [
    "file_is_prompt",
    "may_read",
    "names_prompt",
    "prompt_confidence",
    "reads_like_a_prompt",
    "score",
    "tells",
    "text_shape",
]

_LONGEST = 4_000
_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# --- names ------------------------------------------------------------------------------------------------------------

_STRONG = frozenset(
    (
        "prompt",
        "prompts",
        "instruction",
        "instructions",
        "preamble",
        "backstory",
        "fewshot",
        "sysprompt",
        "persona",
        "prompting",
    )
)
_STRONG_PAIRS = frozenset(
    (
        "system message",
        "system msg",
        "system template",
        "system content",
        "system text",
        "few shot",
        "sys msg",
        "expected output",
        "user message",
        "human message",
    )
)
_MIDDLE = frozenset(
    (
        "template",
        "templates",
        "tmpl",
        "system",
        "role",
        "goal",
        "guidelines",
        "rubric",
        "reminder",
        "persona",
        "criteria",
        "objective",
    )
)
_WEAK = frozenset(
    ("content", "text", "query", "question", "task", "request", "context", "suffix", "prefix", "input", "examples",
     "example", "format", "rules", "user", "human", "assistant", "developer", "info", "principle", "steps", "directive", "statement")
)  # fmt: skip
# The last word of a name says what the value is: `prompt_help` is a help text, `prompt_path` a path.
_OTHER = frozenset(
    [
        "help",
        "usage",
        "description",
        "descriptions",
        "desc",
        "doc",
        "docs",
        "documentation",
        "docstring",
        "sql",
        "html",
        "css",
        "error",
        "errors",
        "err",
        "exception",
        "warning",
        "warnings",
        "log",
        "logger",
        "url",
        "uri",
        "path",
        "paths",
        "file",
        "filename",
        "dir",
        "folder",
        "regex",
        "pattern",
        "title",
        "label",
        "labels",
        "placeholder",
        "version",
        "license",
        "epilog",
        "banner",
        "tooltip",
        "cmd",
        "command",
        "script",
        "schema",
        "header",
        "headers",
        "footer",
        "email",
        "mail",
        "subject",
        "name",
        "names",
        "id",
        "key",
        "keys",
        "type",
        "kind",
        "token",
        "tokens",
        "cost",
        "count",
        "length",
        "size",
        "hash",
        "model",
        "env",
        "var",
        "default",
        "comment",
        "note",
        "notes",
        "reason",
        "summary",
        "status",
        "code",
        "sep",
        "separator",
        "delimiter",
        "marker",
        "tag",
        "author",
        "homepage",
        "citation",
        "bibtex",
        "color",
        "style",
        "xpath",
        "selector",
        "bash",
        "shell",
        "dockerfile",
        "yaml",
        "toml",
        "ini",
        "config",
        "settings",
        "column",
        "columns",
        "field",
        "fields",
        "table",
    ]
)
_PROMPT_MODULE = re.compile(
    r"(?:^|/)(?:[\w.-]*[_.-])?(?:prompts?|instructions?)(?:/|\.\w+$)|(?:^|/)prompts[_-][\w-]*\.\w+$", re.IGNORECASE
)


def _tokens(name: str) -> list[str]:
    return [
        token.lower() for token in _TOKEN.findall(name) if not token.isdigit() and token.lower() not in ("v", "tpl")
    ]


def names_prompt(name: str | None, path: str = "") -> int:
    """How much a name says that its text is a prompt: 3 it does, 2 it may, 1 a little, 0 nothing, -1 it says something else."""
    tokens = _tokens(name or "")
    filed = 2 if _PROMPT_MODULE.search(path) else 0
    if not tokens:
        return filed
    if tokens[-1] in _OTHER:
        return -1
    pairs = {f"{a} {b}" for a, b in itertools.pairwise(tokens)}
    if (
        _STRONG.intersection(tokens)
        or pairs & _STRONG_PAIRS
        or any(token.endswith(("prompt", "prompts")) for token in tokens)
    ):
        return 3
    if _MIDDLE.intersection(tokens):
        return max(2, filed)
    return max(filed, 1 if _WEAK.intersection(tokens) else 0)


# --- texts ------------------------------------------------------------------------------------------------------------

_LEAD = r"(?:^|\n)[ \t]*(?:[-*#>]{1,4}[ \t]+|\d{1,2}[.)][ \t]+)?"
_VERBS = (
    "answer|extract|summari[sz]e|translate|classify|categori[sz]e|generate|write|list|describe|explain|analy[sz]e|identify|evaluate|provide|create|rewrite|"
    "rephrase|paraphrase|determine|judge|compare|rate|respond|reply|return|output|give|convert|correct|act|imagine|consider|think|find|choose|select|complete|"
    "review|rank|score|infer|decide|verify|assess|critique|ask|break down|follow|suggest|improve|produce|solve|refine|expand|shorten|simplify|draft|compose|"
    "combine|merge|predict|reason|detect|transcribe|transform|calculate|count|label|match|parse|propose|recommend|reflect|replace|specify|update|assign|fix|tell|look|plan|keep|avoid|include|ensure|be|focus|use|never|always|only|do not|don't"
)
# (weight, most that it may add, pattern)
_FOR: tuple[tuple[int, int, re.Pattern[str]], ...] = tuple(
    (weight, most, re.compile(pattern, flags))
    for weight, most, pattern, flags in (
        # Who the model is to be, at the start of a sentence.
        (3, 3, r"(?:^|[\n.!?:>\"'])[ \t]*(?:hello, |hi, )?you(?: are|'re|’re| will be| will act| act| have been) (?:an?|the|now (?:an?|acting|playing|the|in)|acting|going|given|provided|tasked|asked|helping|working|responsible|also|my|currently|playing|in charge|to|talking|presented|(?!using|running|missing|trying|calling|attempting|receiving|seeing|passing|getting|importing|doing|having)[a-z]+ing\b|\{|x\b|(?-i:[A-Z]))", re.IGNORECASE),
        (3, 3, r"\b(?:act|behave|respond|answer|imagine you(?: are|'re)|pretend (?:to be|you are)) (?:as|like)? ?(?:an?|if)\b|\b[Yy]our (?:\w+ )?(?:task|job|goal|role|objective|purpose|mission|duty|responsibility|aim)\b (?:is|will|involves|in)\b", 0),
        (2, 2, r"\b(?:as an? (?:ai|expert|assistant|helpful|experienced|professional)|helpful (?:\w+ )?assistant|language model|\bllm\b|chat ?bot|as (?:a|an) [a-z]+ (?:assistant|expert|agent))\b", re.IGNORECASE),
        # What the answer is to look like.
        (2, 4, r"\b(?:respond|reply|answer|return|output|write|respond with|provide)s? (?:only|with|in|using|the|exactly|concisely|strictly|your|just|an?|as|based|to|either|nothing|no)\b", re.IGNORECASE),
        (1, 2, r"\byour (?:final )?(?:answer|response|output|reply|reasoning|analysis|summary|task|evaluation|decision|next|own|questions?|assessment|explanation|rating|thoughts?)\b", re.IGNORECASE),
        (1, 2, r"\b(?:in (?:valid |the )?json|json (?:object|format|schema|array|list)|markdown|bullet points?|one word|single (?:word|sentence|paragraph)|comma[- ]separated|no more than \w+|at most \w+ (?:words|sentences)|\d+ (?:words|sentences)|following (?:format|structure|schema|template)|step[- ]by[- ]step|valid json)\b", re.IGNORECASE),
        # Orders.
        (1, 4, _LEAD + rf"(?:please |now,? |then,? |first,? |next,? |carefully )?(?:{_VERBS})\b", re.IGNORECASE),
        (1, 2, rf"[.!?:,][ \t]+(?:please |then |now |and )?(?:{_VERBS})\b", re.IGNORECASE),
        (1, 2, r"\b(?:do not|don't|never|always|must|should)\b", re.IGNORECASE),
        (1, 2, r"\byou (?:must|should|can|may|need to|will|have|always|never|only|know|think|want)\b|\bif you (?:don't|do not|are|need|cannot|can't|think)\b", re.IGNORECASE),
        (1, 1, r"\b(?:please|make sure|ensure|let'?s|remember)\b", re.IGNORECASE),
        # What it is given.
        (1, 3, r"\b(?:given|based on|according to|using|from|in|of|about|to|read|consider|is|are|here(?: is| are|'s)) (?:the |a |an |this |these |only )*(?:following|above|below|provided|given|supplied)\b|\bthe following (?:\w+ )?(?:text|context|question|document|information|conversation|code|passage|article|content|data|sentence|instructions|steps|tools?|examples?|format|query|input)\b|\bgiven (?:the|an?|this|these|two|some|several|only)\b|\bdelimited by\b|(?:context|text|document|answer|question|examples?|information|passages?|excerpts?) (?:provided|given|above|below)\b", re.IGNORECASE),
        (1, 2, r"\b(?:the user(?:'s)?|user(?:'s)? (?:query|question|request|input|message)|assistant|human|conversation|chat history|tools?|context|questions?|knowledge)\b", re.IGNORECASE),
        # A labelled slot, a turn of an example, a fenced input.
        (1, 3, r"(?:^|\n)[ \t]*(?:#+ |\*\*|\[)?(?:question|answer|input|output|context|user|assistant|human|ai|thought|action|observation|examples?|query|text|response|document|instructions?|task|summary|json|sql|code|passage|article|statement|conversation|history|background|format|rules|guidelines|requirements|constraints|objective|goal)s?[ \w]{0,20}(?:\*\*)?\]?:", re.IGNORECASE),
        (1, 1, r"<(?P<tag>[a-z_]{2,30})>\s*(?:\{|x\b)|(?:\"\"\"|```|'''|---|###)\s*(?:\{+ ?\w|x\b)", 0),
        (1, 1, r"\{\{? ?[a-z_]\w*(?:\.\w+)* ?\}\}?|(?:^|[\s\"'`<])x(?=[\s\"'`>.,:]|$)|\$\{?[a-z_]\w+", 0),
    )
)  # fmt: skip
_ADDRESSED = tuple(pattern for _, _, pattern in _FOR[:2])
_WORDS_A_MARK = 20
_AGAINST: tuple[tuple[int, int, re.Pattern[str]], ...] = tuple(
    (weight, most, re.compile(pattern, flags))
    for weight, most, pattern, flags in (
        # Errors, logs and notices.
        (3, 6, r"\b(?:is|are|was|were) (?:not (?:supported|found|valid|available|allowed|installed|defined|set|implemented|recogni[sz]ed)|deprecated|required for|unsupported|invalid|missing)\b|\b(?:failed to|unable to|could not|couldn't|cannot|can't) (?:find|load|parse|open|read|connect|import|be (?:used|found|loaded|imported|empty|set|specified)|create|use|decode|determine|resolve|get|process|initialize)\b|\bpip install\b|\bplease (?:install|upgrade|set|check that|run|report|specify|pass|file|see the)\b|\b(?:Expected|expected) .{1,40}\b(?:got|but)\b|\bmust be (?:an?|one of|either|provided|set|specified|of type|greater|positive|between|called|passed|None|str|int)\b|\bwill be (?:removed|ignored|deprecated)|\b(?:requires?|provide) an? (?:non-empty|valid) |\A\W*(?:sorry|oops|congratulations|warning|error)\b|\b(?:Value|Type|Runtime|Key|Import)Error\b|\bto stderr\b|\benvironment variables?\b", re.IGNORECASE),
        # Documentation: of functions, parameters and options.
        (4, 8, r"(?:^|\n)[ \t]*(?:Args|Arguments|Returns?|Raises|Yields|Parameters|Attributes|Usage|Options|Commands|Positional arguments)[ \t]*:?[ \t]*\n|(?:^|\n)[ \t]*:(?:param|return|rtype|type|raises)\b|(?:^|\n)[ \t]*>>> |(?:^|\n)[ \t]*-{1,2}[a-z][\w-]*[ =<\[,]|\[default[: =]|\(default(?:s to|:| is)|\bDefaults? (?:to|is|value)\b", 0),
        (2, 2, r"\A\s*(?:The |A |An |Optional|List of|Path to|Whether|Name of|Number of|If (?:True|False|set|specified|provided)|Maximum|Minimum|Enable|Disable|Controls|Unique|Used (?:to|for|by)|This (?:is|tool|function|class|method|module|option|field|parameter)|Indicates|Represents|Returns|Specifies|Defines)\b", 0),
        # What a person at a terminal or a web page is asked.
        (4, 4, r"[\[(][Yy](?:es)?/[Nn](?:o)?[\])]|\bpress (?:enter|any|ctrl|y\b|return)|\b(?:enter|type) (?:your|the|an?|in|y\b|yes|'|\")[^\n]{0,40}[:>] ?\Z|\bclick\b", re.IGNORECASE),
        (3, 6, r"\b(?:unsubscribe|dear (?:customer|user|sir|team|mr|ms|\{|x\b)|(?:best|kind) regards|sincerely|all rights reserved|copyright|permission is hereby granted|warranty)\b", re.IGNORECASE),
    )
)  # fmt: skip


def score(text: str) -> int:
    """How much a text reads like an instruction to a model: about 0 for other texts, 4 and more for prompts."""
    head = text[:_LONGEST]
    total = 0
    for weight, most, pattern in _FOR:
        total += _bounded(head, weight, most, pattern)
    for weight, most, pattern in _AGAINST:
        total -= _bounded(head, weight, most, pattern)
    return total


def _bounded(text: str, weight: int, most: int, pattern: re.Pattern[str]) -> int:
    found = 0
    for _ in pattern.finditer(text):
        found += weight
        if found >= most:
            return most
    return found


def tells(text: str) -> int:
    """The score of a text, never below zero."""
    return max(0, score(text))


_CHEAP = re.compile(
    rb"(?i)\byou(?:r|'re)?\b|prompt|answer|respond|return|follow|question|\bgiven\b|summar|extract|writ|generat|please|assistant|context"
)


def may_read(data: bytes) -> bool:
    """Whether any text in these bytes can read like a prompt: one search, for files nothing else points at."""
    return _CHEAP.search(data) is not None


# --- both -------------------------------------------------------------------------------------------------------------


def prompt_confidence(name: str | None, text: str, path: str = "") -> str | None:
    """high | medium | low | None for a string bound to `name` in the file `path`. Holes in `text` stand as ` x `.

    low: the text alone says so.
    """
    head = text[:_LONGEST]
    words = len(_WORD.findall(head))
    named = names_prompt(name, path)
    if words < 5 or named < 0:
        return None
    addressed = any(pattern.search(head) for pattern in _ADDRESSED)
    if not named and not addressed:
        return None
    marks = score(head)
    if not _is_prose(head, marks):
        return None
    if named == 3:
        if marks >= 4 and words >= 12:
            return "high"
        return "medium" if marks >= (3 if words < 8 else 2 if words < 25 else 1) else None
    if named == 2:
        return "medium" if marks >= 4 and words >= 8 else None
    # A long text of any kind gathers marks: without a telling name they must stand close, or say who the model is to be.
    if words < 12 or marks < 6 or not (addressed or marks * _WORDS_A_MARK >= words):
        return None
    return "medium" if named == 1 or marks >= 8 else "low"


def _is_prose(text: str, marks: int) -> bool:
    """Whether a text is no SQL, page or program. A prompt may hold more JSON or code than sentences, never with few marks."""
    shape = text_shape(text)
    return shape is None or (marks >= 8 and shape in ("data", "code", "shell", "html"))


def reads_like_a_prompt(text: str, path: str = "") -> str | None:
    """medium | None for the text of a whole file or of one entry, whatever it is called."""
    words = len(_WORD.findall(text[:_LONGEST]))
    marks = score(text)
    if words < 8 or not _is_prose(text, marks):
        return None
    if _PROMPT_MODULE.search(path):
        return "medium" if marks >= 4 else None
    addressed = any(pattern.search(text[:_LONGEST]) for pattern in _ADDRESSED)
    return "medium" if marks >= 6 and (addressed or marks * _WORDS_A_MARK >= words) else None


_FILE_NOT = re.compile(
    r"(?:^|/)(?:readme|license|licence|copying|changelog|changes|contributing|notice|authors|requirements|security|code_of_conduct|history|todo|"
    r"index|sources|entry_points|top_level|robots|llms|metadata|record|installation|getting[-_]started|faq|usage|news|install)(?:[-_.][^/]*)?$",
    re.IGNORECASE,
)
_FILE_YES = re.compile(
    r"(?:^|/)(?:[\w-]*[_-])?(?:prompts?|instructions?|system[_-]?(?:message|prompt)s?|personas?)(?:[_-][\w-]*)?(?:/|\.[^/]*$)",
    re.IGNORECASE,
)
_OPENING = 400
_PAGE = re.compile(
    r"\]\((?:https?:|\.{0,2}/)|^[ \t]*```(?:python|py|bash|sh|shell|console)\b|^(?:import|from) \w+|^\*\*?Table of",
    re.MULTILINE,
)
_SUFFIX = (".prompt", ".prompty")
_TEMPLATES = (".j2", ".jinja", ".jinja2")


def file_is_prompt(path: str, text: str) -> str | None:
    """high | medium | None for a whole file: by its suffix, or by its place and its text together."""
    lowered = path.lower()
    if _FILE_NOT.search(lowered) or not text.strip():
        return None
    if lowered.endswith(_SUFFIX):
        return "high"
    if not lowered.endswith(_TEMPLATES) and not _FILE_YES.search(lowered):
        return None
    head = text[:_LONGEST]
    # A page of documentation about prompts shows code and links; a prompt that does so says who the model is to be,
    # and at once.
    if _PAGE.search(head) and not any(pattern.search(head[:_OPENING]) for pattern in _ADDRESSED):
        return None
    return reads_like_a_prompt(text, path)
