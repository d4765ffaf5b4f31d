"""Marks of an instruction to a model, and of texts that are shown to people, logged or run: a text's score.

Only the first `LONGEST` code points are looked at, and no pattern repeats within a repetition, so the work is bounded.
"""

from __future__ import annotations

import re
from functools import cached_property

LONGEST = 4_000


class Mark:
    """A pattern, what each match of it adds, and the most that it may add."""

    def __init__(self, weight: int, most: int, *alternatives: str, flags: int = re.IGNORECASE) -> None:
        self.weight = weight
        self.most = most
        self._alternatives = alternatives
        self._flags = flags

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text is first looked at: a run that parses nothing new looks at none."""
        return re.compile("|".join(self._alternatives), self._flags)


_LINE = r"(?:^|\n)[ \t]*"
_ITEM = r"(?:[-*#>]{1,4}[ \t]+|\d{1,2}[.)][ \t]+)?"
_VERB = (
    r"(?:answer|extract|summari[sz]e|translate|classify|categori[sz]e|generate|write|list|describe|explain|analy[sz]e|"
    r"identify|evaluate|provide|create|rewrite|rephrase|paraphrase|determine|judge|compare|rate|respond|reply|return|"
    r"output|give|convert|correct|act|imagine|consider|think|find|choose|select|complete|review|rank|score|infer|decide|"
    r"verify|assess|critique|ask|break down|follow|suggest|improve|produce|solve|refine|expand|shorten|simplify|draft|"
    r"compose|combine|merge|predict|reason|detect|transcribe|transform|calculate|count|label|match|parse|propose|"
    r"recommend|reflect|replace|add|specify|update|assign|fix|tell|look|plan|keep|avoid|include|ensure|be|focus|use|never|"
    r"always|only|do not|don't)\b"
)
_WHO = (
    r"(?:an?|the|now (?:an?|acting|playing|the|in)|given|provided|tasked|asked|responsible|also|my|currently|"
    r"in charge|to|presented|part of|one of|here to|expert\b|\{|x\b|(?-i:[A-Z])|"
    # "You are using pip 20" is a notice, "You are writing a novel" is not.
    r"(?!using|running|missing|trying|calling|attempting|receiving|seeing|passing|getting|importing|doing|having)[a-z]+ing\b)"
)
_GIVEN = r"(?:following|above|below|provided|given|supplied)"
_THING = (
    r"(?:text|context|question|document|information|conversation|code|passage|article|content|data|sentence|"
    r"instructions|steps|tools?|examples?|format|query|input)"
)
_LABEL = (
    r"(?:question|answer|input|output|context|user|assistant|human|ai|thought|action|observation|example|query|text|"
    r"response|document|instruction|task|summary|json|sql|code|passage|article|statement|conversation|history|"
    r"background|format|rule|guideline|requirement|constraint|objective|goal)s?"
)

# Who the model is to be: at the start of a sentence, or as its task. What is filled in has blanks of its own round it.
ADDRESSED = (
    Mark(
        3,
        3,
        r"(?:^|[\n.!?:>\"'])[ \t]*(?:hello, |hi, )?you(?: are|'re|’re| will be| will act| act| have been) {1,2}" + _WHO,
    ),
    Mark(
        3,
        3,
        r"\b(?:act|behave|respond|answer|imagine you(?: are|'re)|pretend (?:to be|you are)) (?:as|like)? ?(?:an?|if)\b",
        r"\b(?:Act|Behave|Respond|Answer) (?:as|like) (?:an?|if|the)\b|\b(?:Imagine you|Pretend (?:to be|you)) ",
        r"\b[Yy]our (?:\w+ )?(?:task|job|goal|role|objective|purpose|mission|duty|responsibility|aim)\b "
        r"(?:is|will|involves|in)\b",
        # The same in other languages.
        r"(?:^|[\n。！？：:>\"'，])[ \t]*你(?:是|现在是|将扮演|将作为|的任务是|的角色是)",
        r"あなたは|あなたの(?:役割|タスク|仕事)は|당신은|당신의 (?:역할|임무)는",
        r"\b(?:Du bist|Sie sind) (?:ein|der|die)|\b(?:Deine|Ihre) Aufgabe ist\b",
        r"\b(?:Tu es|Vous êtes) (?:un|l')|\b(?:Ta|Votre) (?:tâche|mission) est\b",
        r"\b(?:Eres|Usted es) (?:un|el|la)\b|\bTu tarea es\b|\bVocê é (?:um|o|a)|\bSua tarefa é\b",
        r"\bSei un|\bIl tuo compito è\b|\bТы [—-] |\b(?:Твоя|Ваша) задача\b",
        flags=0,
    ),
)
SPOKEN = (
    "you", "act ", "behave ", "respond ", "answer ", "imagine ", "pretend ", "你", "あなた", "당신", "du bist", "sie sind", "deine ",
    "ihre ", "tu es", "vous ", "ta ", "votre ", "eres ", "usted ", "tu tarea", "você ", "sua ", "sei un", "il tuo ", "ты ", "твоя ",
    "ваша ",
)  # fmt: skip
"""What speaks to a model holds one of these, in lower case: that is seen at a hundredth of the cost."""
_FOR = (
    *ADDRESSED,
    Mark(
        2,
        2,
        r"\bas an? (?:ai|expert|assistant|helpful|experienced|professional)\b",
        r"\bhelpful (?:\w+ )?assistant\b",
        r"\b(?:language model|llm|chat ?bot)\b",
        r"\bas an? [a-z]+ (?:assistant|expert|agent)\b",
        r"\b(?:artificial intelligence|AI) assistant\b",
        r"\bthe assistant (?:is|gives|answers|responds|provides|helps|should|must|will|never|always)\b",
    ),
    # What the answer is to look like.
    Mark(
        2,
        4,
        r"\b(?:respond|reply|answer|return|output|write|provide)s? (?:only|with|in|using|the|exactly|concisely|strictly|"
        r"your|just|an?|as|based|either|nothing|no)\b",
    ),
    Mark(
        1,
        2,
        r"\byour (?:final )?(?:answer|response|output|reply|reasoning|analysis|summary|task|evaluation|decision|next|own|"
        r"questions?|assessment|explanation|rating|thoughts?)\b",
    ),
    Mark(
        1,
        2,
        r"\bin (?:valid |the )?json\b",
        r"\bjson (?:object|format|schema|array|list)\b",
        r"\b(?:markdown|bullet points?|one word|comma[- ]separated|step[- ]by[- ]step|valid json)\b",
        r"\bsingle (?:word|sentence|paragraph)\b",
        r"\bno more than \w+\b",
        r"\b(?:at most \w+|\d+) (?:words|sentences)\b",
        r"\bfollowing (?:format|structure|schema|template)\b",
    ),
    # What it is to do, said to it.
    Mark(
        2,
        2,
        r"\b(?:I|we) (?:want|need|would like|'d like) you to\b",
        r"\b(?:I|we)(?: will|'ll| am going to|'m going to) (?:give|show|provide|send|present)(?: you)?(?: with)? (?:an?|the|some|two|several)\b",
        r"(?:^|[\n.!?:>\"'])[ \t]*you will (?:now |then |only |first )?" + _VERB,
    ),
    # Orders.
    Mark(1, 4, _LINE + _ITEM + r"(?:please |now,? |then,? |first,? |next,? |carefully )?" + _VERB),
    Mark(1, 2, r"[.!?:,][ \t]+(?:please |then |now |and )?" + _VERB),
    Mark(1, 2, r"\b(?:do not|don't|never|always|must|should)\b"),
    Mark(
        1,
        2,
        r"\byou (?:must|should|can|may|need to|will|have|always|never|only|know|think|want)\b",
        r"\bif you (?:don't|do not|are|need|cannot|can't|think)\b",
    ),
    Mark(1, 1, r"\b(?:please|make sure|ensure|let'?s|remember)\b"),
    Mark(
        1,
        4,
        r"请(?:你|先|直接)?(?:根据|使用|用|以|按|回答|生成|总结|翻译|提供|给出|输出|返回|注意|确保|遵循|不要|只|仅|将|把)",
        r"(?:不要|不得|必须|务必)|你(?:需要|应该|可以)",
        r"(?:してください|しないでください|必ず)|(?:하세요|해 주세요|하지 마세요|반드시)",
    ),
    Mark(
        1,
        3,
        r"(?:以下|如下|下面)的?(?:是|内容|格式|文本|问题|要求|步骤|信息)",
        r"以下の|다음 ",
        r"(?:回答|回复|返回|结果|格式)",
    ),
    # What the model is given.
    Mark(
        1,
        3,
        r"\b(?:given|based on|according to|using|from|in|of|about|to|read|consider|is|are|here(?: is| are|'s)) "
        r"(?:(?:the|an?|this|these|only) ){0,2}" + _GIVEN + r"\b",
        r"\bthe following (?:\w+ )?" + _THING + r"\b",
        r"\bgiven (?:the|an?|this|these|two|some|several|only)\b",
        r"\bdelimited by\b",
        r"\b(?:context|text|document|answer|question|examples?|information|passages?|excerpts?) (?:provided|given|above|below)\b",
    ),
    Mark(
        1,
        2,
        r"\b(?:the user(?:'s)?|user(?:'s)? (?:query|question|request|input|message)|assistant|human|conversation|"
        r"chat history|tools?|context|questions?|knowledge)\b",
    ),
    # A labelled slot or the turn of an example; a fenced input; a slot.
    Mark(1, 3, _LINE + r"(?:#+ |\*\*|\[)?" + _LABEL + r"[ \w]{0,20}(?:\*\*)?\]?:"),
    Mark(1, 1, r"<[a-z_]{2,30}>\s*(?:\{|x\b)", r"(?:\"\"\"|```|'''|---|###)\s*(?:\{+ ?\w|x\b)", flags=0),
    Mark(1, 1, r"\{\{? ?[a-z_]\w*(?:\.\w+)* ?\}\}?", r"(?:^|[\s\"'`<])x(?=[\s\"'`>.,:]|$)", r"\$\{?[a-z_]\w+", flags=0),
)
_AGAINST = (
    # Errors, logs and notices.
    Mark(
        3,
        6,
        r"\b(?:is|are|was|were) (?:not (?:supported|found|valid|available|allowed|installed|defined|set|implemented|"
        r"recogni[sz]ed|logged in|signed in|authori[sz]ed|permitted)|deprecated|required for|unsupported|invalid|missing)\b",
        r"\b(?:failed to|unable to|could not|couldn't|cannot|can't) (?:find|load|parse|open|read|connect|import|"
        r"be (?:used|found|loaded|imported|empty|set|specified)|create|use|decode|determine|resolve|get|process|initialize)\b",
        r"\bpip install\b",
        r"\bplease (?:install|upgrade|log in|sign (?:in|up)|set|check that|run|report|specify|pass|file|see the)\b",
        r"\bexpected .{1,40}\b(?:got|but)\b",
        r"\bmust be (?:an?|one of|either|provided|set|specified|of type|greater|positive|between|called|passed|None|str|int)\b",
        r"\bwill be (?:removed|ignored|deprecated)\b",
        r"\b(?:requires?|provide) an? (?:non-empty|valid) ",
        r"\A\W*(?:sorry|oops|congratulations|warning|error)\b",
        r"\b(?:Value|Type|Runtime|Key|Import)Error\b",
        r"\bto stderr\b",
        r"\benvironment variables?\b",
    ),
    # Documentation: of functions, parameters and options.
    Mark(
        4,
        8,
        _LINE + r"(?:Args|Arguments|Returns?|Raises|Yields|Parameters|Attributes|Usage|Options|Commands|"
        r"Positional arguments)[ \t]*:?[ \t]*\n",
        _LINE + r":(?:param|return|rtype|type|raises)\b",
        r"\A\s*[Uu]sage: \S",
        _LINE + r">>> ",
        _LINE + r"-{1,2}[a-z][\w-]*[ =<\[,]",
        r"\[default[: =]",
        r"\(default(?:s to|:| is)",
        r"\bDefaults? (?:to|is|value)\b",
        flags=0,
    ),
    Mark(
        2,
        2,
        r"\A\s*(?:The |A |An |Optional|List of|Path to|Whether|Name of|Number of|If (?:True|False|set|specified|provided)|"
        r"Maximum|Minimum|Enable|Disable|Controls|Unique|Used (?:to|for|by)|"
        r"This (?:is|tool|function|class|method|module|option|field|parameter)|"
        r"Indicates|Represents|Returns|Specifies|Defines)\b",
        flags=0,
    ),
    # What a person at a terminal or on a page is asked.
    Mark(
        4,
        4,
        r"[\[(]y(?:es)?/n(?:o)?[\])]",
        r"\bpress (?:enter|any|ctrl|y\b|return)",
        r"\b(?:enter|type) (?:your|the|an?|in|y\b|yes|'|\")[^\n]{0,40}[:>] ?\Z",
        r"\bclick\b",
    ),
    Mark(
        4,
        12,
        r"\bdear (?:customer|user|sir|team|mr|ms|\{|x\b)",
        r"\b(?:unsubscribe|(?:best|kind) regards|sincerely|all rights reserved|copyright|permission is hereby granted|warranty)\b",
    ),
)


def score(text: str) -> int:
    """How much a text reads like an instruction to a model: about 0 for other texts, 4 and more for prompts."""
    head = text[:LONGEST]
    return sum(_found(head, mark) for mark in _FOR) - sum(_found(head, mark) for mark in _AGAINST)


def _found(text: str, mark: Mark) -> int:
    found = 0
    for _ in mark.pattern.finditer(text):
        found += mark.weight
        if found >= mark.most:
            return mark.most
    return found


def tells(text: str) -> int:
    """The score of a text, never below zero."""
    return max(0, score(text))


def addressed(text: str) -> bool:
    """Whether a text says who the model is to be, or what its task is."""
    head = text[:LONGEST]
    lowered = head.lower()
    return any(word in lowered for word in SPOKEN) and any(mark.pattern.search(head) for mark in ADDRESSED)
