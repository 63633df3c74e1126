"""Sets the page to which the links in mails lead: ``templates/pages/acknowledge.html``, French with English beside."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notifier.domain.rendering import severity_word
from services.notifier.use_cases.follow_link import Seen
from shared.civil_time import long_local, short_local

_STYLE: Final = """
:root { color-scheme: light; }
body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; background: #fff; color: #1b1b1b; }
main { max-width: 38rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
dt { font-weight: 700; }
dd { margin: 0 0 .75rem; }
p[lang=en], .said [lang=en] { color: #444; }
.said { border-left: .375rem solid #00548f; padding: .5rem 1rem; background: #eef5fa; }
button { font: inherit; font-weight: 700; width: 100%; padding: 1rem; color: #fff; background: #00548f;
  border: 2px solid #00548f; border-radius: .25rem; cursor: pointer; }
button:hover, button:focus-visible { background: #003a63; }
button:focus-visible { outline: 3px solid #1b1b1b; outline-offset: 3px; }
"""
STYLE_HASH: Final = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""The only style that the page's policy lets in."""

_PAGES: Final = ImmutableSandboxedEnvironment(
    loader=PackageLoader("services.notifier", "templates/pages"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(seen: Seen, form: str) -> str:
    """The page. ``form``: what its form sends along."""
    incident, by = seen.incident, seen.by
    return _PAGES.get_template("acknowledge.html").render(
        style=_STYLE,
        form=form,
        sight=seen.sight.value,
        is_own=seen.is_own,
        message=seen.message,
        incident=incident,
        severity="" if incident is None else severity_word(incident.severity),
        since="" if incident is None else long_local(incident.opened_at),
        by="" if by is None else by.shown,
        by_at="" if by is None else short_local(by.at),
    )
