"""Sets the page to which the links in mails lead: ``templates/pages/acknowledge.html``, in its reader's language."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notifier.domain.composing.rendering import severity_word
from services.notifier.domain.composing.words import WORDS
from services.notifier.domain.escalation.page_words import PAGE_WORDS, other
from services.notifier.use_cases.follow_link import Seen, Sight
from shared.civil_time import PARIS, short_local

_STYLE: Final = """
:root { color-scheme: light; }
body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; background: #fff; color: #1b1b1b; }
main { max-width: 38rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
dt { font-weight: 700; }
dd { margin: 0 0 .75rem; }
.other { color: #444; font-size: 1rem; }
.said { border-left: .375rem solid #00548f; padding: .5rem 1rem; background: #eef5fa; }
button { font: inherit; font-weight: 700; width: 100%; padding: 1rem; color: #fff; background: #00548f;
  border: 2px solid #00548f; border-radius: .25rem; cursor: pointer; }
button span { display: block; font-weight: 400; font-size: 1rem; }
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
    """The page, in the language of its reader. ``form``: what its form sends along."""
    incident, by, beside = seen.incident, seen.by, other(seen.language)
    words, other_words = PAGE_WORDS[seen.language], PAGE_WORDS[beside]
    what = f"{seen.sight.value}-own" if seen.sight is Sight.TAKEN and seen.is_own else seen.sight.value
    taken = {"by": "" if by is None else by.shown, "at": "" if by is None else short_local(by.at)}
    return _PAGES.get_template("acknowledge.html").render(
        style=_STYLE,
        form=form,
        lang=seen.language.value,
        other_lang=beside.value,
        words=words,
        other_words=other_words,
        sight=seen.sight.value,
        said=words.said.get(what, "").format(**taken),
        short=other_words.short[what],
        message=seen.message,
        incident=incident,
        severity="" if incident is None else severity_word(incident.severity, seen.language),
        since="" if incident is None else WORDS[seen.language].long(incident.opened_at, PARIS),
    )
