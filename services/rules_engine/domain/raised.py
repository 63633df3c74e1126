"""An error that nobody foresaw, in one line: for an owner, a problem, a log."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType


def described(error: BaseException) -> str:
    """As in ``TypeError: '<' not supported ... (services.rules_engine.domain.holding:61)``."""
    places = list(_places(error.__traceback__))
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" + (f" ({places[-1]})" if places else "")


def _places(found: TracebackType | None) -> Iterator[str]:
    while found is not None:
        module = str(found.tb_frame.f_globals.get("__name__", ""))
        if module.startswith(("services.", "shared.")):
            yield f"{module}:{found.tb_lineno}"
        found = found.tb_next
