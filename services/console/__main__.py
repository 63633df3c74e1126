"""The ``vigie`` command. Green threads are put in place here, before anything else is imported."""

from __future__ import annotations

import os
import warnings


def main() -> None:
    """Run the command line."""
    # eventlet announces its retirement at every start; docs/architecture.md says where it may be named.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()
    # psycopg waits in C otherwise, and holds up every other green thread.
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")

    from shared.runtime import green_waiting

    green_waiting.install()

    from services.console.application import application

    application()


if __name__ == "__main__":
    main()
