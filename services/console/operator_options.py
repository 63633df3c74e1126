"""What every command may be told that asks a city as an operator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

Url = Annotated[str, typer.Option(help="Where the city answers.")]
KeyFile = Annotated[
    Path, typer.Option(envvar="VIGIE_OPERATOR_KEY_FILE", help="File of the operator's key; vigie up writes one.")
]
As = Annotated[str | None, typer.Option("--as", help="Who the audit says did it; by default your login.")]

URL: Final = "http://127.0.0.1:8080"
KEY_FILE: Final = Path("var/city/operator.key")
