"""Run promptlint over damaged copies of real files: python tests/fuzz/mutate.py DIR [--runs 1000] [--seed 0] [--project 12].

Each run takes some files of DIR, damages them (bytes cut, doubled, swapped, put in from other files; odd line ends, null
bytes, byte order marks, half characters, long lines, deep brackets), and checks and lists them as one project in this
process, with every rule. A fault is an exception, a rule that failed, a parser that asks to be reported, or a run over ten
seconds. Faults are printed with the seed that makes them again; exit code 1 when there was one.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from promptlint.outcome import Options
from promptlint.run import check, inventory

SUFFIXES = (".py", ".ipynb", ".j2", ".jinja", ".jinja2", ".md", ".txt", ".yaml", ".yml", ".json", ".prompty", ".prompt")
LONGEST_RUN = 10.0
_LARGEST = 60_000
_BROKEN = 0.5
_ODD = [b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\x0c", b"\r", b"\r\n", b"\xc3", b"\\", b'"""', b"'", b"{", b"}}", b"{%", b"%}",
        b"#}", b"(" * 120, b"[" * 300, b"    ", b"\t", b"f'", b"lambda:", b"*", b"**", b":", b"=", b"\xe2\x80\xa8", b"1" * 5000, b" " * 20_000]  # fmt: skip

Damage = Callable[[random.Random, bytes, bytes], bytes]


def _cut(chance: random.Random, data: bytes, other: bytes) -> bytes:
    start, end = sorted(chance.choices(range(len(data) + 1), k=2))
    return data[:start] + data[min(end, start + 400) :]


def _double(chance: random.Random, data: bytes, other: bytes) -> bytes:
    start, end = sorted(chance.choices(range(len(data) + 1), k=2))
    return data[:end] + data[start : min(end, start + 2000)] + data[end:]


def _swap_lines(chance: random.Random, data: bytes, other: bytes) -> bytes:
    lines = data.split(b"\n")
    i, j = chance.choices(range(len(lines)), k=2)
    lines[i], lines[j] = lines[j], lines[i]
    return b"\n".join(lines)


def _put(chance: random.Random, data: bytes, other: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_ODD) + data[at:]


def _graft(chance: random.Random, data: bytes, other: bytes) -> bytes:
    at, start = chance.randrange(len(data) + 1), chance.randrange(len(other) + 1)
    return data[:at] + other[start : start + chance.randrange(3000)] + data[at:]


def _flip(chance: random.Random, data: bytes, other: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _line_ends(chance: random.Random, data: bytes, other: bytes) -> bytes:
    return data.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n", b""]))


def _end(chance: random.Random, data: bytes, other: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _rename(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A name becomes another of the same file: imports of oneself, classes derived from themselves, endless aliases."""
    words = list({word for word in data.replace(b".", b" ").replace(b"(", b" ").split() if word.isalpha()})
    return data.replace(chance.choice(words), chance.choice(words)) if len(words) > 1 else data


DAMAGE: list[Damage] = [_cut, _double, _swap_lines, _put, _graft, _flip, _line_ends, _end, _rename]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--project", type=int, default=12, help="files in one project")
    options = parser.parse_args()
    files = sorted(p for p in options.folder.rglob("*") if p.suffix in SUFFIXES and 0 < p.stat().st_size < _LARGEST)
    if not files:
        sys.exit(f"{options.folder} holds no file with one of {', '.join(SUFFIXES)}")
    faults = [fault for i in range(options.runs) if (fault := one(files, options.seed + i, options.project))]
    damaged = options.runs * options.project
    print(f"{damaged} damaged files in {options.runs} projects: {len(faults)} faults")
    sys.exit(1 if faults else 0)


def one(files: list[Path], seed: int, size: int) -> str | None:
    """What went wrong with the project of a seed, printed too; None when nothing did."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(size):
            path, other = chance.choice(files), chance.choice(files)
            data, graft = path.read_bytes(), other.read_bytes()
            damage = DAMAGE if chance.random() < _BROKEN else [_rename]  # what still parses reaches the linker
            for _ in range(chance.randrange(1, 5)):
                data = chance.choice(damage)(chance, data, graft)
            Path(folder, f"{path.stem}{number % 3 or ''}{path.suffix}").write_bytes(data)
        start = time.monotonic()
        fault = _fault(folder)
        taken = time.monotonic() - start
    gc.unfreeze()  # a run keeps what it linked from being collected, for it ends with its process: this one goes on
    if fault is None and taken > LONGEST_RUN:
        fault = f"took {taken:.0f} s"
    if fault is not None:
        print(f"--- seed {seed}: {fault}", flush=True)
    return fault


def _fault(folder: str) -> str | None:
    named = tuple(sorted(map(str, Path(folder).iterdir())))  # a file that is named is parsed, whatever it holds
    options = Options(paths=named, root=folder, select=("ALL",), preview=True)
    try:
        for outcome in (check(options), inventory(options)):
            bad = [p for p in outcome.problems if "please report this" in p.message]
            if bad:
                return f"{bad[0].path}: {bad[0].message}"
    except Exception:  # whatever it is, it is a fault
        return traceback.format_exc()
    return None


if __name__ == "__main__":
    main()
