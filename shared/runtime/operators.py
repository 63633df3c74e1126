"""What several services open over HTTP for operators only: the key that lets them in, who they are, what they ask.

Beside the operators' key there is one for those who may only call an emergency, such as a fire brigade's own system.
"""

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
_EMERGENCY: Final = "emergency"
_SCHEME: Final = WWWAuthenticate("bearer")


class OperatorKeyProvider(DependencyProvider):
    """Injects the key that opens a service's routes for operators; None: they stay shut."""

    def get_dependency(self, worker_ctx: Any) -> Secret | None:
        key: Secret | None = self.container.config["settings"].operator_key
        return key


class EmergencyKeyProvider(DependencyProvider):
    """Injects the key that opens a service's routes for emergencies, and no others; None: only operators may enter."""

    def get_dependency(self, worker_ctx: Any) -> Secret | None:
        key: Secret | None = self.container.config["settings"].emergency_key
        return key


def require_operator() -> None:
    """Before a request: let only those in who show the operator's key, which the worker has as ``operator_key``."""
    key = worker().operator_key
    if not _opens(key):
        raise Forbidden(_shut("VIGIE_OPERATOR_KEY"))
    if not _shows(key):
        detail = (
            "la clé de l'exploitant manque ou n'est pas celle de cette ville : Authorization: Bearer CLÉ / "
            "the operator's key is missing or not this city's, show it: Authorization: Bearer KEY"
        )
        raise Unauthorized(detail, www_authenticate=_SCHEME)


def require_emergency() -> None:
    """As ``require_operator``, but the key for emergencies, the worker's ``emergency_key``, opens too."""
    if not (_opens(worker().operator_key) or _opens(worker().emergency_key)):
        raise Forbidden(_shut("VIGIE_EMERGENCY_KEY"))
    if not (_shows(worker().operator_key) or _shows(worker().emergency_key)):
        detail = (
            "il faut la clé d'urgence ou celle de l'exploitant : Authorization: Bearer CLÉ / "
            "the key for emergencies or the operator's is needed: Authorization: Bearer KEY"
        )
        raise Unauthorized(detail, www_authenticate=_SCHEME)


def _shut(setting: str) -> str:
    return (
        f"c'est fermé par HTTP : donnez {setting} ou {setting}_FILE à la ville / "
        f"this is shut over HTTP: set {setting} or {setting}_FILE for it"
    )


def _opens(key: Secret | None) -> bool:
    """An empty one would let everybody in."""
    return key is not None and bool(key.reveal())


def _shows(key: Secret | None) -> bool:
    """Whether the request carries that key."""
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if key is None or not _opens(key):
        return False
    return scheme == "Bearer" and hmac.compare_digest(shown.encode(), key.reveal().encode())


def acting() -> dict[str, Any]:
    """Who says to do it, for the audit; whoever it is, nobody but an operator. An ``Actor`` as builtins."""
    return {"id": _named(_OPERATOR)}


def acting_in_emergency() -> dict[str, Any]:
    """Who calls an emergency, as ``acting``: an operator, or whoever has the key for emergencies and owns nothing."""
    if _shows(worker().operator_key):
        return acting()
    return {"id": _named(_EMERGENCY), "directorate": "", "emergency": True}


def _named(role: str) -> str:
    name = request.headers.get("X-Vigie-Actor", role)
    if not _ACTOR.fullmatch(name):
        raise BadRequest("X-Vigie-Actor: up to 64 letters, digits and . : - _")
    return name if name.partition(":")[0] == role else f"{role}:{name}"


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
