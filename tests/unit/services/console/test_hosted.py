"""A process that runs one service."""

from __future__ import annotations

import subprocess
import sys

import pytest

from services.console.city import SERVICES
from services.console.hosted import hosted
from shared import bus
from shared.errors import InputError

_LOADED = """
import sys
from services.console.application import application
import typer.main
typer.main.get_command(application).get_command(None, "serve")
from services.console.hosted import hosted
hosted(sys.argv[1])
print(*sorted({name.split(".")[1] for name in sys.modules if name.startswith("services.") and name.count(".") > 1}))
"""


def test_each_service_is_found_by_its_name() -> None:
    assert [hosted(name) for name in bus.SERVICES] == list(SERVICES)


def test_who_is_not_there_is_told_with_those_who_are() -> None:
    with pytest.raises(InputError, match="no service 'notifer'; there are: device_registry, telemetry"):
        hosted("notifer")


@pytest.mark.parametrize("name", bus.SERVICES)
def test_a_process_of_one_service_carries_no_other(name: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", _LOADED, name]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert set(done.stdout.split()) == {"console", name}
