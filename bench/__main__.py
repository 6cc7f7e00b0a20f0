"""``python -m bench``: all benches, one after another; ``python -m bench NAME ...`` one of them with its options.

``python -m bench fast``: those of speed, in one table.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path


def main(words: list[str]) -> int:
    """Exit status: 0 measured, 2 there is no such bench."""
    names = sorted(one.stem for one in Path(__file__).parent.glob("*.py") if not one.stem.startswith("_"))
    if words and words[0] not in names:
        print(f"python -m bench {{{' | '.join(names)}}} ...", file=sys.stderr)
        return 2
    for name in words[:1] or [name for name in names if name != "fast"]:  # that runs others
        print(f"\n## {name}\n", flush=True)
        sys.argv = [f"python -m bench {name}", *words[1:]]
        runpy.run_module(f"bench.{name}", run_name="__main__", alter_sys=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
