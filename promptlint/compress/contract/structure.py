"""What must come out of a rewrite exactly as it went in: holes, template tags, code, quoted text, URLs, XML tags, JSON keys."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from promptlint.compress.contract.literals import Text
from promptlint.compress.contract.model import Loss, Token

_BREAK = re.compile("\n")
_BLANKS = re.compile(r"\s+")
_LIMIT = 200_000


def exact(before: Text, after: Text) -> Iterator[Loss]:
    """All losses of this kind."""
    yield from _ordered(before, after, "hole", before.holes, after.holes, _whole)
    yield from _templates(before, after)
    yield from _counted(before, after, "tag", _tags(before), _tags(after), _folded)
    yield from _keys(before, after)
    yield from _counted(before, after, "code", before.fences, after.fences, _code)
    yield from _mentioned(before, after, "code", _spans(before), _spans(after))
    yield from _mentioned(before, after, "quote", _quotes(before, after), _quotes(after, before))
    yield from _mentioned(before, after, "url", _of(before, "url"), _of(after, "url"))


def _keys(before: Text, after: Text) -> Iterator[Loss]:
    """JSON keys; a key in one text may be a quoted name in the other: `fields "a" and "b"`, `"a": a number`."""
    first, second = _names(before), _names(after)
    one = [t for t in before.json_keys if t.text not in second]
    other = [t for t in after.json_keys if t.text not in first]
    yield from _counted(before, after, "json_key", one, other, _whole)


def _names(text: Text) -> set[str]:
    return {_quoted(t) for t in _of(text, "quote")}


def _quotes(text: Text, other: Text) -> list[Token]:
    keys = {t.text for t in other.json_keys}
    return [t for t in _of(text, "quote") if _quoted(t) not in keys]


def line_at(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return bisect_left(_breaks(text), offset) + 1


@lru_cache(maxsize=4)
def _breaks(text: str) -> tuple[int, ...]:
    return tuple(m.start() for m in _BREAK.finditer(text))


def _of(text: Text, kind: str) -> list[Token]:
    keys = {t.start for t in text.json_keys}
    return [t for t in text.pieces if t.kind == kind and t.start + 1 not in keys]


def _spans(text: Text) -> list[Token]:
    fences = {t.start for t in text.fences}
    return [t for t in text.pieces if t.kind == "code" and t.start not in fences]


def _tags(text: Text) -> list[Token]:
    delimiters = [t for t in text.pieces if t.kind == "tag" and t.text in ('"""', "'''")]
    return [*text.tags, *delimiters]


def _whole(token: Token) -> str:
    return token.text


def _folded(token: Token) -> str:
    return _BLANKS.sub(" ", token.text)


def _code(token: Token) -> str:
    """Code without what a change of indentation or JSON layout changes."""
    lines = token.text.splitlines()
    body = lines[1:-1] if len(lines) > 1 and lines[-1].strip()[:3] in ("```", "~~~") else lines[1:]
    if "".join(body).strip()[:1] in ("{", "["):
        return lines[0].strip() + _BLANKS.sub("", "".join(body)) if lines else ""
    margin = min((len(x) - len(x.lstrip()) for x in body if x.strip()), default=0)
    return "\n".join([lines[0].strip() if lines else "", *(x[margin:].rstrip() for x in body if x.strip())])


def _quoted(token: Token) -> str:
    inner = token.text[1:-1] if token.kind in ("quote", "code") else token.text
    if token.kind == "code" and not token.text.startswith("```"):
        inner = inner.strip("`")
    return _BLANKS.sub(" ", inner).strip()


def _ordered(
    before: Text, after: Text, kind: str, first: Sequence[Token], second: Sequence[Token], form: Callable[[Token], str]
) -> Iterator[Loss]:
    lost = list(_counted(before, after, kind, first, second, form))
    yield from lost
    if lost:
        return
    for one, other in zip(first, second, strict=True):
        if form(one) != form(other):
            yield Loss(kind, one.text, other.text, line_at(before.source, one.start))
            return


def _counted(
    before: Text, after: Text, kind: str, first: Sequence[Token], second: Sequence[Token], form: Callable[[Token], str]
) -> Iterator[Loss]:
    """The same things, as often on both sides."""
    lost = _surplus(first, second, form)
    added = _surplus(second, first, form)
    yield from _paired(before, after, kind, lost, added)


def _mentioned(before: Text, after: Text, kind: str, first: Sequence[Token], second: Sequence[Token]) -> Iterator[Loss]:
    """The same things, and none more often than before: one may be said once that was said twice."""
    there = {_quoted(t) for t in second}
    lost = [t for t in first if _quoted(t) not in there]
    added = _surplus(second, first, _quoted)
    yield from _paired(before, after, kind, lost, added)


def _surplus(first: Iterable[Token], second: Iterable[Token], form: Callable[[Token], str]) -> list[Token]:
    left = Counter(form(t) for t in second)
    found = []
    for token in first:
        if left[form(token)]:
            left[form(token)] -= 1
        else:
            found.append(token)
    return found


def _paired(before: Text, after: Text, kind: str, lost: Sequence[Token], added: Sequence[Token]) -> Iterator[Loss]:
    for at, token in enumerate(lost):
        other = added[at].text if at < len(added) else ""
        yield Loss(kind, token.text, other, line_at(before.source, token.start))
    for token in added[len(lost) :]:
        yield Loss(kind, "", token.text, line_at(after.source, token.start))


def _templates(before: Text, after: Text) -> Iterator[Loss]:
    """Template statements: as many, the same, in the same order, and the same tree where jinja reads them."""
    lost = list(_ordered(before, after, "template", before.statements, after.statements, _folded))
    yield from lost
    if lost or not before.statements:
        return
    first, second = _tree(before.source), _tree(after.source)
    if first != second:
        token = before.statements[0]
        yield Loss("template", token.text, after.statements[0].text, line_at(before.source, token.start))


@lru_cache(maxsize=16)
def _tree(source: str) -> str | None:
    """What jinja reads, without its literal text; None when it can't."""
    if len(source) > _LIMIT:
        return None
    from jinja2 import Environment, TemplateError, nodes

    try:
        tree = Environment(autoescape=False, extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]).parse(source)
        for data in tree.find_all(nodes.TemplateData):
            data.data = "." if data.data.strip() else ""
        for output in tree.find_all(nodes.Output):
            output.nodes = [n for n in output.nodes if not (isinstance(n, nodes.TemplateData) and not n.data)]
        return (
            repr(tree)
            .replace("Output(nodes=[]), ", "")
            .replace(", Output(nodes=[])", "")
            .replace("Output(nodes=[])", "")
        )
    except (TemplateError, RecursionError, ValueError, OverflowError):
        return None
