"""The bytes of a file, and of nothing else: a pipe has nobody who writes it, a device has no end. Or nobody who reads it."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path
from typing import BinaryIO

_STEP = 1 << 20
_PATIENCE = 5.0
_PAUSE = 0.05


def regular_bytes(path: str | Path, most: int) -> bytes:
    """The bytes of a regular file of at most `most`. Raises OSError for anything else; its `strerror` can be shown."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        state = os.fstat(handle)
        if stat.S_ISDIR(state.st_mode):
            raise IsADirectoryError(errno.EISDIR, "a folder, no file", str(path))
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(path))
        if state.st_size > most:
            raise too_large(path, most, state.st_size)
        return _read(handle, path, most, state.st_size)
    finally:
        os.close(handle)


def given_bytes(path: str | Path, most: int = -1) -> bytes:
    """The bytes of a file that was named, `most` of them at most: the output of a program will do.

    Raises OSError for a device, which has no end, and for a pipe in a folder that nobody writes to.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as file:  # noqa: PTH123  # a number
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "Is a directory", str(path))
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
            raise OSError(errno.EINVAL, "a device, which has no end", str(path))
        if stat.S_ISFIFO(mode):
            _await(handle, path)
        return file.read(most)


def _await(handle: int, path: str | Path) -> None:
    """Wait for what comes through a pipe. That of a program that was started for it (`<(...)`) may take its time."""
    import select

    started = str(path).startswith(("/dev/fd/", "/proc/")) or str(path) == "/dev/stdin"
    if not started and not select.select([handle], [], [], _PATIENCE)[0]:
        raise OSError(errno.EAGAIN, "a pipe that nobody writes to", str(path))
    os.set_blocking(handle, True)


def for_report(path: str | Path, *, append: bool = False) -> BinaryIO:
    """A file that was named to be written to; a pipe will do. Raises OSError for one that nobody reads."""
    how = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if append else os.O_TRUNC)
    how |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            handle = os.open(path, how, 0o666)
            break
        except OSError as error:
            if error.errno != errno.ENXIO or not stat.S_ISFIFO(os.stat(path).st_mode):  # noqa: PTH116  # as it was given
                raise
            if time.monotonic() > until:
                raise OSError(errno.ENXIO, "a pipe that nobody reads", str(path)) from error
        time.sleep(_PAUSE)
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(handle, True)
    return open(handle, "wb")  # noqa: PTH123  # a number; who asked for it closes it


def _read(handle: int, path: str | Path, most: int, size: int) -> bytes:
    """To the end, wherever that is: a file can grow meanwhile, and those of /proc say that they are empty."""
    parts = [os.read(handle, size + 1)]
    total = len(parts[0])
    while parts[-1] and total <= most:
        parts.append(os.read(handle, _STEP))
        total += len(parts[-1])
    if total > most:
        raise too_large(path, most, total)
    return b"".join(parts) if len(parts) > 2 else parts[0]


def too_large(path: str | Path, most: int, size: int) -> OSError:
    """Why a file of `size` bytes is not read."""
    return OSError(
        errno.EFBIG, f"larger than {most // 1_000_000} MB ({size:,} bytes); exclude it, or split it", str(path)
    )
