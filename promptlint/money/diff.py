"""What a change does to what calls cost: each change once, with its sign and size, by today's prices and traffic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from decimal import Decimal

import msgspec

from promptlint.facts import Record
from promptlint.findings import Basis
from promptlint.money.definitions import Defined
from promptlint.money.ends import difference, end, mean
from promptlint.money.matching import pairs, prompt_pairs
from promptlint.money.spend import Spend, priced, spend
from promptlint.money.state import CallState, PromptState, State

_NOTHING = Decimal(0)


class Delta(Record, frozen=True):
    """What a change costs more; below zero it saves. USD of one call, None where a price is unknown.

    `sure` follows from the text, the need and the prices; `ceiling` is what the longest answers can cost more.
    `per_month` is of `sure`, where the traffic is known. The formulas are how `sure` and `ceiling` are worked out.
    """

    input_tokens: int
    sure: Decimal | None
    ceiling: Decimal | None
    per_month: Decimal | None
    basis: tuple[Basis, ...] = ()
    approximate: bool = False
    formula: str = ""
    ceiling_formula: str = ""

    @property
    def kind(self) -> str:
        """Exposure where nothing is dearer for sure, only the ceiling moved."""
        return "exposure" if not self.sure and self.ceiling else "cost"

    @property
    def usd(self) -> Decimal | None:
        """What is sure, or the ceiling where only that moved."""
        return self.ceiling if self.kind == "exposure" else self.sure


class Change(Record, frozen=True):
    """One change. `change`: added | removed | changed. `what`: model, output_cap, prompt, tools, schema, answers, loop, provider, call.

    A prompt that no call is known to send has `prompt` in place of `before` and `after`. A constant of a wrapper is one
    change: `callers` says how many calls it reaches, `sites` which, and `delta` is the mean of one of them.
    """

    change: str
    what: tuple[str, ...]
    before: CallState | None
    after: CallState | None
    delta: Delta
    sites: tuple[str, ...] = ()
    prompt: tuple[PromptState | None, PromptState | None] | None = None
    unpriced: str | None = None

    @property
    def callers(self) -> int:
        """How many calls are changed in this way."""
        return max(1, len(self.sites))

    @property
    def at(self) -> CallState | PromptState:
        """Where it stands, now if it still does."""
        found = self.after or self.before or (self.prompt and (self.prompt[1] or self.prompt[0]))
        assert found
        return found


def changes(before: State, after: State, discount: dict[str, Decimal]) -> tuple[Change, ...]:
    """Every change of cost, the biggest first. `discount`: provider → share taken off its list prices."""
    found = [c for old, then in pairs(before, after) if (c := _change(old, then, discount)) is not None]
    told = {
        site
        for c in found
        if "prompt" in c.what or c.change != "changed"
        for call in (c.before, c.after)
        if call is not None
        for site in (call.site_id, call.wrapper)
        if site is not None
    }
    merged = [*_merged(found), *_prompts(before, after, told)]
    return tuple(sorted(merged, key=_size))


def _size(change: Change) -> tuple[Decimal, Decimal, int, str, int]:
    delta = change.delta
    usd = abs(delta.usd or _NOTHING) * change.callers
    if delta.kind == "exposure":
        usd /= 100  # what may happen counts less than what does
    tokens = abs(delta.input_tokens) * change.callers
    return -abs(delta.per_month or _NOTHING), -usd, -tokens, change.at.path, change.at.line


def _change(old: CallState | None, then: CallState | None, discount: dict[str, Decimal]) -> Change | None:
    what = _what(old, then)
    if not what:
        return None
    one = then or old
    assert one is not None
    delta, unpriced = _delta(old, then, what, discount)
    change = "added" if old is None else "removed" if then is None else "changed"
    return Change(
        change=change, what=what, before=old, after=then, delta=delta, sites=(one.site_id,), unpriced=unpriced
    )


def _what(old: CallState | None, then: CallState | None) -> tuple[str, ...]:
    """What is different, in the words of the report; empty when nothing that costs is."""
    if old is None or then is None:
        one = then or old
        return ("call", "loop") if one is not None and _looped(one) else ("call",)
    a, b = old.request, then.request
    found = []
    if a.models != b.models:
        found.append("model")
    elif a.models and len(sellers := {tuple(m.provider for m in priced(r)) for r in (a, b)}) > 1 and () not in sellers:
        found.append("provider")
    elif a.models and (a.unpriced is None) != (b.unpriced is None):
        found.append("provider")  # a host of one's own, that no list has prices of
    if _cap(old) != _cap(then):
        found.append("output_cap")
    # Tokens of the same text differ by the model alone.
    if old.text != then.text and (a.said != b.said or a.complete != b.complete):
        found.append("prompt")
    found += [name for name, ends in (("tools", (a.tools, b.tools)), ("schema", (a.schema, b.schema))) if _moved(*ends)]
    if a.answers != b.answers:
        found.append("answers")
    if _looped(old) != _looped(then):
        found.append("loop")
    return tuple(found)


def _moved(old: Defined | None, then: Defined | None) -> bool:
    """Whether tools or a schema came, went, or are of other length."""
    if old is None or then is None:
        return old is not then
    a, b = ((d.least, d.count, d.silent, d.more) for d in (old, then))
    return old.digest != then.digest and a != b


def _looped(call: CallState) -> bool:
    return call.caller_loop or call.loop not in (None, "retry")


def _cap(call: CallState) -> tuple[str | None, int | None]:
    """A cap that is set at run time and one that is unknown are the same: not known, unless it has a default."""
    state = call.request.cap
    return ("unknown" if state == "dynamic" else state), call.request.limit or call.request.fallback


def _delta(
    old: CallState | None, then: CallState | None, what: tuple[str, ...], discount: dict[str, Decimal]
) -> tuple[Delta, str | None]:
    """The difference of two requests at the traffic of today's; what is filled in is the same on both sides."""
    one = then or old
    assert one is not None
    volume = one.volume
    ends = [None if call is None else spend(call.request, volume, discount) for call in (old, then)]
    tokens = _tokens(old, then, what)
    unpriced = next((c.request.unpriced for c in (then, old) if c is not None and c.request.unpriced), None)
    if what == ("loop",):
        unpriced = "how often a loop runs is not known"
    if unpriced:
        return Delta(input_tokens=tokens, sure=None, ceiling=None, per_month=None), unpriced
    shortest = min((made.load.output.low for made in ends if made is not None), default=0)
    sides = list(zip((old, then), ends, strict=True))
    # A cap costs nothing by itself: what is sure has the same answer on both sides, what is possible the longest.
    low = [end(call, made, shortest, discount, high=False) for call, made in sides]
    defaults = all(call is None or call.request.fallback for call in (old, then))
    longest = [_longest(call, made, defaults=defaults) for call, made in sides]
    high = [end(call, made, most, discount, high=True) for (call, made), most in zip(sides, longest, strict=True)]
    if low[0] is None or low[1] is None:
        return Delta(input_tokens=tokens, sure=None, ceiling=None, per_month=None), "a rate that it needs is not listed"
    sure = low[1].usd - low[0].usd
    if _nothing_known(ends) and "answers" not in what and not (high[0] and high[1] and high[0].usd != high[1].usd):
        reason = "all that it sends is filled in at run time"
        return Delta(input_tokens=tokens, sure=None, ceiling=None, per_month=None), reason
    calls = volume.calls
    counts = [f"{c.request.static.low:,}" for c in (old, then) if c is not None]
    static = Basis(input="static input tokens", value=" → ".join(dict.fromkeys(counts)), origin="code")
    basis = dict.fromkeys([static, *(b for made in ends if made is not None for b in made.basis)])
    return (
        Delta(
            input_tokens=tokens,
            sure=sure,
            ceiling=high[1].usd - high[0].usd if high[0] is not None and high[1] is not None else None,
            per_month=sure * calls if calls is not None else None,
            basis=tuple(basis),
            formula=difference(low),
            ceiling_formula=difference(high),
            approximate=any(not c.request.static.exact for c in (old, then) if c is not None),
        ),
        None,
    )


def _nothing_known(ends: Iterable[Spend | None]) -> bool:
    """Whether no token of these requests is sure: what they cost more would be a zero that says nothing."""
    loads = [made.load for made in ends if made is not None]
    return not any(load.input.low or load.output.low for load in loads) and any(not load.input.exact for load in loads)


def _longest(call: CallState | None, made: Spend | None, *, defaults: bool) -> int | None:
    """Tokens of the longest answer: of caps that somebody may override, their defaults are compared."""
    if call is None or made is None:
        return 0
    fallback = call.request.fallback if defaults else None
    return made.most if fallback is None else min(fallback, made.most or fallback)


def _tokens(old: CallState | None, then: CallState | None, what: tuple[str, ...]) -> int:
    """Tokens of literal text that a request has more; another model's count of the same text is no change of it."""
    if old is None or then is None:
        return (then.request.static.low if then else 0) - (old.request.static.low if old else 0)
    a, b = old.request, then.request
    found = b.said.low - a.said.low if "prompt" in what else 0
    for name, before, after in (("tools", a.tools, b.tools), ("schema", a.schema, b.schema)):
        if name in what:
            found += (after.least.low if after else 0) - (before.least.low if before else 0)
    return found


def _merged(found: Iterable[Change]) -> list[Change]:
    """Changes of one wrapper that are the same at all its callers, made one; the rest as it is."""
    groups: dict[Hashable, list[Change]] = defaultdict(list)
    for change in found:
        groups[_group(change)].append(change)
    return [_one(group) for group in groups.values()]


def _group(change: Change) -> Hashable:
    old, then = change.before, change.after
    one = then or old
    if old is None or then is None or one is None or one.wrapper is None:
        return id(change)
    a, b = old.request, then.request
    grown = change.delta.input_tokens if {"prompt", "tools", "schema"} & set(change.what) else 0
    ends = (a.models, a.sold_by, _cap(old), a.answers, b.models, b.sold_by, _cap(then), b.answers)
    return then.wrapper, change.what, ends, grown


def _one(group: list[Change]) -> Change:
    """The first of a group, with the mean of their deltas and the sum of their months."""
    first = group[0]
    if len(group) == 1:
        return first
    deltas = [c.delta for c in group]
    months = [d.per_month for d in deltas]
    basis = dict.fromkeys(b for d in deltas for b in d.basis)
    delta = Delta(
        input_tokens=first.delta.input_tokens,
        sure=_mean([d.sure for d in deltas]),
        ceiling=_mean([d.ceiling for d in deltas]),
        per_month=_sum(months),
        basis=tuple(basis),
        approximate=any(d.approximate for d in deltas),
        formula=mean([d.formula for d in deltas]),
        ceiling_formula=mean([d.ceiling_formula for d in deltas]),
    )
    sites = tuple(site for c in group for site in c.sites)
    return msgspec.structs.replace(first, delta=delta, sites=sites)


def _mean(values: list[Decimal | None]) -> Decimal | None:
    total = _sum(values)
    return None if total is None else total / len(values)


def _sum(values: list[Decimal | None]) -> Decimal | None:
    known = [v for v in values if v is not None]
    return sum(known, _NOTHING) if len(known) == len(values) else None


def _prompts(before: State, after: State, told: set[str]) -> Iterable[Change]:
    """Prompts that grew or shrank, and whose calls do not say so already."""
    for old, then in prompt_pairs(before.prompts, after.prompts):
        one = then or old
        assert one is not None
        grown = (then.tokens if then else 0) - (old.tokens if old else 0)
        if not grown or (old and then and old.digest == then.digest):
            continue
        users = {*(old.used_by if old else ()), *(then.used_by if then else ())}
        if users & told or (users and (old is None or then is None)):
            continue
        if (old is None or then is None) and not _lone(one):
            continue
        change = "added" if old is None else "removed" if then is None else "changed"
        delta = Delta(input_tokens=grown, sure=None, ceiling=None, per_month=None)
        reason = "how it reaches its calls is not known" if users else "no call is known to send it"
        yield Change(
            change=change, what=("prompt",), before=None, after=None, delta=delta, prompt=(old, then), unpriced=reason
        )


def _lone(prompt: PromptState) -> bool:
    """A prompt file that no call is known to send; a string in code that is new or gone is told by its call."""
    return not prompt.used_by and not prompt.path.endswith((".py", ".pyi", ".ipynb"))


def total(found: Iterable[Change]) -> Delta:
    """All changes together: `sure` and `ceiling` are of one call of each."""
    chosen = list(found)
    sure = [c.delta.sure * c.callers for c in chosen if c.delta.sure is not None]
    ceiling = [c.delta.ceiling * c.callers for c in chosen if c.delta.ceiling is not None]
    months = [c.delta.per_month for c in chosen if c.delta.per_month is not None]
    return Delta(
        input_tokens=sum(c.delta.input_tokens * c.callers for c in chosen),
        sure=sum(sure, _NOTHING) if sure or not chosen else None,
        ceiling=sum(ceiling, _NOTHING) if ceiling or not chosen else None,
        per_month=sum(months, _NOTHING) if months or not chosen else None,
        approximate=any(c.delta.approximate for c in chosen),
    )
