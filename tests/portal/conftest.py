"""A Chromium, axe-core out of its lock file, and a function that looks at pages with both."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DESKTOP, PHONE = (1440, 900), (360, 740)


@pytest.fixture(scope="session")
def axe(request):
    """The file of axe-core, in exactly the version that the lock file names; installed once."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine: axe does not look at the pages")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = Path(request.config.cache.mkdir("axe-core"))
    known = folder / "package-lock.json"
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file() or known.read_bytes() != lock:
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(HERE / name, folder / name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    return script


@pytest.fixture
def looked_at(axe):
    """A function that gives what was found on pages: ``looked_at(site, [(path, size), ...])``."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the pages are not looked at in a browser")

    def look(site, pages):
        command = [sys.executable, str(HERE / "browsing.py"), CHROMIUM, str(axe)]
        wanted = json.dumps({"site": site, "pages": pages})
        done = subprocess.run([*command, wanted], capture_output=True, text=True, timeout=150, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return look
