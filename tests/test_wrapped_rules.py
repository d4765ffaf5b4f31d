"""Rules on calls that go through functions of the project: what is round the function is round the request."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from promptlint.findings import Finding

ASK = """
    from openai import OpenAI
    client = OpenAI()
    def ask(text):
        return client.responses.create(model="gpt-4o", max_output_tokens=9, input=text)
    def complete(messages):
        return client.chat.completions.create(model="gpt-4o", max_tokens=9, messages=messages).choices[0].message
    def embed(text):
        return client.embeddings.create(model="text-embedding-3-small", input=text).data[0].embedding
"""


@pytest.fixture
def found(checked) -> Callable[..., list[Finding]]:  # type: ignore[no-untyped-def]  # a fixture
    def found(code: str, text: str, asks: str = ASK) -> list[Finding]:
        return [f for f in checked({"llm.py": asks, "app.py": dedent(text)}, code).findings if f.code == code]

    return found


# --- PRM305 repeated-request -------------------------------------------------------------------------------------------

RANK = """
    from llm import embed
    def rank(query, docs):
        return [dot(embed(query), doc.vector) for doc in docs]
"""


def test_a_text_that_is_embedded_again_on_each_turn_is_found_behind_a_function(found) -> None:
    (one,) = found("PRM305", RANK)
    assert (one.place.path, one.function) == ("app.py", "rank")


def test_a_function_that_looks_into_a_store_first_may_make_no_request(found) -> None:
    before, after = ASK.split("        return client.embeddings")
    store = (
        before + "        if text in STORE:\n            return STORE[text]\n        return client.embeddings" + after
    )
    assert not found("PRM305", RANK, store)
    assert not found(
        "PRM305", RANK, ASK.replace("def embed(", "from functools import cache\n    @cache\n    def embed(")
    )


def test_a_request_that_is_made_to_see_how_long_it_takes_is_no_waste(found) -> None:
    assert not found(
        "PRM305",
        """
        import time
        from llm import embed
        def measure(query):
            for _ in range(10):
                start = time.perf_counter()
                embed(query)
                print(time.perf_counter() - start)
        """,
    )


def test_other_models_or_attempts_are_other_requests(found) -> None:
    asks = ASK.replace("def embed(text)", "def embed(text, model)").replace('"text-embedding-3-small"', "model")
    text = "from llm import embed\ndef compare(query, models):\n    return [embed(query, model) for model in models]\n"
    assert not found("PRM305", text, asks)
    again = """
        from llm import embed
        def safe(query):
            for attempt in range(5):
                try:
                    return embed(query)
                except Exception:
                    continue
    """
    assert not found("PRM305", again)


def test_a_question_that_langchain_embeds_on_each_turn_is_found(found) -> None:
    text = """
        from langchain_openai import OpenAIEmbeddings
        embeddings = OpenAIEmbeddings(model="text-embedding-3-small")
        def rank(query, docs):
            return [dot(embeddings.embed_query(query), doc.vector) for doc in docs]
    """
    assert found("PRM305", text)


# --- PRM402 embedding-per-item -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["[embed(c.text) for c in texts]", "[embed(t) for t in texts]"])
def test_a_parameter_named_for_one_text_takes_one(found, body: str) -> None:
    text = f"from llm import embed\ndef index(texts):\n    return {body}\n"
    assert found("PRM402", text, ASK.replace(".data[0].embedding", ".data"))


def test_each_turn_of_a_map_takes_one_of_many(found) -> None:
    assert found("PRM402", "", ASK + "    def index(texts):\n        return list(map(embed, texts))\n")


@pytest.mark.parametrize("body", ["[embed(batch) for batch in texts]", "[embed(d.chunks) for d in texts]"])
def test_what_is_named_for_several_texts_may_be_a_list(found, body: str) -> None:
    text = f"from llm import embed\ndef index(texts):\n    return {body}\n"
    assert not found("PRM402", text, ASK.replace(".data[0].embedding", ".data"))
    assert found("PRM402", text)  # whoever takes the first embedding alone has sent one text


# --- PRM306 stale-cache ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("now", ["datetime.now().isoformat()", "today()"])
def test_the_time_in_a_prompt_that_a_cached_function_hands_on_is_found(found, now: str) -> None:
    text = f"""
        from datetime import date, datetime
        from functools import cache
        from llm import ask
        def today():
            return date.today().isoformat()
        @cache
        def news(topic):
            now = {now}
            return ask(f"It is {{now}}. What is new about {{topic}}?")
    """
    (one,) = found("PRM306", text)
    assert "`cache` keeps each answer without end, and the prompt holds the time of the first call" in (one.message)


def test_a_time_that_is_not_in_the_prompt_or_is_a_key_changes_nothing(found) -> None:
    text = """
        import time
        from datetime import date
        from functools import cache
        from llm import ask
        @cache
        def news(topic, day):
            start = time.time()
            answer = ask(f"It is {day}. What is new about {topic}?")
            print(time.time() - start)
            return answer
        news("books", date.today())
    """
    assert not found("PRM306", text)


# --- PRM209 unbounded-context ------------------------------------------------------------------------------------------

RAG = """
    from llm import client
    class Rag:
        top_k = 120
        def context(self, question):
            docs = self.store.similarity_search(question, k=self.top_k)
            %s
        def ask(self, question):
            return client.responses.create(model="gpt-4o", max_output_tokens=9,
                input=f"Use this: {self.context(question)}\\n{question}")
"""


def test_a_method_that_joins_all_it_finds_is_followed(found) -> None:
    (one,) = found("PRM209", RAG % 'return "\\n".join(doc.page_content for doc in docs)')
    assert "all 120 results of `self.store.similarity_search` are sent" in one.message


def test_a_method_that_cuts_what_it_finds_is_left_alone(found) -> None:
    assert not found("PRM209", RAG % 'return "\\n".join(doc.page_content for doc in docs)[:4000]')
    assert not found("PRM209", RAG % 'return "\\n".join(doc.page_content for doc in pick(docs))')


def test_a_retriever_finds_as_many_as_it_was_made_for(found) -> None:
    text = """
        from llm import client
        def ask(store, question):
            retriever = store.as_retriever(%s)
            text = "\\n".join(doc.page_content for doc in retriever.invoke(question))
            return client.responses.create(model="gpt-4o", max_output_tokens=9, input=f"Use this: {text}\\n{question}")
    """
    assert found("PRM209", text % 'search_kwargs={"k": 100}')
    assert not found("PRM209", text % 'search_type="mmr", search_kwargs={"k": 100}')
    assert not found("PRM209", text % 'search_kwargs={"k": 5, "fetch_k": 100}')


# --- PRM701 endless-agent, PRM702 endless-retry ------------------------------------------------------------------------

AGENT = """
    from llm import complete
    def run(task):
        messages = [{"role": "user", "content": task}]
        while True:
            answer = complete(messages)
            messages.append(answer)
            %s
"""


def test_a_loop_round_a_function_that_makes_requests_is_as_endless(found) -> None:
    (one,) = found("PRM701", AGENT % "messages.append(execute(answer))")
    assert "`complete` is called in a `while True` that nothing leaves" in one.message


def test_a_function_that_may_raise_at_a_limit_ends_the_loop(found) -> None:
    limited = ASK.replace(
        "def complete(messages):",
        "def complete(messages):\n        if spent() > 5:\n            raise BudgetExceeded()",
    )
    assert not found("PRM701", AGENT % "messages.append(execute(answer))", limited)
    assert not found("PRM701", AGENT % "if answer.content == 'done': return answer")


SAFE = """
    from llm import ask
    from tenacity import retry, stop_after_attempt
    @retry%s
    def safe(text):
        return ask("Sum up " + text)
"""


def test_a_retry_round_a_function_that_makes_requests_is_read(found) -> None:
    (one,) = found("PRM702", SAFE % "")
    assert one.message.startswith("what `safe` asks for is tried again and again by `tenacity.retry`")
    assert not found("PRM702", SAFE % "(stop=stop_after_attempt(3))")


def test_retries_of_two_functions_multiply(found) -> None:
    asks = ASK.replace(
        "def ask(",
        "from tenacity import retry, stop_after_attempt\n    @retry(stop=stop_after_attempt(5))\n    def ask(",
    )
    (one,) = found("PRM702", SAFE % "(stop=stop_after_attempt(3))", asks)
    assert one.message == (
        "retries multiply: one failing request is sent up to 45 times (3 of tenacity.retry × 5 of tenacity.retry × 3 of openai)"
    )
