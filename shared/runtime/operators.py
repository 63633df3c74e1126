"""What several services open over HTTP for operators only: the key that lets them in, who they are, what they ask."""

from __future__ import annotations

import hmac
import re
from typing import Any, Final

import msgspec
from flask import Response, request
from nameko.extensions import DependencyProvider
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Forbidden, Unauthorized

from shared.errors import ProblemsFound
from shared.runtime.settings import Secret
from shared.runtime.web import worker

_ACTOR: Final = re.compile(r"[\w.:-]{1,64}")
_OPERATOR: Final = "operator"
_SCHEME: Final = WWWAuthenticate("bearer")


class OperatorKeyProvider(DependencyProvider):
    """Injects the key that opens a service's routes for operators; None: they stay shut."""

    def get_dependency(self, worker_ctx: Any) -> Secret | None:
        key: Secret | None = self.container.config["settings"].operator_key
        return key


def require_operator() -> None:
    """Before a request: let only those in who show the operator's key, which the worker has as ``operator_key``."""
    key = worker().operator_key
    if key is None or not key.reveal():
        raise Forbidden(
            "c'est fermé par HTTP : donnez VIGIE_OPERATOR_KEY ou VIGIE_OPERATOR_KEY_FILE à la ville / "
            "this is shut over HTTP: set VIGIE_OPERATOR_KEY or VIGIE_OPERATOR_KEY_FILE for it"
        )
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not hmac.compare_digest(shown.encode(), key.reveal().encode()):
        detail = (
            "la clé de l'exploitant manque ou n'est pas celle de cette ville : Authorization: Bearer CLÉ / "
            "the operator's key is missing or not this city's, show it: Authorization: Bearer KEY"
        )
        raise Unauthorized(detail, www_authenticate=_SCHEME)


def acting() -> dict[str, Any]:
    """Who says to do it, for the audit; whoever it is, nobody but an operator. An ``Actor`` as builtins."""
    name = request.headers.get("X-Vigie-Actor", _OPERATOR)
    if not _ACTOR.fullmatch(name):
        raise BadRequest("X-Vigie-Actor: up to 64 letters, digits and . : - _")
    return {"id": name if name.partition(":")[0] == _OPERATOR else f"{_OPERATOR}:{name}"}


def asked(shape: type[Any]) -> Any:
    """The body of the request, which is JSON.

    Raises:
        msgspec.ValidationError: it has another shape; ``wrong_shape`` answers.
        BadRequest: it is no JSON.
    """
    try:
        return msgspec.json.decode(request.get_data(cache=False), type=shape)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body is no JSON: {error}") from error


def answered(content: Any, status: int = 200) -> Response:
    """An answer as JSON."""
    return Response(msgspec.json.encode(content), status, mimetype="application/json")


def problems_found(error: ProblemsFound) -> tuple[dict[str, Any], int]:
    """All problems, each with its place and hint."""
    problems = msgspec.to_builtins(error.problems)
    return {"error": "ProblemsFound", "detail": str(error), "problems": problems}, 422


def wrong_shape(error: msgspec.ValidationError) -> tuple[dict[str, Any], int]:
    """The body is JSON of another shape."""
    return {"error": "ValidationError", "detail": str(error)}, 400
