"""A mail's text as a page: the same words for those whose mailbox shows HTML, so that the two parts can't disagree.

Headings, paragraphs and lists are what they are called, for screen readers; colours contrast by more than 7 to 1;
styles stand inline, because mailboxes drop others; nothing is fetched from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from services.notifier.domain.channel import Language

_BODY: Final = (
    "margin:0;padding:24px;background:#ffffff;color:#1a1a1a;font-family:Arial,Helvetica,sans-serif;"
    "font-size:16px;line-height:1.5"
)
_MAIN: Final = "max-width:640px;margin:0 auto"
_TITLE: Final = "margin:0 0 16px;font-size:20px;line-height:1.3"
_TEXT: Final = "margin:0 0 16px"
_LIST: Final = "margin:0 0 16px;padding-left:24px"
_LINK: Final = "color:#003a8c"
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
_ITEM: Final = "- "


def page_of(subject: str, body: str, language: Language) -> str:
    """The page. Paragraphs are what blank lines separate; lines that begin with ``- `` are a list."""
    parts = [part for paragraph in re.split(r"\n\s*\n", body.strip()) for part in _parts(paragraph.splitlines())]
    title = escape(subject)
    return "\n".join(
        (
            "<!DOCTYPE html>",
            f'<html lang="{language.value}">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            f"<title>{title}</title></head>",
            f'<body style="{_BODY}"><main style="{_MAIN}">',
            f'<h1 style="{_TITLE}">{title}</h1>',
            *parts,
            "</main></body></html>",
            "",
        )
    )


def _parts(lines: list[str]) -> Iterator[str]:
    """A paragraph as a text, a list, or several of them in turn."""
    run: list[str] = []
    for line in lines:
        if run and run[0].startswith(_ITEM) != line.startswith(_ITEM):
            yield _part(run)
            run = []
        run.append(line)
    if run:
        yield _part(run)


def _part(lines: list[str]) -> str:
    if lines[0].startswith(_ITEM):
        items = "".join(f"<li>{_set(line.removeprefix(_ITEM))}</li>" for line in lines)
        return f'<ul style="{_LIST}">{items}</ul>'
    return f'<p style="{_TEXT}">{"<br>".join(map(_set, lines))}</p>'


def _set(line: str) -> str:
    """One line, escaped, its addresses as links."""
    found, last = [], 0
    for match in _ADDRESS.finditer(line):
        address = escape(match[0])
        found += [escape(line[last : match.start()]), f'<a href="{address}" style="{_LINK}">{address}</a>']
        last = match.end()
    return "".join((*found, escape(line[last:])))
