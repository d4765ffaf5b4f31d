"""Fail when a score of the labelled corpus falls below its floor: python scripts/check_floor.py SCORES.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path

# Only ever raised.
FLOOR = {
    "call recall": 0.98,
    "call precision": 0.98,
    "call sdk accuracy": 0.95,
    "call kind accuracy": 0.99,
    "call model accuracy": 0.97,
    "call output_cap accuracy": 0.95,
    "call loop accuracy": 0.98,
    "prompt recall": 0.95,
    "prompt precision": 0.96,
}


def main() -> int:
    scores = json.loads(Path(sys.argv[1]).read_text())
    below = [
        f"{name}: {scores[name]['ratio']:.3f} < {least}"
        for name, least in FLOOR.items()
        if scores[name]["ratio"] < least
    ]
    print(*below, sep="\n") if below else print("every score is at or above its floor")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
