"""Whether a text reads like a prompt: its name and its text must both say so.

Names are judged in `names_prompt`, texts by the score of `marks`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from promptlint.parse.marks import LONGEST, addressed, score, tells
from promptlint.parse.shapes import makes_a_program, text_shape

__all__ = [
    "asked_of",
    "file_is_prompt",
    "may_read",
    "names_prompt",
    "prompt_confidence",
    "prompt_module",
    "prompt_place",
    "prosaic",
    "reads_like_a_prompt",
    "score",
    "tells",
    "text_shape",
    "unspaced_words",
]

_WORD = re.compile(r"[^\W\d_]{2,}")
# Scripts that put no blanks between words; a word of theirs has about two characters.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_STRONG = re.compile(r"instruction|instructions|preamble|backstory|fewshot|persona|prompting")
_STRONG_PAIR = re.compile(r"system (?:message|msg|template|content|text)|sys msg|few shot|(?:user|human) message")
_MIDDLE = re.compile(
    r"template|templates|tmpl|instr|trigger|system|role|goal|guidelines?|rubric|reminder|criteria|objective"
)
_WEAK = re.compile(
    r"content|text|query|question|task|request|context|suffix|prefix|input|examples|example|format|rules|"
    r"user|human|assistant|developer|info|principle|steps|directive|statement"
)
# The last word of a name says what the value is: `prompt_help` is a help text, `prompt_path` a path.
_OTHER = re.compile(
    r"help|usage|description|descriptions|desc|doc|docs|documentation|docstring|sql|html|css|error|errors|"
    r"err|exception|warning|warnings|log|logger|url|uri|path|paths|file|filename|dir|folder|regex|pattern|"
    r"title|label|labels|placeholder|version|license|epilog|banner|tooltip|cmd|command|script|schema|"
    r"header|headers|footer|email|mail|subject|name|names|id|key|keys|type|kind|token|tokens|cost|count|"
    r"length|size|hash|model|env|var|default|comment|note|notes|reason|summary|status|code|sep|separator|"
    r"delimiter|marker|tag|author|homepage|citation|bibtex|color|style|xpath|selector|bash|shell|"
    r"dockerfile|yaml|toml|ini|config|settings|column|columns|field|fields|table|sample|samples|fixture|fixtures|mock|dummy|"
    r"fake|stub|expected"
)
_PROMPT_MODULE = re.compile(
    r"(?:^|/)(?:[\w.-]*[_.-])?(?:prompts?|instructions?)(?:/|\.\w+$)|(?:^|/)prompts[_-][\w-]*\.\w+$", re.IGNORECASE
)
_SLOT = re.compile(r"\{[a-z_]\w*\}|\[[A-Z][A-Z_]{2,}\]|\$\{?[a-z_]\w+\}?|<<\w+>>")
# Work on words: no person at a terminal is asked for it.
_WORDS_ASKED = re.compile(
    r"\s*(?:please |can you |could you )?(?:summari[sz]e|translate|explain|describe|analy[sz]e|rewrite|rephrase|paraphrase|"
    r"write|classify|categori[sz]e|extract|answer|compare|suggest|tell me|give me)\b",
    re.IGNORECASE,
)
# What a person at a terminal is asked for.
_KEYED_IN = re.compile(
    r"\s*(?:please |now )?(?:enter|type|press|select|choose|pick|confirm|continue|specify|paste|insert|"
    r"do you (?:want|wish)|would you like|are you sure|which of)\b",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"\s*(?:hello|hi|hey|dear|good (?:morning|day|evening)|greetings)\b[^\n]{0,40}[,!]\s*\n", re.IGNORECASE
)
# Without a telling name, marks must stand close: a long text of any kind gathers some.
_WORDS_A_MARK = 20
_BEYOND_DOUBT = 9
_ORDERS = ("must", "only", " not ", "json", "format", "respond", "answer", "return", "output", "follow", "step", "should", "never",
           "always", "provide", "please", "make sure", "question", "your ", "you ")  # fmt: skip
_FEWEST_ORDERS = 4
_SURELY = 3


def prompt_module(path: str) -> bool:
    """Whether a file is named for prompts: `prompts.py`, `qa_prompts.py`, anything below `prompts/`."""
    return _PROMPT_MODULE.search(path) is not None


@lru_cache(maxsize=4096)  # the same few names stand in many files
def names_prompt(name: str | None, path: str = "", owner: str = "") -> int:
    """How much a name says that its text is a prompt: 3 it does, 2 it may, 1 a little, 0 nothing, -1 something else.

    `owner` is the class or dictionary that holds it: everything in `EditPrompts` and `PROMPTS` is about prompts.
    """
    parts = [part.lower() for part in _PART.findall(name or "")]
    while parts and parts[-1] in ("v", "tpl"):
        parts.pop()
    filed = 2 if prompt_module(path) else 0
    if not parts:
        return filed
    held = owner.lower().endswith(("prompt", "prompts"))
    if _OTHER.fullmatch(parts[-1]):
        return 2 if held else -1
    if held:
        return 3
    if any(part.endswith(("prompt", "prompts")) or _STRONG.fullmatch(part) for part in parts):
        return 3
    if any(_STRONG_PAIR.fullmatch(f"{a} {b}") for a, b in pairwise(parts)):
        return 3
    if any(map(_MIDDLE.fullmatch, parts)) or owner.endswith(("Template", "Templates")):
        return 2
    return max(filed, 1 if any(map(_WEAK.fullmatch, parts)) else 0)


def prompt_confidence(
    name: str | None, text: str, path: str = "", owner: str = "", *, holes: bool = False
) -> str | None:
    """high | medium | low | None for a string bound to `name` (in the class `owner`) in the file `path`.

    Holes in `text` stand as ` x `; `holes`: there are any.

    A text that says who the model is to be needs no name, only one that does not deny it; low when little else says so. In a
    file that is about prompts, and by a name in which that word stands, less is enough. The numbers were found on labelled code.
    """
    head = text[:LONGEST]
    words = _words(head)
    named = names_prompt(name, path, owner)
    slotted = holes or _SLOT.search(head) is not None
    if named == 3 and len(_SLOT.findall(head)) >= 2 and "\n" in head:
        return "high" if words >= 12 and score(head) >= 4 else "medium"
    if named >= 2 and words < 12 and slotted and addressed(head):
        return "medium"
    asked = _WORDS_ASKED.match(head) is not None
    if named == 2 and asked and slotted and words >= 4:
        return "medium"
    last = head.rstrip()[-1:]
    if named == 3 and asked and (words >= 5 or (words >= 3 and (last == ":" or (slotted and last != "?")))):
        return "medium"
    about = _about_prompts(path)
    if words < 5:
        return None
    if named <= 0 and not (about or _says_prompt(name) or addressed(head)):
        marks = score(head) if named == 0 and words >= 12 and _orders(head) else 0
        return "medium" if marks >= _BEYOND_DOUBT and _is_prose(head, marks) and _dense(head, marks, words) else None
    marks = score(head)
    if not _is_prose(head, marks):
        return None
    if named == 3:
        if marks >= 4 and words >= 12:
            return "high"
        keyed_in = _KEYED_IN.match(head) is not None
        fewest = (3 if words < 8 else 2) if words < 12 and keyed_in else 1 if words < 25 else 0
        if slotted and words >= 8 and last != "?" and not keyed_in and _says_prompt(name):
            fewest = 0  # nobody at a terminal is asked that
        return "medium" if marks >= fewest else None
    if about and words >= 12 and marks >= (3 if named >= 0 else 5):
        return "medium"
    if named == 2:
        return "medium" if marks >= (2 if words >= 20 else 4) and words >= 8 else None
    if named == 1 and words >= 6 and (asked or (words >= 8 and marks >= 5 and slotted and _dense(head, marks, words))):
        return "medium"
    if named < 0:  # a text of that kind that tells the model who it is cannot be doubted
        if _says_prompt(name):
            return "medium" if words >= 12 and marks >= 3 else None
        return "medium" if words >= 20 and marks >= 6 else None
    if words < 12 or marks < (5 if addressed(head) else 6) or not _dense(head, marks, words):
        return None
    return "medium" if named == 1 or marks >= 8 else "low"


def _orders(text: str) -> bool:
    """Whether a text may say what to do line after line: that is seen at a hundredth of what its score costs."""
    lowered = text.lower()
    return sum(word in lowered for word in _ORDERS) >= _FEWEST_ORDERS


def _about_prompts(path: str) -> bool:
    """Whether the name of a file or of a folder around it speaks of prompts: `prompt_builder.py`, `prompting/base.py`."""
    return "prompt" in path.lower()


def _says_prompt(name: str | None) -> bool:
    """Whether the word stands in a name whose last word says something else: `prompt_summary`."""
    return name is not None and "prompt" in name.lower()


def _words(text: str) -> int:
    """How many words a text has, in whatever script."""
    return len(_WORD.findall(text)) + unspaced_words(text)


def unspaced_words(text: str) -> int:
    """How many words a text has in scripts that put no blanks between them."""
    return 0 if text.isascii() else len(_UNSPACED.findall(text)) // 2


def _dense(text: str, marks: int, words: int) -> bool:
    return marks * _WORDS_A_MARK >= words or addressed(text)


def dense(text: str) -> bool:
    """Whether the marks of a text stand close together, whoever it speaks to."""
    head = text[:LONGEST]
    return score(head) * _WORDS_A_MARK >= len(_WORD.findall(head))


def prosaic(text: str) -> bool:
    """Whether a text that something says is a template can be one of a prompt: it is no SQL, page, program or letter."""
    head = text[:LONGEST]
    if _SALUTATION.match(head) and not addressed(head):
        return False
    return text_shape(head) is None or _is_prose(head, score(head))


def _is_prose(text: str, marks: int) -> bool:
    """Whether a text is no SQL, page or program. A prompt may hold more JSON or code than sentences, with many marks."""
    shape = text_shape(text)
    return shape is None or (marks >= 8 and shape in ("data", "code", "shell", "html", "css", "terminal"))


def reads_like_a_prompt(text: str, path: str = "", *, filled: bool = False, holes: bool = False) -> str | None:
    """medium | None for the text of a whole file or of one entry, whatever it is called.

    `holes`: something is filled into it; `filled`: as well, and its name says that it is a template.
    """
    marks, words = score(text), _words(text[:LONGEST])
    if words < 8 or not _is_prose(text, marks):
        return None
    if prompt_module(path) or prompt_place(path):
        return "medium" if marks >= (2 if holes else 3) else None
    return "medium" if marks >= 6 and (_dense(text, marks, words) or (filled and marks >= 8)) else None


_FILE_NOT = re.compile(
    r"(?:^|/)(?:readme|license|licence|copying|changelog|changes|contributing|notice|authors|requirements|security|"
    r"code_of_conduct|history|todo|index|sources|entry_points|top_level|robots|llms|metadata|record|installation|"
    r"getting[-_]started|faq|usage|news|install)(?:[-_.][^/]*)?$",
    re.IGNORECASE,
)
_FILE_YES = re.compile(
    r"(?:^|/)(?:[\w-]*[_-]|pre-?)?(?:prompts?|instructions?|system[_-]?(?:message|prompt)s?|personas?)(?:[_-][\w-]*)?"
    r"(?:/|\.[^/]*$|$)|\.(?:prompt|instructions|chatmode)\.(?:md|txt)$|\.mdc$",
    re.IGNORECASE,
)
# Formats that hold nothing but prompts: `.prompt` and `.prompty`, POML, a prompt function of semantic-kernel, a skill.
_FORMAT = re.compile(r"\.(?:prompty?|dotprompt|poml)$|(?:^|/)(?:skprompt\.txt|skill\.md)$", re.IGNORECASE)
_TEMPLATE = re.compile(
    r"(?:^|/)(?:[\w-]*[_-])?templates?/|\.(?:j2|jinja2?|tmpl|tpl|template|mustache|hbs|handlebars|liquid|(?:jinja2?|j2)[-_]\w+)$",
    re.IGNORECASE,
)
# The suffixes of prose, of templates and of numbered versions; and a file without one.
_PROSE_SUFFIX = re.compile(
    r"(?:^|/)[^/.]+$|\.(?:txt|text|md|markdown|mdc|rst|xml|rail|in|v?\d+|prompts?|j2|jinja2?|tmpl|tpl|template|mustache|hbs|"
    r"handlebars|liquid|(?:jinja2?|j2)[-_]\w+)$",
    re.IGNORECASE,
)
# What a template makes is said by the suffix before its own: `settings.py.j2` makes a program.
_MAKES_OTHER = re.compile(
    r"\.(?:pyi?|html?|css|s[ac]ss|jsx?|tsx?|sql|sh|bash|zsh|ps1|bat|ini|cfg|conf|go|rs|java|kt|c|h|cpp|rb|php|service|env|tf|"
    r"ipynb|tex|csv|proto|graphql|lock)\.[\w-]+$|(?:^|/)(?:docker|make|jenkins|vagrant|proc)file\b[^/]*$",
    re.IGNORECASE,
)
# The same, unless the place says prompts: one may ask for JSON, or for a mail.
_MAKES_DATA = re.compile(
    r"\.(?:xml|toml|ya?ml|json)\.[\w-]+$|(?:^|/)(?:[\w-]*[_-])?e?mails?(?:[_-]\w+)?(?:/|\.)", re.IGNORECASE
)
_JINJA = re.compile(r"\.(?:j2|jinja2?)$")
_PAGE = re.compile(
    # Code in a fence, unless it is filled in.
    r"\]\((?:https?:|\.{0,2}/)|^[ \t]*```(?:python|py|bash|sh|shell|console)\b(?!\s*(?:[{<$]|x\b))|^(?:import|from) \w+|"
    r"\b[Tt]his (?:document|page|guide|section|folder|directory) (?:provides|describes|explains|covers|shows|contains|lists)\b",
    re.MULTILINE,
)
_OPENING = 400
_FEWEST_FILLED = 12


def asked_of(name: str | None, path: str) -> tuple[int, int]:
    """The score and the words from which on a text is taken for a prompt whatever else it has, by its name and its file."""
    if _FORMAT.search(path):
        return 0, 0
    if names_prompt(name, path) == _SURELY:
        return 1, 5
    if prompt_module(path) or prompt_place(path):
        return (4, 12) if path.endswith(".py") else (3, 8)
    return _BEYOND_DOUBT, 12


def prompt_place(path: str) -> bool:
    """Whether the folder or the name of a text file says that it is a prompt."""
    return _FILE_YES.search(path) is not None


def may_be_prompt(path: str) -> bool:
    """Whether nothing in the name of a file says that it is something else: a read-me, a page, a program."""
    lowered = path.lower()
    return not any(no.search(lowered) for no in (_FILE_NOT, _MAKES_OTHER)) and _PROSE_SUFFIX.search(lowered) is not None


def file_is_prompt(path: str, text: str, *, holes: bool = True) -> str | None:
    """high | medium | None for a whole file: by its suffix, or by its place and its text together.

    In a folder of templates only a text with holes can be one.
    """
    lowered = path.lower()
    if _FILE_NOT.search(lowered) or not text.strip():
        return None
    if _FORMAT.search(lowered):
        return "high"
    if _MAKES_OTHER.search(lowered) or not _PROSE_SUFFIX.search(lowered):
        return None
    filled = holes and _TEMPLATE.search(lowered) is not None
    if not prompt_place(lowered):
        # A template may hold a program, and `return` is an order to a model only in a sentence.
        made = makes_a_program(text) and not addressed(text[:_OPENING])
        if not _TEMPLATE.search(lowered) or _MAKES_DATA.search(lowered) or made:
            return None
        if not holes:  # a document, unless it speaks to a model from beginning to end
            return reads_like_a_prompt(text) if _JINJA.search(lowered) and dense(text) else None
    # A page of documentation about prompts shows code and links; a prompt that does so says at once whom it addresses.
    if not filled and _PAGE.search(text[:LONGEST]) and not addressed(text[:_OPENING]):
        return None
    read = reads_like_a_prompt(text, path, filled=filled, holes=holes)
    if read is None and filled and prompt_place(lowered):  # in whatever language
        head = text[:LONGEST]
        return "medium" if _words(head) >= _FEWEST_FILLED and _is_prose(head, score(head)) else None
    return read


_CHEAP = re.compile(
    rb"(?i)\byou(?:r|'re)?\b|prompt|answer|respond|return|follow|question|\bgiven\b|summar|extract|writ|generat|please|"
    rb"assistant|context"
)


def may_read(data: bytes) -> bool:
    """Whether any text in these bytes can read like a prompt: one search, for files that nothing else points at."""
    return _CHEAP.search(data) is not None
