"""Processes that parse, each at the end of a pipe of its own: what is handed in waits there while this process does other work."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

Task = tuple[str, str, str]
Work = Callable[[list[Task]], bytes]
_PIPE = 1024 * 1024  # bytes that may wait at once: as much as Linux grants everybody


class Part:
    """Some tasks that are worked on together. `answer`: what came of them, once that is known."""

    def __init__(self, tasks: list[Task]) -> None:
        self.tasks = tasks
        self.size = sum(len(text) for _, _, text in tasks)
        self.answer: bytes | None = None


class Worker:
    """One process. It works on parts in the order in which it is sent them, and answers in the same order.

    `code` is None while it runs, then its exit code: a negative one is a signal. What it has not answered by then never is.
    Raises `OSError` or `ImportError` where the system has no room for a process.
    """

    def __init__(self, work: Work) -> None:
        context = _context()
        receiving, self._to = context.Pipe(duplex=False)
        self._from, sending = context.Pipe(duplex=False)
        _widen(self._to)
        self._process = context.Process(target=_serve, args=(receiving, sending, work), daemon=True)  # type: ignore[attr-defined]  # all have it
        self._process.start()
        receiving.close()
        sending.close()
        self._unanswered: deque[Part] = deque()
        self.code: int | None = None

    @property
    def pid(self) -> int:
        pid: int = self._process.pid
        return pid

    @property
    def left(self) -> int:
        """Code points of the parts that are not answered yet. What was answered meanwhile is taken."""
        try:
            while self._unanswered and self._from.poll():
                self.receive()
        except OSError:  # on Windows it is the question that fails
            self.end()
        return sum(part.size for part in self._unanswered)

    def send(self, part: Part) -> None:
        """Hand in a part."""
        self._unanswered.append(part)
        try:
            self._to.send(part.tasks)
        except OSError:
            self.end()

    def receive(self) -> None:
        """Wait for the answer to the first part that has none."""
        try:
            answer = self._from.recv_bytes()
        except (OSError, EOFError):
            self.end()
        else:
            self._unanswered.popleft().answer = answer

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.terminate()
        self._process.join()
        self.code = self._process.exitcode
        self._to.close()
        self._from.close()
        self._unanswered.clear()


def _context() -> BaseContext:
    import multiprocessing

    # Forking is safe here: the parent has no threads, and it shares the imports already paid for.
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _widen(pipe: Connection) -> None:
    """Let more wait in a pipe than the usual 64 KB, where that can be had: else whoever hands in waits."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _serve(receiving: Connection, sending: Connection, work: Work) -> None:
    """Work on what comes. Answers are sent by a thread: nothing may wait for them yet, and there is more to do."""
    import gc

    gc.disable()  # it lives for one run: what it makes is not collected
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it ends it
    for name in ("SIGTERM", "SIGPROF"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    answers: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_send_all, args=(answers, sending), daemon=True).start()
    while True:
        answers.put(work(receiving.recv()))


def _send_all(answers: SimpleQueue[bytes], to: Connection) -> None:
    with suppress(OSError):  # nobody waits for them any more
        while True:
            to.send_bytes(answers.get())


def _leave_with_parent() -> None:
    """End when the process that waits for the answers is gone: nobody else would end us after a `kill -9`."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
