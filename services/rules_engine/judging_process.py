"""Judges rules in a process of its own: a question as JSON on the standard input, the verdict on the standard output.

Checking and testing take seconds, for which the engine that asks must not stand still. Green threads stay out of here.
"""

from __future__ import annotations

import sys

import msgspec

from services.rules_engine.domain.judging import Question, judge


def main() -> None:
    """What the process does."""
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    sys.stdout.buffer.write(msgspec.json.encode(judge(question)))


if __name__ == "__main__":
    main()
