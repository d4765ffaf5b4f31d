"""A question that a copy of this process answers while this one goes on."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable

_YES, _NO = b"1", b"0"


def beside(question: Callable[[], bool]) -> Callable[[], bool] | None:
    """Have a copy of this process answer; what is returned waits for the answer. None where there can be no copy.

    What answering changes is the copy's alone. A copy that ends before it has answered says no.
    """
    # A lock that another thread holds is never freed in a copy.
    if sys.platform != "linux" or threading.active_count() > 1:
        return None
    reading, writing = os.pipe()
    try:
        copy = os.fork()
    except OSError:  # there is no room for one
        os.close(reading)
        os.close(writing)
        return None
    if copy == 0:
        _answer(question, writing)
    os.close(writing)

    def answer() -> bool:
        try:
            return os.read(reading, 1) == _YES
        finally:
            os.close(reading)
            os.waitpid(copy, 0)

    return answer


def _answer(question: Callable[[], bool], to: int) -> None:
    """In the copy: nothing is printed, nothing is written but the answer, and nothing that was to be done at the end is."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the run does not wait for this
        os.write(to, _YES if question() else _NO)
    finally:
        os._exit(0)
