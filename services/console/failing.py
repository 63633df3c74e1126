"""How a command says that it can't go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from nameko.exceptions import RemoteError
from rich.console import Console

from shared.errors import VigieError


@contextmanager
def said_plainly() -> Iterator[None]:
    """Print one of our errors, raised here or in a service, as text, and leave with exit code 1.

    Any other error is a bug and shows its traceback.
    """
    try:
        yield
    except (VigieError, RemoteError) as error:
        Console(stderr=True).print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
