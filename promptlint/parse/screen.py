"""Which files are worth parsing, from their bytes alone."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from functools import cached_property

from promptlint.facts import Want
from promptlint.knowledge.seeds import Seeds
from promptlint.parse.reads import may_read, prompt_module, prompt_place

_ROLE = re.compile(rb"""role(?:["']\s*:|\s*=)\s*["'](?:system|user|assistant|developer|human|model)["']""")
# Each pattern begins with plain text: then the search is one for a substring.
_NAMED = [
    re.compile(
        stem
        + rb"""\w*(?:\[["']\w+["']\])?\s*(?::\s*[\w\[\], .]+)?\+?=\s*(?:[\w.]*\(\s*|\[\s*|\{\s*)?[rRfFuU]{0,2}["']"""
    )
    for stem in (
        rb"rompt",
        rb"PROMPT",
        rb"ystem_message",
        rb"SYSTEM_MESSAGE",
        rb"USER_MESSAGE",
        rb"nstruction",
        rb"INSTRUCTION",
    )
]
# What prompts say and what calls look like, below a part they share: where that is missing none of them needs to be looked for.
_SHAPES = {
    b"ou are a": (b"You are a", b"you are a"),
    # As `fix` writes it, in either quotes.
    b"ou're a": (b"You're a", b"you're a"),
    b"ou\\'re a": (b"You\\'re a", b"you\\'re a"),
    b" is ": (b"Your task is ", b"Your job is ", b"Your goal is ", b"your task is "),
    b"espond ": (b"espond with ", b"espond only ", b"espond in "),
    b"he following": (b"nswer the following", b"Given the following", b"based on the following "),
    b"he question": (b"nswer the question",),
    b"nswer th": (b"nswer this question", b"nswer these questions"),
    b"eturn only ": (b"eturn only ",),
    b"ou will ": (b"You will now ", b"You will be given ", b"You will be provided ", b"You will act "),
    b" must ": (b" answer must ", b" response must ", b" output must ", b"You must "),
    b" MUST ": (b" answer MUST ", b" response MUST ", b" output MUST ", b"You MUST "),
    b" should ": (b" answer should ", b" response should "),
    "你是".encode(): ("你是".encode(),),
    "あなた".encode(): ("あなたは".encode(), "あなたの".encode()),
    "당신".encode(): ("당신은".encode(), "당신의".encode()),
    b"JSON": (b"in JSON format", b"eturn a JSON", b"JSON object with", b"valid JSON object"),
    b"step": (b"step by step", b"step-by-step"),
    b"lease ": (b"lease make sure to", b"lease output", b"lease answer"),
    b"NOT ": (b"Do NOT ", b"DO NOT "),
    b"Given the ": (b"Given the ",),
    b"IMPORTANT:": (b"IMPORTANT:",),
    b"Be concise": (b"Be concise",),
    b"he assistant ": (b"he assistant ",),
    b"based on the con": (b"based on the context", b"based on the conversation"),
    b"max_new_tokens": (b"max_new_tokens",),
    b"ompletion": (b".chat.completions.", b".completions.create", b".chat_completion("),
    b".chat.complete": (b".chat.complete(", b".chat.complete_async("),
    b"s.create": (b".responses.create", b".messages.create", b".embeddings.create", b".batches.create"),
    b".generate_content": (b".generate_content",),
    b".invoke_model": (b".invoke_model(",),
    b".converse": (b".converse(", b".converse_stream("),
    b".initiate_chat": (b".initiate_chat",),
}
# A function that hands out packages by their names: what it is given says whether one is an SDK.
_IMPORTER = re.compile(rb"\b(?:import_module|__import__)\(\s*[A-Za-z_]")
# A crew that is started, or a method of one that is handed on: `crew.kickoff_id` is neither.
_STARTED = re.compile(rb"\.kickoff(?:_for_each)?(?:_async)?[ \t]*[(),\]}\r\n]")
# A function that returns a prompt, and a text that says what its reader does: `You are evaluating ...`.
_MAKES = re.compile(rb"def \w*prompt\(")
_DOING = re.compile(rb"\b[Yy]ou are [a-z]{3,}ing ")
# The body of a request to a service whose address another file says, or nobody.
_POSTED = re.compile(
    rb"""["'](?:max_(?:completion_|output_|new_)?tokens|messages|n_predict|repeat_penalty|rep_pen)["']\s*(?::|\]\s*=[^=])"""
)
_EMBEDDED = re.compile(rb"""["']input["']\s*:""")
_INVOKED = re.compile(rb"\.(?:a?invoke|a?stream|a?predict|a?complete|run_sync|run)\(")
_MODEL_NAME = re.compile(rb"(?:llm|chain|agent|model|runnable)\w*$", re.IGNORECASE)


def screen(path: str, data: bytes, kind: str, seeds: Seeds) -> str:
    """Seed (parse it), maybe (parse it when another file asks for it) or skip (nothing in it can matter)."""
    if not data.strip():
        return "skip"
    if path.endswith("__init__.py") and len(data) < _SMALL and b"import" in data:
        return "seed"  # re-exports: names lead through most of them, and they cost nothing
    if kind not in ("python", "notebook"):
        return "seed" if kind in ("template", "text") else "maybe"
    if prompt_module(path) and may_read(data):
        return "seed"
    return "seed" if seeds.in_bytes(data) or _shaped(data) else "maybe"


def unreadable(data: bytes) -> bool:
    """Whether bytes are surely no text of Python: null bytes, or no UTF-8 (a declared encoding is looked at later)."""
    if data.isascii():
        return b"\0" in data
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return b"\0" in data


def _shaped(data: bytes) -> bool:
    """Whether bytes hold a message, a prompt's name, a call or an import by name. Substrings come first: they cost a tenth of a pattern."""
    if any(part in data and any(text in data for text in texts) for part, texts in _SHAPES.items()):
        return True
    if b"role" in data and _ROLE.search(data):
        return True
    if any(pattern.search(data) for pattern in _NAMED):
        return True
    if _STARTED.search(data):
        return True
    if b"rompt(" in data and _MAKES.search(data):
        return True
    if b"ou are " in data and _DOING.search(data):
        return True
    if b".generate(" in data and b"attention_mask" in data:
        return True
    if b".post(" in data and (_POSTED.search(data) or (b"mbed" in data and _EMBEDDED.search(data))):
        return True
    if b"lazy_loader" in data or (b"import_" in data and _IMPORTER.search(data)):
        return True
    made = (b"llm(" in data or b"chat_model(" in data) and _INVOKED.search(data) is not None  # `brain = get_llm()`
    return made or any(_MODEL_NAME.search(data, max(0, m.start() - 40), m.start()) for m in _INVOKED.finditer(data))


_SMALL = 5_000
_PROMPT_DATA = re.compile(
    rb"(?i)\byou are\b|\byou(?:r|'re) (?:task|goal|job|role|an?)\b|\bbackstory\b|\bexpected_output\b|_type[\"']?\s*:\s*[\"']?(?:prompt|few_shot|chat)"
)
# A key that says prompts, with a block, a list, a sentence or the name of a file behind it.
_KEYED = re.compile(
    rb"(?im)(?:^|[{,])[ \t-]*[\"']?(?:\w*[_-])?(?:prompts?|instructions?|prompt_templates?|system_message)"
    rb"(?:[_-](?:file|path|filename|file_path))?[\"']?[ \t]*:[ \t]*"
    rb"(?:[|>\[{]|\r?$|[\"']?\w[\w']*,? \w|[\"']?[\w./-]+\.(?:txt|md|prompt|j2|jinja2?)\b)"
)
# A conversation in YAML: `messages:`, and below it `- system: …` or `- role: system`.
_TURNS = re.compile(rb"(?m)^[ \t]*messages[ \t]*:[ \t]*\r?\n[ \t]*-[ \t]*(?:system|user|developer|role)[ \t]*:")
# Keys of saved prompts of Semantic Kernel and LangChain, and of tasks of lm-evaluation-harness.
_LAYOUTS = (b"template_format", b"doc_to_text", b"task_alias")
_SMALL_DATA = 200_000
_DATA_PLACE = re.compile(
    r"(?:^|/)[^/]*(?:prompt|agents?|tasks?|translation|en\.json|template|system|instruct)[^/]*(?:/|$)", re.IGNORECASE
)


def data_may_hold_prompts(path: str, data: bytes) -> bool:
    """Whether a YAML or JSON file is worth reading: its place and its bytes suggest prompts, or a key of it does."""
    if len(data) < _SMALL_DATA and (_KEYED.search(data) or _TURNS.search(data) or any(k in data for k in _LAYOUTS)):
        return True
    if len(data) < _SMALL_DATA and prompt_place(path) and may_read(data):
        return True
    return len(data) < 1_000_000 and bool(_DATA_PLACE.search(path)) and bool(_PROMPT_DATA.search(data))


def named_in(names: Collection[str], files: Iterable[bytes]) -> set[str]:
    """Which of some file names a program mentions."""
    if not names:
        return set()
    pattern = re.compile(rb"[\"'/]((?:" + b"|".join(re.escape(os.fsencode(n)) for n in sorted(names)) + rb"))[\"']")
    return {os.fsdecode(match) for data in files for match in pattern.findall(data)}


def called_name(function: Want) -> str:
    """What stands before the parentheses where a function of the project is called."""
    owner, _, name = function.name.rpartition(".")
    return owner.rpartition(".")[2] if name in ("__init__", "__call__") else name


class Users:
    """Which files call what and derive from what, by their bytes: looked through once, whatever is asked.

    `packages` are the `__init__.py` of all packages, which hand on what others define, perhaps by another name.
    """

    def __init__(self, files: Mapping[str, bytes], packages: Iterable[bytes] = ()) -> None:
        self._files = files
        self._packages = packages
        self._imports: dict[str, frozenset[bytes]] = {}
        self._renames: dict[str, list[tuple[bytes, bytes]]] = {}
        self._taking: dict[tuple[str, str], bool] = {}

    def __contains__(self, path: object) -> bool:
        return path in self._files

    @cached_property
    def _calling(self) -> dict[bytes, list[str]]:
        """Name → the files in which it is called: `name(`, but where it is defined; `other(` where it is imported as that."""
        found: dict[bytes, list[str]] = {}
        for path, data in self._files.items():
            called = _called(data)
            for name in called | {name for name, other in _renamed(data) if other in called}:
                found.setdefault(name, []).append(path)
        return found

    @cached_property
    def _handed_on(self) -> dict[bytes, set[bytes]]:
        """Name → the names by which a package hands it on: `from .core import complete as ask`."""
        found: dict[bytes, set[bytes]] = {}
        for data in self._packages:
            for name, other in _renamed(data):
                found.setdefault(name, set()).add(other)
        return found

    def _imported(self, path: str) -> frozenset[bytes]:
        """The words that stand behind the `import`s of a file, as far as they may be names."""
        if path not in self._imports:
            heads = _IMPORTED.findall(self._files[path])
            self._imports[path] = frozenset(word for head in heads for word in _WORD.findall(head))
        return self._imports[path]

    def _reexported(self, name: bytes, folder: str, path: str) -> bool:
        """Whether a file takes a function from a package that hands it on: `from app import ask`, `app.ask(...)`."""
        if name in self._imported(path):
            return True
        data = self._files[path]
        parts = {os.fsencode(part) for part in folder.split("/") if part}
        called = b"." + name + b"("
        if not parts or called not in data:
            return False
        if path not in self._renames:
            self._renames[path] = _RENAMED.findall(data)
        others = {other for part, other in self._renames[path] if part in parts}
        return any(part + called in data for part in parts | others)

    def _brought(self, kin: str, folder: str, path: str) -> bool:
        """Whether a file names a class, or takes something from the package it is in: `from providers import make`."""
        data, package = self._files[path], folder.rpartition("/")[2]
        if _says(os.fsencode(kin), data):
            return True
        if not package.isidentifier():
            return False
        key = package, path
        if key not in self._taking:
            imported = os.fsencode(
                rf"(?:from\s+(?:[\w.]*\.)?{package}\s+import|import\s+(?:[\w.]*\.)?{package}\b(?!\.))"
            )
            self._taking[key] = package.encode() in data and re.search(imported, data) is not None
        return self._taking[key]

    @cached_property
    def _deriving(self) -> dict[bytes, list[tuple[str, bytes]]]:
        """Name of a class → the files and names of classes that derive from one of that name."""
        found: dict[bytes, list[tuple[str, bytes]]] = {}
        for path, data in self._files.items():
            for name, bases in _CLASS.findall(data):
                for base in set(_WORD.findall(bases)):
                    found.setdefault(base, []).append((path, name))
        return found

    def deriving(self, classes: Iterable[Want], but: Container[str] = ()) -> set[str]:
        """The files, `but` some, that may hold a class which derives from one of these, however far."""
        names = {os.fsencode(cls.name.rpartition(".")[2]) for cls in classes}
        found, edge = set(), list(names)
        while edge:
            for path, name in self._deriving.get(edge.pop(), ()):
                found.add(path)
                if name not in names:
                    names.add(name)
                    edge.append(name)
        return {path for path in found if path not in but}

    @cached_property
    def _handing(self) -> dict[tuple[bool, bytes], list[str]]:
        """Whether it is an attribute, and name → the files it is a value in: `pool.map(ask, texts)`, `Thread(target=bot.ask)`."""
        found: dict[tuple[bool, bytes], list[str]] = {}
        for path, data in self._files.items():
            for owner, name in {value.rpartition(b".")[::2] for value in _VALUE.findall(data)}:
                found.setdefault((bool(owner), name), []).append(path)
        return found

    def _holding(self, held: Want, but: Container[str]) -> set[str]:
        """The files, `but` some, that import an object from its module or from a package round it, or read it off the module."""
        name, folder = os.fsencode(held.name[:-1]), held.module.rpartition("/")[0]
        stem = os.fsencode(held.module.rpartition("/")[2].rpartition(".")[0])
        places = {stem, *(os.fsencode(part) for part in folder.split("/") if part)} - {b"__init__"}
        attribute = stem + b"." + name + b"."
        return {
            path
            for path, data in self._files.items()
            if name in data and path not in but
            if attribute in data or (name in self._imported(path) and any(place in data for place in places))
        }

    def calling(
        self, functions: Iterable[Want], but: Container[str] = (), *, most_handing: int | None = None
    ) -> set[str]:
        """The files, `but` some, that may call one of the functions, or hand it on: they name it, and its class or module.

        A method that more than `most_handing` files read off something is not looked for there: any attribute may have its name.
        """
        found: set[str] = set()
        for function in functions:
            if function.name.endswith("."):
                found |= self._holding(function, but)
                continue
            kin, called = function.name.rpartition(".")[0].rpartition(".")[2], called_name(function)
            folder, _, stem = function.module.rpartition(".")[0].rpartition("/")
            beside = os.fsencode(folder.rpartition("/")[2] if stem == "__init__" else stem)
            name = os.fsencode(called)
            paths = list(self._calling.get(name, ()))
            if function.name.endswith(_CALL):  # where it is called, an object goes by any name: `def run(bot: Bot)`
                paths += [path for path, data in self._files.items() if name in data and name in self._imported(path)]
            if not function.name.endswith(_MADE):  # a class is named in many places, and made where it is called
                handing = self._handing.get((True, name), [])
                paths += handing if most_handing is None or len(handing) <= most_handing else []
                paths += self._handing.get((False, name), ()) if not kin else ()
            for path in paths:
                if path in found or path in but:
                    continue
                data = self._files[path]
                if _says(beside, data) or (
                    self._brought(kin, folder, path) if kin else self._reexported(name, folder, path)
                ):
                    found.add(path)
            if not kin or function.name.endswith(_MADE):
                for other in self._handed_on.get(name, ()):
                    users = self._calling.get(other, ())
                    found.update(p for p in users if p not in but and self._reexported(other, folder, p))
        return found

    def renaming(self, functions: Iterable[Want]) -> bool:
        """Whether a package hands on one of the functions by another name."""
        return any(os.fsencode(called_name(function)) in self._handed_on for function in functions)


def _says(name: bytes, data: bytes) -> bool:
    """Whether a name stands in a file as a word of its own."""
    at = data.find(name)
    while at >= 0:
        end = at + len(name)
        if data[at - 1 : at] not in _IN_WORDS and data[end : end + 1] not in _IN_WORDS:
            return True
        at = data.find(name, end)
    return False


def _called(data: bytes) -> set[bytes]:
    """The names before parentheses, but where they are defined. Equal endings are looked at once: that is what makes it quick."""
    found: set[bytes] = set()
    for before in {part[-_LONGEST_NAME:] for part in data.split(b"(")[:-1]}:
        words = b" " + before.translate(_WORDS_ALONE)
        name = words.rpartition(b" ")[2]
        if name and not (before.endswith(b"def " + name) and words.endswith(b" def " + name)):
            found.add(name)
    return found


def _renamed(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names round each `as`."""
    at = data.find(b" as ")
    while at >= 0:
        before, after = _WORD.findall(data[max(0, at - _LONGEST_NAME) : at]), _WORD.match(data, at + 4)
        if before and after is not None:
            yield before[-1], after.group()
        at = data.find(b" as ", at + 4)


_CALL = "__call__"
_MADE = ("__init__", _CALL)
_LONGEST_NAME = 80
_IN_WORDS = frozenset(bytes((c,)) for c in range(256) if c >= 0x80 or chr(c) == "_" or chr(c).isalnum())
_WORDS_ALONE = bytes(c if bytes((c,)) in _IN_WORDS else ord(" ") for c in range(256))
_VALUE = re.compile(rb"[(\[{,=:][ \t\n]*([\w.\x80-\xff]+)[ \t]*(?=[,)\]}\n])")
_IMPORTED = re.compile(rb"import(?=\s*\(?([^()=;]{0,600}))")
# It begins where a word does: else a long one would be read again from each of its letters.
_RENAMED = re.compile(rb"(?<![\w\x80-\xff])([\w\x80-\xff]+)[ \t]+as[ \t]+([\w\x80-\xff]+)")
_CLASS = re.compile(rb"class[ \t]+([\w\x80-\xff]+)[^:\n(]{0,200}\(([^():]*)")
_WORD = re.compile(rb"[\w\x80-\xff]+")
