"""Wire tests run on real servers, which they bring themselves; nothing is replaced."""

from __future__ import annotations

import os
import tempfile

# The server's package looks for it when it is imported, and warns where it is nobody's own.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="vigie-wire-"))
