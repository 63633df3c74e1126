"""Asks a running city over HTTP what only operators may ask, with their key."""

from __future__ import annotations

import json
import os
import re
from contextlib import closing
from dataclasses import dataclass
from getpass import getuser
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from shared.errors import InputError, VigieError

_TIMEOUT_S: Final = 120.0
_KEY_SETTING: Final = "VIGIE_OPERATOR_KEY"


class Refused(VigieError):
    """The city said no. ``status``: as HTTP has it; ``content``: what it said."""

    def __init__(self, status: int, detail: str, content: bytes = b"") -> None:
        self.status = status
        self.content = content
        super().__init__(detail)


class NoAnswer(InputError):
    """Nobody answered; what was asked for may have been done."""


@dataclass(frozen=True)
class OperatorLink:
    """A city somewhere. Paths are below ``/v1/``.

    Attributes:
        url: of the city, ``http://host:port``.
        key: the operator's.
        actor: who the audit says did it.
    """

    url: str
    key: str
    actor: str

    @classmethod
    def to(cls, url: str, key_file: Path, actor: str | None) -> OperatorLink:
        """The city at an address; the key stands in ``VIGIE_OPERATOR_KEY``, or else in the file.

        Raises:
            InputError: there is no key, or the address is none.
        """
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise InputError(f"'{url}' n'est pas une adresse / is no address: http://HOST:PORT")
        name = re.sub(r"[^\w.:-]", "-", actor or _user())[:64]
        return cls(url.rstrip("/"), os.environ.get(_KEY_SETTING) or _read_key(key_file), name)

    def get(self, path: str, **wanted: Any) -> bytes:
        """The answer to a question. Lists stand in the address several times.

        Raises:
            Refused: no.
            InputError: nobody answers there.
        """
        query = urlencode({name: value for name, value in wanted.items() if value is not None}, doseq=True)
        return self._ask("GET", f"{quote(path)}?{query}", None)

    def post(self, path: str, content: dict[str, Any], **wanted: Any) -> Any:
        """What came of something that was asked for; as ``get``."""
        query = f"?{urlencode(wanted)}" if wanted else ""
        return json.loads(self._ask("POST", f"{quote(path)}{query}", json.dumps(content).encode()))

    def delete(self, path: str, **wanted: Any) -> Any:
        """What came of something that was ended; as ``get``."""
        query = f"?{urlencode(wanted)}" if wanted else ""
        return json.loads(self._ask("DELETE", f"{quote(path)}{query}", None))

    def post_once(self, path: str, content: dict[str, Any], key: str) -> Any:
        """The same of something that must not be done twice: where no answer came it is asked for again, once, and
        the city knows by the key that it is the same.

        Raises:
            Refused, InputError: as ``get``; nobody knows then whether it was done, and the key is told.
        """
        body = json.dumps(content).encode()
        try:
            return json.loads(self._ask("POST", quote(path), body, key))
        except NoAnswer:
            pass
        try:
            return json.loads(self._ask("POST", quote(path), body, key))
        except NoAnswer as error:
            raise InputError(
                f"{error}\nPour recommencer sans rien faire deux fois : --key {key} / "
                f"to repeat it so that nothing is done twice: --key {key}"
            ) from error

    def _ask(self, method: str, path: str, body: bytes | None, key: str | None = None) -> bytes:
        where = urlsplit(self.url)
        kind = HTTPSConnection if where.scheme == "https" else HTTPConnection
        headers = {"Authorization": f"Bearer {self.key}", "X-Vigie-Actor": self.actor}
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            with closing(kind(str(where.hostname), where.port, timeout=_TIMEOUT_S)) as link:
                link.request(method, f"{where.path}/v1/{path}", body, headers)
                answer = link.getresponse()
                content = answer.read()
        except (OSError, HTTPException) as error:
            raise NoAnswer(
                f"personne ne répond à {self.url} ({error}) : la ville tourne-t-elle ? voyez --url / "
                "nobody answers there: is the city running? see --url"
            ) from error
        if answer.status >= 300:
            raise Refused(answer.status, _detail(answer.status, content), content)
        return content


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a user without a name, as in containers
        return "operator"


def _read_key(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InputError(
            f"pas de clé d'exploitant dans {file} ({error.strerror}) : vigie up en écrit une dans ses données, "
            "nommez-la par --key-file / "
            "no operator's key there: vigie up writes one into its data folder; name it with --key-file"
        ) from error


def _detail(status: int, content: bytes) -> str:
    try:
        return str(json.loads(content)["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {status}: {content[:300].decode(errors='replace')}"
