"""Spoilt uplinks by the thousand, sent to a city of their own; the last line is one JSON object.

python -m tests.fuzz [--uplinks 100000] [--seed 1] [--first 0]
python -m tests.fuzz --description 300      the HTTP interface held to its own description, so many examples each
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

import eventlet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uplinks", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case; with --uplinks 1, of one alone")
    parser.add_argument("--description", type=int, metavar="EXAMPLES")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    # Before anything of the city is imported, as the vigie command does.
    eventlet.monkey_patch()
    found = _described(options) if options.description else _fuzzed(options)
    print(json.dumps(found))  # noqa: T201
    sys.exit(0 if found["good"] else 1)


def _fuzzed(options: argparse.Namespace) -> dict[str, Any]:
    from tests.fuzz.city import fuzzed_city
    from tests.fuzz.corpus import corpus
    from tests.fuzz.running import Found, Run

    with tempfile.TemporaryDirectory(prefix="vigie-fuzz-") as name, fuzzed_city(Path(name)) as fuzzed:
        run = Run(fuzzed, corpus(), Found(options.seed))
        found = run.send(options.first, options.uplinks, lambda words: print(words, flush=True))  # noqa: T201
        run.weigh(Path(name))
    for fault in found.faults[:20]:
        print(fault)  # noqa: T201
    return found.figures()


def _described(options: argparse.Namespace) -> dict[str, Any]:
    from tests.fuzz.city import fuzzed_city
    from tests.fuzz.schema import hold_to_description

    with tempfile.TemporaryDirectory(prefix="vigie-fuzz-") as name, fuzzed_city(Path(name)) as fuzzed:
        told = hold_to_description(fuzzed, options.description, options.seed)
        parked = len(fuzzed.parked())
    if told.code:
        print(told.text)  # noqa: T201
    good = told.code == 0 and not parked
    return {"good": good, "cases": told.cases, "operations": told.operations, "parked": parked}


if __name__ == "__main__":
    main()
