"""Finds a server's program, or says what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

_APT_LIMIT_S: Final = 300


class ServerMissing(Exception):
    """A server that the tests need is not on this machine; the message says how to get it."""


def debian_package(package: str, program: Path) -> Path:
    """The path of a program; as root on Debian its package is installed if need be.

    Raises:
        ServerMissing: it isn't there and can't be installed.
    """
    if not program.exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(package)
    if not program.exists():
        raise ServerMissing(f"{program} is missing: install {package} (Debian, Ubuntu: apt-get install {package})")
    return program


def _install(package: str) -> None:
    sys.stderr.write(f"\n{package} is not installed: installing it with apt-get, for the tests on real servers ...\n")
    # Run level 1: the package's own server is not started.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    wanted = ["install", "--yes", "--no-install-recommends", package]
    # A machine that has never asked what there is, or long ago, has to ask first.
    if not (_apt(wanted, environment) or (_apt(["update"], environment) and _apt(wanted, environment))):
        sys.stderr.write(f"apt-get could not install {package}\n")


def _apt(words: list[str], environment: dict[str, str]) -> bool:
    """Whether it went well."""
    command = ["apt-get", *words]
    done = subprocess.run(command, env=environment, check=False, timeout=_APT_LIMIT_S, stdout=subprocess.DEVNULL)
    return done.returncode == 0
