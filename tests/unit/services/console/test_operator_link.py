"""What is asked for is asked again, with the same key, where no answer came."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.console.operator_link import OperatorLink
from shared.errors import InputError

_ANSWER = b'HTTP/1.1 201 Created\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"id": "S-1"}'


@contextmanager
def far_end(*answers: bytes) -> Iterator[tuple[OperatorLink, list[bytes]]]:
    """Takes so many requests and answers each so; nothing: it hangs up."""
    heard: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            link, _ = listener.accept()
            with link:
                heard.append(link.recv(65536))
                link.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield OperatorLink(f"http://127.0.0.1:{listener.getsockname()[1]}", "key", "lucie"), heard
        thread.join()


def keys(heard: list[bytes]) -> list[str]:
    return [found[1].decode() for one in heard if (found := re.search(rb"Idempotency-Key: (\S+)", one))]


def test_a_request_without_an_answer_is_repeated_once_with_its_key() -> None:
    with far_end(b"", _ANSWER) as (link, heard):
        assert link.post_once("notifier/silences", {}, "mine-1") == {"id": "S-1"}
    assert keys(heard) == ["mine-1", "mine-1"]


def test_after_two_times_the_key_is_told_with_which_to_repeat_it() -> None:
    with far_end(b"", b"") as (link, heard), pytest.raises(InputError, match="--key mine-1"):
        link.post_once("notifier/silences", {}, "mine-1")
    assert len(heard) == 2


def test_what_has_no_key_is_asked_for_once() -> None:
    with far_end(b"") as (link, heard), pytest.raises(InputError):
        link.post("notifier/silences", {})
    assert (len(heard), keys(heard)) == (1, [])
