"""What pages of rules on calls cannot show: fixes of code that no formatter would leave so, and several files."""

from __future__ import annotations

from decimal import Decimal
from textwrap import dedent

import pytest

from promptlint.edits import apply
from promptlint.findings import Finding
from promptlint.knowledge.lookup import load
from promptlint.report.money import worth
from promptlint.run import check_text


def findings(text: str, code: str) -> list[Finding]:
    return [f for f in check_text(dedent(text), codes=(code,)) if f.code == code]


def fixed(text: str, code: str) -> str:
    text = dedent(text)
    return apply(text, [edit for f in findings(text, code) if f.fix for edit in f.fix.edits])


_EMBED = """\
from openai import OpenAI
client = OpenAI()
def embed(texts):
    return %s
"""


def embedded(expression: str) -> str:
    return fixed(_EMBED % expression, "PRM402")


def test_a_request_over_several_lines_keeps_its_lines_and_comments() -> None:
    before = "[\n  client.embeddings.create(\n    model='m',\n    input=[t],  # ü\n  ).data[0].embedding\n  for t in texts\n]"
    after = "[\n  item.embedding for item in client.embeddings.create(\n    model='m',\n    input=list(texts),  # ü\n  ).data\n]"
    assert embedded(before) == _EMBED % after


def test_a_text_that_is_used_twice_is_not_put_into_a_list() -> None:
    written = "[client.embeddings.create(model=pick(t), input=[t]).data[0].embedding for t in texts]"
    assert embedded(written) == _EMBED % written


def test_texts_that_are_filtered_or_made_on_the_way_are_not_put_into_a_list() -> None:
    for end in ("for t in texts if t]", "for t in texts.values()]", "for t, n in texts]"):
        written = f"[client.embeddings.create(model='m', input=[t]).data[0].embedding {end}"
        assert embedded(written) == _EMBED % written


def test_what_a_caller_passes_must_differ_in_its_loop() -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        def embed(text: str):
            return client.embeddings.create(model="text-embedding-3-small", input=text)
        def again(word, times):
            for _ in range(times):
                embed(word)
    """
    assert not findings(text, "PRM402")


_ASK = """
    import time
    import openai
    client = openai.OpenAI({client})
    def ask(text):
        {loop}
            try:
                return client.responses.create(model="gpt-4o", input=text, max_output_tokens=9)
            except {caught}
"""


def asked(loop: str, caught: str, client: str = "") -> list[str]:
    return [f.message for f in findings(_ASK.format(loop=loop, caught=caught, client=client), "PRM702")]


def test_a_loop_of_attempts_multiplies_with_those_of_the_client() -> None:
    (message,) = asked("for _ in range(8):", "Exception: time.sleep(1)", "max_retries=4")
    assert "up to 40 times (8 of the loop × 5 of openai)" in message
    assert not asked("for _ in range(8):", "Exception: time.sleep(1)", "max_retries=1")
    assert not asked("for _ in range(8):", "Exception: time.sleep(1)", "max_retries=RETRIES")


def test_a_loop_without_end_is_one_whatever_is_caught() -> None:
    for caught in ("Exception: pass", "openai.RateLimitError: time.sleep(1)"):
        (message,) = asked("while True:", caught)
        assert "again and again in a `while` that only a success ends" in message


def test_a_loop_round_several_requests_is_told_once() -> None:
    text = """
        import openai
        client = openai.OpenAI()
        def ask(text, rules):
            while True:
                try:
                    if rules:
                        return client.responses.create(model="gpt-4o", instructions=rules, input=text, max_output_tokens=9)
                    return client.responses.create(model="gpt-4o", input=text, max_output_tokens=9)
                except Exception: pass
    """
    assert len(findings(text, "PRM702")) == 1


_CAUGHT = """
    import openai
    from tenacity import retry, retry_if_result
    client = openai.OpenAI()
    @retry{how}
    def outer(text):
        return inner(text)
    def inner(text):
        try:
            return client.responses.create(model="gpt-4o", input=text, max_output_tokens=9)
        except {caught}
"""


def caught(handler: str, how: str = "") -> list[Finding]:
    return findings(_CAUGHT.format(caught=handler, how=how), "PRM702")


def test_an_error_that_is_answered_inside_is_not_tried_again_outside() -> None:
    for handler in ("Exception: return None", "ValueError: return None\n        except BaseException: return None"):
        assert not caught(handler)
    for handler in (
        "ValueError: return None",
        "Exception as error:\n            if str(error): raise\n            return None",
        "Exception: text = None",
    ):
        assert len(caught(handler)) == 1


def test_an_error_that_a_loop_leaves_out_is_not_tried_again_outside() -> None:
    text = """
        import openai
        from tenacity import retry
        client = openai.OpenAI()
        @retry
        def embed(texts):
            found = []
            for text in texts:
                try:
                    found.append(client.embeddings.create(model="text-embedding-3-small", input=[text]))
                except Exception:
                    continue
            {end}
    """
    assert not findings(text.format(end="return found"), "PRM702")
    assert len(findings(text.format(end="if not found: raise ValueError"), "PRM702")) == 1


def test_answers_that_are_given_out_one_by_one_may_be_a_job_all_the_same() -> None:
    text = """
        import asyncio
        from openai import AsyncOpenAI
        client = AsyncOpenAI()
        async def judge(reviews):
            for review in reviews:
                yield await client.chat.completions.create(
                    model="gpt-4o", max_tokens=9, messages=[{"role": "user", "content": f"Positive? {review}"}])
        async def embed(texts):
            for text in texts:
                yield await client.embeddings.create(model="text-embedding-3-small", input=[text])
    """
    job = """
        async def main():
            async for verdict in judge(open("reviews.txt")): print(verdict)
            async for one in embed(open("reviews.txt")): print(one)
        if __name__ == "__main__":
            asyncio.run(main())
    """
    for code in ("PRM401", "PRM402"):
        assert not findings(text, code)
        assert len(findings(text + job, code)) == 1


_PARSED = """
    import json
    import openai
    client = openai.OpenAI()
    def ask(text, queue):
        done, tries = False, 0
        while {test}:
            {first}
            answer = client.responses.create(model="gpt-4o", input=text, max_output_tokens=9)
            try:
                {success}
            except ValueError:
                {failure}
"""


def parsed(test: str, success: str, failure: str = "pass", first: str = "pass") -> list[str]:
    return [
        f.message for f in findings(_PARSED.format(test=test, first=first, success=success, failure=failure), "PRM702")
    ]


def test_an_answer_that_cannot_be_read_is_asked_for_again_without_end() -> None:
    for test, success in (
        ("True", "return json.loads(answer.output_text)"),
        ("not done", "json.loads(answer.output_text); done = True"),
    ):
        assert len(parsed(test, success)) == 1
        assert not parsed(test, success, "raise")
        assert not parsed(test, success, first="text = queue.get()")
        assert not parsed(test, success, first="text = input()")
        assert not parsed(test, success, first="if tries > 3: raise RuntimeError")
    assert not parsed("not done", "json.loads(answer.output_text); done = True", "done = tries > 3")
    assert not parsed("not done", "json.loads(answer.output_text)")
    assert not parsed("True", "print(json.loads(answer.output_text))")
    assert not parsed("tries < 3", "return json.loads(answer.output_text)", "tries += 1")


_BATCH = """
    import openai
    client = openai.OpenAI()
    def submit(file):
        {}
"""
_CREATE = "client.batches.create(input_file_id=file.id, endpoint='/v1/responses', completion_window='24h')"


def test_a_batch_of_which_nothing_is_read_but_how_it_stands_is_lost() -> None:
    for line in ("{}", "_ = {}", "batch = {}", "batch = {}; print(batch.status)"):
        assert len(findings(_BATCH.format(line.format(_CREATE)), "PRM405")) == 1, line
    for line in (
        "return {}",
        "batch = {}; print(batch)",
        "batch = {}; print(batch.id, batch.status)",
        "batch = {}; return lambda: batch",
        "global batch; batch = {}",
        "self.batch = {}",
        "batch, other = {}",
    ):
        assert not findings(_BATCH.format(line.format(_CREATE)), "PRM405"), line


def test_a_handler_that_may_leave_ends_a_loop() -> None:
    for caught in (
        "Exception as e: self_check(e) and exit(1)",
        "ValueError: return None",
        "ValueError: raise_for(text)",
    ):
        assert not asked("while True:", caught)
    assert not asked("while not done:", "Exception: pass")


_MARKED = """
    import anthropic
    client = anthropic.Anthropic()
    system = [%s]
    client.messages.create(model="claude-sonnet-4-5", max_tokens=9, system=system, messages=[])
"""


def unmarked(part: str) -> str:
    return fixed(_MARKED % part, "PRM304")


def test_a_mark_is_taken_out_with_one_comma_wherever_it_stands() -> None:
    for before, after in (
        (
            "{'cache_control': {'type': 'ephemeral'}, 'type': 'text', 'text': 'Kürze'}",
            "{'type': 'text', 'text': 'Kürze'}",
        ),
        ("{'type': 'text', 'text': 'Kürze', 'cache_control': MARK,}", "{'type': 'text', 'text': 'Kürze',}"),
        (
            "{'type': 'text',\n        'cache_control': MARK,\n        'text': 'Kürze'}",
            "{'type': 'text',\n        'text': 'Kürze'}",
        ),
    ):
        assert unmarked(before) == dedent(_MARKED % after), before


def test_a_mark_that_one_of_two_texts_has_is_left_alone() -> None:
    part = "{'type': 'text', 'text': 'Short', 'cache_control': MARK}"
    text = _MARKED % part
    assert not findings(text.replace("[" + part + "]", f"[{part}] if cached else BOOK"), "PRM304")


def test_more_than_four_marks_are_too_many() -> None:
    part = "{'type': 'text', 'text': 'Short', 'cache_control': {'type': 'ephemeral'}},"
    assert not [f for f in findings(_MARKED % (part * 4), "PRM304") if "refused" in f.message]
    (found,) = [f for f in findings(_MARKED % (part * 5), "PRM304") if "refused" in f.message]
    assert "5 cache marks" in found.message


def test_strict_paths_ask_for_more_similarity() -> None:
    text = "from redisvl.extensions.cache.llm import SemanticCache\ncache = SemanticCache(name='a', distance_threshold=0.05)\n"
    strict = "[rules.PRM307]\nstrict-paths = 'medical/*, legal/*'\n"
    for path, count in (("legal/cache.py", 1), ("shop/cache.py", 0)):
        found = check_text(text, filename=path, codes=("PRM307",), configuration=strict)
        assert len(found) == count, path


def test_a_prompt_file_above_the_tier_is_dearer_in_every_request(checked) -> None:  # type: ignore[no-untyped-def]  # a fixture
    code = """
        import anthropic
        client = anthropic.Anthropic()
        HANDBOOK = open("handbook.txt").read()
        def ask(question):
            return client.messages.create(model="claude-haiku-5-5", max_tokens=9, system=HANDBOOK,
                                          messages=[{"role": "user", "content": question}])
    """
    line = "Answer with care and cite the section of the handbook you used.\n"
    (found,) = checked({"app.py": code, "handbook.txt": line * 8_000}, "PRM505").findings
    assert "above 100,000: every request of claude-haiku-5-5 is billed at the higher price" in found.message
    assert not checked({"app.py": code, "handbook.txt": line * 500}, "PRM505").findings


def test_what_fills_a_hole_may_be_written_in_another_file(checked) -> None:  # type: ignore[no-untyped-def]  # a fixture
    files = {
        "ask.py": """
            from openai import OpenAI
            from texts import introduction
            client = OpenAI()
            def ask(text):
                return client.responses.create(model="gpt-4o", input=introduction(text), max_output_tokens=9)
        """,
        "texts.py": """
            def introduction(text):
                print(1), print(2), print(3), print(4), print(5), print(6), print(7), print(8)
                return f"You help. {text.strip()} {str(text)}"
        """,
        "all.py": "from ask import ask\nfor text in open('texts.txt'):\n    ask(text)\n",
    }
    assert not checked(files, "PRM402").problems


def test_a_text_that_a_turn_of_the_loop_changes_is_another_request() -> None:
    for body in ("t = t[1:]", "t = input()", "t += 'x'"):
        text = f"""
            from openai import OpenAI
            client = OpenAI()
            def embed(t: str):
                for _ in range(3):
                    client.embeddings.create(model="text-embedding-3-small", input=[t])
                    {body}
        """
        assert not findings(text, "PRM305"), body
    for argument in ("texts.pop()", "next(texts)", "self.text"):
        text = f"""
            from openai import OpenAI
            client = OpenAI()
            def embed(self, texts):
                for _ in range(3):
                    client.embeddings.create(model="text-embedding-3-small", input=[{argument}])
        """
        assert not findings(text, "PRM305"), argument


def test_a_decorator_round_two_requests_is_found_once() -> None:
    text = """
        import backoff, openai, anthropic
        a, b = openai.OpenAI(), anthropic.Anthropic()
        @backoff.on_exception(backoff.expo, Exception)
        def ask(text):
            a.responses.create(model="gpt-4o", input=text, max_output_tokens=9)
            return b.messages.create(model="claude-haiku-4-5", max_tokens=9, messages=[{"role": "user", "content": text}])
    """
    (found,) = findings(text, "PRM702")
    assert "what `ask` asks for is tried again and again by `backoff.on_exception`" in found.message


# --- logs say more than the prompt (PRM102, PRM105) ------------------------------------------------------------------

_CAPPED = """\
from openai import OpenAI
client = OpenAI()
def label(text):
    return client.chat.completions.create(model="%s", max_completion_tokens=%d,
        messages=[{"role": "user", "content": "Answer yes or no: is this about books? " + text}])
"""


def logged(code: str, p99: int, *, cap: int, model: str = "gpt-4o") -> list[Finding]:
    figures = f"[traffic.functions.label]\noutput-p99 = {p99}\nmeasured = 'u.csv, 30 days'\n"
    return list(check_text(_CAPPED % (model, cap), codes=(code,), configuration=figures))


def test_a_cap_is_held_against_what_was_answered_where_that_is_known() -> None:
    (found,) = logged("PRM102", 100, cap=1000)
    assert found.message == (
        "`max_completion_tokens=1000` lets an answer run to 10 times what 99 of 100 answers take: 100 tokens at most (u.csv, 30 days)"
    )
    assert found.fix is not None
    assert found.fix.title == "Lower it to 150"


def test_answers_that_come_near_the_cap_need_it_whatever_the_prompt_asks_for() -> None:
    assert not logged("PRM102", 900, cap=1000)
    assert findings(_CAPPED % ("gpt-4o", 1000), "PRM102")


def test_what_was_thought_is_in_the_log_as_well() -> None:
    assert not findings(_CAPPED % ("o3", 4000), "PRM102")
    assert logged("PRM102", 1000, cap=4000, model="o3")


def test_one_answer_in_a_hundred_that_reaches_the_cap_was_cut() -> None:
    (found,) = logged("PRM105", 50, cap=50)
    assert "cuts answers off: one in 100 takes 50 tokens or more (u.csv, 30 days)" in found.message
    assert not logged("PRM105", 49, cap=50)


def test_a_cap_that_calls_share_is_held_against_the_one_that_needs_most() -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        LIMIT = 4096
        def ask(question):
            return client.responses.create(model="gpt-4o", max_output_tokens=LIMIT, input="Answer yes or no. " + question)
        def other(text):
            return client.responses.create(model="gpt-4o", max_output_tokens=LIMIT, input=%s)
    """
    assert not findings(text % '"Describe the sea. " + text', "PRM102")
    (found,) = findings(text % '"Answer in at most 3 sentences. " + text', "PRM102")
    assert found.message.endswith("; 2 calls share it, and this one needs most")
    assert found.function == "other"


# --- a demand that comes back (PRM215) ---------------------------------------------------------------------------------


def demanded(*sentences: str) -> list[Finding]:
    return findings('SYSTEM_PROMPT = """You are a librarian.\n' + "\n".join(sentences) + '\n"""\n', "PRM215")


def test_a_reminder_of_a_few_words_is_worth_no_change() -> None:
    assert not demanded("Return a JSON object with the shelf and the author.", "Only return valid JSON.")


def test_reminders_add_up_and_are_found_once() -> None:
    (found,) = demanded(
        "Return a JSON object with the shelf and the author.", "Format your answer as JSON.", "The answer must be JSON."
    )
    assert "asks for JSON 3 times: 'Return a JSON object with the shelf and the author.' and" in found.message
    assert len(found.related) == 2


def test_a_sentence_that_asks_for_something_new_as_well_is_no_reminder() -> None:
    first = "Return a JSON object with the shelf and the author of the book."
    assert not demanded(first, "Your response must be valid JSON only, no other text may stand around it.")
    assert demanded(
        first, "No other text may stand around it.", "Your response must be valid JSON only, no other text."
    )


def test_what_is_asked_of_one_part_of_the_answer_is_not_asked_of_the_whole() -> None:
    cells = "Empty cells are kept as they stand in the table, do not invent values for them."
    assert not demanded(cells, "Never invent rows or columns that the table does not have at all.")


# --- what one request says twice (PRM204) ------------------------------------------------------------------------------

_RULE = "Name the shelf and the author of every book, and never tell anybody how a book ends."


def test_sentences_that_come_back_together_are_found_once_with_their_price() -> None:
    block = f"{_RULE} Be kind. Tell the reader in one sentence what the book that is wanted is all about."
    text = """
        from openai import OpenAI
        client = OpenAI()
        def ask(question):
            return client.responses.create(model="gpt-4o", max_output_tokens=9, instructions="%s", input=question + "\\n%s")
    """
    (found,) = findings(text % (block, block), "PRM204")
    assert found.message.startswith("one request says these 3 sentences twice: 'Name the shelf")
    assert found.impact is not None
    assert found.impact.input_tokens
    assert found.impact.usd_per_1000_calls == found.impact.input_tokens * Decimal("2.5") / 1000


@pytest.mark.parametrize(
    ("block", "count"),
    [
        ("Do not import the module again, it is there. They are all imported already.", 1),
        ("Name the shelf. Name the author. Name the book. Name the reader. Name the day.", 0),
        ("Do not import the module again.", 0),
    ],
)
def test_short_sentences_in_a_row_are_said_twice_where_they_have_as_many_words(block: str, count: int) -> None:
    text = f"SYSTEM_PROMPT = '''You are a helpful assistant.\n{block}\nAnswer in French.\n{block}\nBe kind.'''\n"
    assert len(findings("import openai\n" + text, "PRM204")) == count


def test_sentences_that_come_back_apart_are_found_apart() -> None:
    other = "Tell the reader in one sentence what the book that is wanted is all about."
    text = f'SYSTEM_PROMPT = """You are a librarian. {_RULE} {other}\n{other}\n{_RULE}\n"""\n'
    assert len(findings(text, "PRM204")) == 2


def test_steps_that_do_the_same_and_fields_of_one_form_are_no_repetition() -> None:
    steps = f'SYSTEM_PROMPT = """You are a librarian.\\n1. Read.\\n2. {_RULE}\\n3. Read again.\\n4. {_RULE}\\n"""\n'
    fields = f'SYSTEM_PROMPT = """You are a librarian.\n- `one`: a book. {_RULE}\n- `other`: another. {_RULE}\n"""\n'
    assert not findings(steps.replace("\\n", "\n"), "PRM204")
    assert not findings(fields, "PRM204")
    assert findings(fields.replace("`other`: ", "").replace("`one`: ", ""), "PRM204")


def test_the_mark_of_a_list_is_no_word() -> None:
    eleven = "Name the shelf and the author of every book you see."
    listed = f'SYSTEM_PROMPT = """You are a librarian.\n- {eleven}\nBe kind.\n- {eleven}\n"""\n'
    assert not findings(listed, "PRM204")
    assert findings(listed.replace("you see", "that you see"), "PRM204")


def test_old_prompts_that_are_kept_in_a_list_are_not_sent() -> None:
    texts = f'["""You are a librarian. {_RULE}"""\n    """You are a librarian.\n{_RULE}\nBe kind."""]\n'
    assert not findings(f"old_system_messages = {texts}", "PRM204")


# --- images (PRM214) ---------------------------------------------------------------------------------------------------


def looked_at(question: str) -> list[Finding]:
    text = """
        from openai import OpenAI
        client = OpenAI()
        def ask(url):
            return client.responses.create(model="gpt-4o", max_output_tokens=20, input=[{"role": "user", "content": [
                {"type": "input_text", "text": "%s"}, {"type": "input_image", "image_url": url, "detail": "high"}]}])
    """
    return findings(text % question, "PRM214")


def test_how_long_an_answer_may_be_says_nothing_of_what_must_be_seen() -> None:
    assert looked_at("What is the mood of this photo? Answer in one word.")
    assert not looked_at("Which words stand on the wall? Answer in one word.")


def test_a_sentence_with_a_value_in_it_may_say_something_else_the_second_time() -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        def ask(one, two):
            told = f"Name the shelf and the author of every book, but never how {one} ends. " \\
                f"Name the shelf and the author of every book, but never how {two} ends."
            client.responses.create(model="gpt-4o", input=told, max_output_tokens=9)
    """
    assert not findings(text, "PRM204")


# --- models without a price (PRM504) -----------------------------------------------------------------------------------


def test_a_model_without_a_price_is_reported_once_however_many_calls_name_it() -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        client.responses.create(model="our-7", input="a", max_output_tokens=9)
        client.responses.create(model="our-7", input="b", max_output_tokens=9)
        client.responses.create(model="our-8", input="b", max_output_tokens=9)
    """
    first, second = findings(text, "PRM504")
    assert first.message == (
        'no price is known for "our-7", so the 2 calls that name it show no dollars; map it in [tool.promptlint.models]'
    )
    assert len(first.related) == 1
    assert 'for "our-8", so the call that names it shows no dollars' in second.message


def test_a_request_that_is_reached_in_several_ways_is_one() -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        def ask(text, model="our-7"):
            return client.responses.create(model=model, input=text, max_output_tokens=9)
        ask("a")
        ask("b")
    """
    (one,) = findings(text, "PRM504")
    assert 'for "our-7", so the call that names it shows no dollars' in one.message


def test_a_model_that_runs_here_needs_no_price_where_one_of_several_is_asked() -> None:
    text = """
        import ollama
        from openai import OpenAI
        client = OpenAI()
        def far(text, model="our-8"):
            return client.responses.create(model=model, input=text, max_output_tokens=9)
        def near(text, model="our-7"):
            return ollama.chat(model=model, messages=[{"role": "user", "content": text}])
        ASKS = {"near": near, "far": far}
        def ask(place):
            return ASKS[place]("Name the day.")
    """
    assert ['"our-8"' in found.message for found in findings(text, "PRM504")] == [True]


def test_a_model_that_calls_share_is_too_big_for_one_of_them_and_worth_more_than_its_text() -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        MODEL = "gpt-4o"
        def judge(review):
            return client.chat.completions.create(model=MODEL, max_tokens=5,
                messages=[{"role": "user", "content": f"Answer yes or no: is this a complaint? {review}"}])
        def reply(review):
            return client.chat.completions.create(model=MODEL, max_tokens=500,
                messages=[{"role": "user", "content": f"Answer this complaint: {review}"}])
    """
    (found,) = findings(text, "PRM501")
    place = found.place.span
    assert dedent(text)[place.start : place.end] == "client.chat.completions.create"
    (model,) = found.related
    assert dedent(text)[model[0].span.start : model[0].span.end] == '"gpt-4o"'
    assert worth(found.impact).startswith("saves at least $")
    (found,) = findings(text.replace(' {review}"', '"'), "PRM501")
    assert worth(found.impact).startswith("saves $")


def test_a_request_of_a_function_that_many_call_is_too_big_once() -> None:
    text = """
        from openai import OpenAI
        client = OpenAI()
        MODEL = "gpt-4o"
        def judge(review):
            return client.chat.completions.create(model=MODEL, max_tokens=5,
                messages=[{"role": "user", "content": f"Answer yes or no: is this a complaint? {review}"}])
        def first(reviews):
            return judge(reviews[0])
        def last(reviews):
            return judge(reviews[-1])
    """
    (found,) = findings(text, "PRM501")
    assert dedent(text)[found.place.span.start :].startswith("client.chat.completions.create(")


def test_a_brace_that_is_not_doubled_is_said_to_be_one() -> None:
    text = """
        import openai
        PROMPT = 'You label {{kind}} texts. Answer as {template}.'
        openai.OpenAI().responses.create(model="gpt-4o", input=PROMPT.format(kind="short"), max_output_tokens=9)
    """
    for template, said in (
        ('{ "label": 1 }', 'a single brace before `"label"`'),
        ("{label}", "needs `label`, which this call does not pass"),
    ):
        (found,) = findings(text.replace("{template}", template).replace("{{kind}}", "{kind}"), "PRM601")
        assert said in found.message


def test_a_regulated_path_is_never_told_to_take_a_smaller_model() -> None:
    text = dedent("""
        from openai import OpenAI
        OpenAI().chat.completions.create(model="gpt-4o", max_tokens=5,
            messages=[{"role": "user", "content": "Answer yes or no: is this a fracture?"}])
    """)
    regulated = "[rules.PRM501]\nregulated-paths = 'legal/*, medical/*'\n"
    for path, expected in (("medical/scan.py", 0), ("shop/scan.py", 1)):
        found = check_text(text, filename=path, codes=("PRM501",), configuration=regulated)
        assert len(found) == expected, path


def test_a_retired_model_in_a_file_of_settings_is_reported_where_it_is_used(checked) -> None:
    text = "import yaml\nfrom openai import OpenAI\nMODEL = yaml.safe_load(open('llm.yaml'))['model']\n"
    text += "OpenAI().chat.completions.create(model=MODEL, max_tokens=9, messages=[])\n"
    outcome = checked({"a.py": text, "llm.yaml": "model: gpt-3.5-turbo\n"})
    (found,) = [f for f in outcome.findings if f.code == "PRM502"]
    assert found.place.path == "a.py"
    assert found.fix is None


_WRAPPED = """
    from openai import OpenAI
    client = OpenAI()
    def check(text, model="gpt-4o-mini"):
        return client.chat.completions.create(model=model, messages=[{"role": "user", "content": text}]%s)
    check("Is this right?")
    check("Is this right?", model="%s")
"""


def exposed(text: str) -> str:
    (one,) = findings(text, "PRM101")
    return f"{one.message.partition('run ')[2].partition(';')[0]} [{worth(one.impact)}]"


def test_the_dearest_model_that_a_caller_passes_says_what_an_answer_may_cost() -> None:
    assert exposed(_WRAPPED % ("", "gpt-4o-mini")) == "up to 16,384 tokens [up to $9.84 per 1,000 calls]"
    assert exposed(_WRAPPED % ("", "gpt-4o")) == "up to 16,384 tokens [up to $164 per 1,000 calls]"
    assert exposed(_WRAPPED % (", n=2", "gpt-4o")) == "up to 16,384 tokens [up to $328 per 1,000 calls]"


def test_the_limit_of_one_model_is_never_billed_at_the_rate_of_another() -> None:
    (one,) = findings(_WRAPPED % ("", "gpt-4.1"), "PRM101")
    assert one.impact is not None
    assert (one.impact.output_tokens, one.impact.formula) == (32768, "32,768 × $8/M")
    assert [b.value for b in one.impact.basis if b.input == "output tokens at most"] == ["32768"]


def test_a_model_without_a_known_limit_leaves_the_bound_open() -> None:
    assert exposed(_WRAPPED % ("", "gpt-3.5-turbo")) == (
        "up to the model's limit (16,384 tokens of gpt-4o-mini) [up to at least $9.83 per 1,000 calls]"
    )


def test_tests_do_not_say_which_models_a_wrapper_asks(checked) -> None:  # type: ignore[no-untyped-def]  # a fixture
    app, _, call = dedent(_WRAPPED % ("", "gpt-4o")).strip().rpartition("\n")
    files = {"app.py": app, "tests/test_app.py": f"from app import check\n{call}\n"}
    (one,) = [f for f in checked(files, "PRM101").findings if f.place.path == "app.py"]
    assert worth(one.impact) == "up to $9.84 per 1,000 calls"


_POSTED = """
    import ollama
    import requests
    from openai import OpenAI
    def ask(messages):
        return %s
"""


def test_a_cap_is_missed_where_it_belongs() -> None:
    for call, said in {
        'ollama.chat(model="llama3", messages=messages)': "`ollama.chat` sets no `options.num_predict`",
        'requests.post("https://api.openai.com/v1/chat/completions", json={"model": "gpt-4o", "messages": messages})': (
            "the body of `requests.post` sets no `max_completion_tokens`"
        ),
        'requests.post("https://generativelanguage.googleapis.com/v1beta/models/gemini-3.8-flash:generateContent", '
        'json={"contents": messages})': "the body of `requests.post` sets no `generationConfig.maxOutputTokens`",
    }.items():
        (one,) = findings(_POSTED % call, "PRM101")
        assert one.message.partition(",")[0] == said


def test_a_cap_is_no_keyword_of_what_posts_a_body() -> None:
    asks = '{"role": "user", "content": "Answer yes or no: is water wet?"}'
    (one,) = findings(
        _POSTED
        % f'requests.post("https://api.openai.com/v1/chat/completions", json={{"model": "gpt-4o", "messages": [{asks}]}})',
        "PRM101",
    )
    assert "'Answer yes or no'" in one.message
    assert one.fix is None


def test_a_prediction_that_is_none_is_no_prediction() -> None:
    call = 'OpenAI().chat.completions.create(model="gpt-4o", messages=messages, prediction=%s)'
    assert findings(_POSTED % (call % "None"), "PRM101")
    assert not findings(_POSTED % (call % '{"type": "content", "content": messages[0]["content"]}'), "PRM101")
    posted = 'json={"model": "gpt-4o", "messages": messages, "prediction": {"type": "content", "content": "x"}}'
    assert not findings(_POSTED % f'requests.post("https://api.openai.com/v1/chat/completions", {posted})', "PRM101")


# --- models that end (PRM502), and what their successors refuse ----------------------------------------------------------

_ENDS = """
    from openai import OpenAI
    client = OpenAI()
    MODEL = "gpt-4o-mini"
    def ask(text):
        return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}]%s)
    def short(text):
        return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}])
"""


def test_a_name_is_changed_only_where_no_request_sets_what_the_successor_may_refuse() -> None:
    assert all(f.fix for f in findings(_ENDS % "", "PRM502"))
    assert all(f.fix for f in findings(_ENDS % ", temperature=1, max_completion_tokens=9", "PRM502"))
    for more, said in {
        ", temperature=0": "`temperature`",
        ", temperature=0.5, max_tokens=9": "`temperature` and `max_tokens`",
        ", top_p=TOP": "`top_p`",
    }.items():
        found = findings(_ENDS % more, "PRM502")
        assert {f.message.partition("; it may refuse ")[2] for f in found} == {f"{said}, which its requests set"}
        assert not any(f.fix for f in found)


def test_what_a_wrapper_sets_counts_for_the_models_that_callers_pass() -> None:
    text = _WRAPPED % (", temperature=0", "gpt-4o")
    found = {f.message.partition(" ")[0]: f for f in findings(text, "PRM502")}
    assert "it may refuse `temperature`" in found["gpt-4o"].message
    assert found["gpt-4o"].fix is None
    assert {f.message.partition(" ")[0] for f in findings(_WRAPPED % ("", "gpt-4o"), "PRM502") if f.fix} == {"gpt-4o"}


# --- reasoning without a bound (PRM107) --------------------------------------------------------------------------------

_LABEL = """
    from openai import OpenAI
    client = OpenAI()
    asked = [{"role": "user", "content": "Answer yes or no: is the water wet?"}]
    client.chat.completions.create(model="o3", messages=asked%s)
"""


def test_each_parameter_of_the_tables_that_bounds_reasoning_is_one_for_the_rule() -> None:
    known = load().thinking
    assert known >= {"reasoning_effort", "thinking", "thinking_budget", "enable_thinking", "disable_reasoning"}
    assert findings(_LABEL % "", "PRM107")
    assert not [name for name in known if findings(_LABEL % f", {name}=1", "PRM107")]


def test_how_an_answer_is_worded_bounds_no_reasoning() -> None:
    assert findings(_LABEL % ', verbosity="low"', "PRM107")
