"""A copy of the process answers a question, and nothing else of it is seen."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from promptlint.beside import beside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there are no copies")


@pytest.mark.parametrize("truth", [True, False])
def test_what_answering_changes_stays_in_the_copy(truth: bool, capfd: pytest.CaptureFixture[str]) -> None:
    seen: list[int] = []

    def question() -> bool:
        seen.append(1)
        return truth

    answer = beside(question)
    assert answer is not None
    assert answer() is truth
    assert seen == []
    assert capfd.readouterr() == ("", "")


def test_a_copy_that_fails_says_no() -> None:
    answers = [beside(lambda: bool(1 / 0)), beside(lambda: os._exit(3))]
    assert [answer is not None and answer() for answer in answers] == [False, False]


def test_where_there_is_no_room_for_a_copy_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    files = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(os, "fork", no_room)
    assert beside(lambda: True) is None
    assert len(os.listdir("/proc/self/fd")) == files


def test_beside_another_thread_no_copy_is_made() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert beside(lambda: True) is None
    finally:
        stop.set()
        thread.join()
