"""Pack tiktoken rank files (`base64 rank` a line) as "lengths, then token bytes" for the wheel.

Usage: python scripts/pack_ranks.py O200K_BASE.tiktoken CL100K_BASE.tiktoken

A rank file holds every token once, ranks 0..n-1 in order, none longer than 255 bytes: so the ranks and the base64
can go, and one byte tells each length. `tests/test_tokens.py` rebuilds the text and checks the publisher's sha256.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "promptlint" / "money" / "ranks"


def pack(text: bytes) -> bytes:
    """The packed form of a rank file. Raises ValueError when the ranks are not 0..n-1 in order."""
    tokens: list[bytes] = []
    for line in text.splitlines():
        encoded, rank = line.split()
        if int(rank) != len(tokens):
            raise ValueError(f"line {len(tokens) + 1}: rank {int(rank)}, expected {len(tokens)}")
        tokens.append(base64.b64decode(encoded))
    return bytes(map(len, tokens)) + b"".join(tokens)


def main(paths: list[str]) -> None:
    """Write `<name>.bin` for each `<name>.tiktoken`."""
    if not paths:
        raise SystemExit(__doc__)
    for path in map(Path, paths):
        (TARGET / f"{path.stem}.bin").write_bytes(pack(path.read_bytes()))


if __name__ == "__main__":
    main(sys.argv[1:])
