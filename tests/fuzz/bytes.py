"""Put bytes into the readers: python tests/fuzz/bytes.py [--seconds 60] [--seed 0].

With atheris (`pip install atheris`) it follows the branches that inputs take: python tests/fuzz/bytes.py --atheris. Otherwise
inputs are made of pieces that the readers look for. A fault is a message that asks to be reported; exit code 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from promptlint.files import decode
from promptlint.parse.files import parse

KINDS = (("a.py", "python"), ("prompts/a.j2", "template"), ("prompts/a.yaml", "data"), ("prompts/a.json", "data"),
         ("prompts/a.md", "text"), ("prompts/a.prompty", "text"), ("prompts/a.toml", "text"), ("prompts/a.xml", "text"))  # fmt: skip
PIECES = [b"You are a clerk. ", b"prompt", b": ", b"{", b"}", b"{{", b"}}", b"{%", b"%}", b"{#", b"#}", b"'", b'"', b'"""', b"\\", b"\n", b"\r", b"\t",
          b"    ", b"f", b"(", b")", b"[", b"]", b",", b"=", b"import openai\n", b"def f():\n", b"if", b"for x in y", b"endfor", b"raw", b"%s", b"%(a)s",
          b"${a}", b"- ", b"---\n", b"|\n", b">\n", b"&a", b"*a", b"!!x", b"<a>", b"</a>", b"<!--", b"]]>", b"\\u", b"\xc3\xa9", b"\xed\xa0\x80", b"\xff", b"\0"]  # fmt: skip


def read(data: bytes, which: int) -> str | None:
    """What is wrong with how one input is read."""
    path, kind = KINDS[which % len(KINDS)]
    text, _ = decode(data, kind)
    problem = parse(path, kind, text).problem if text is not None else None
    return problem if problem is not None and "please report" in problem else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--atheris", action="store_true")
    options, rest = parser.parse_known_args()
    if options.atheris:
        import atheris

        atheris.instrument_all()
        atheris.Setup([sys.argv[0], *rest], lambda data: _judged(data[1:], data[0] if data else 0))
        atheris.Fuzz()
    chance = random.Random(options.seed)
    end, count, faults = time.monotonic() + options.seconds, 0, 0
    while time.monotonic() < end:
        data = b"".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 60)))
        count += 1
        try:
            _judged(data, count)
        except Exception as error:
            faults += 1
            print(f"--- {KINDS[count % len(KINDS)][0]} {data!r}: {type(error).__name__}: {error}", flush=True)
    print(f"{count} inputs: {faults} faults")
    sys.exit(1 if faults else 0)


def _judged(data: bytes, which: int) -> None:
    problem = read(data, which)
    if problem is not None:
        raise AssertionError(problem)


if __name__ == "__main__":
    main()
