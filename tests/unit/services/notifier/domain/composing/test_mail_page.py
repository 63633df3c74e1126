"""A mail's text as a page."""

from __future__ import annotations

from html.parser import HTMLParser

from services.notifier.domain.channel import Language
from services.notifier.domain.composing.mail_page import page_of

BODY = """\
Garonne <b>& cie</b>

Valeurs lues :
- 2,02 m
- 1,90 m
Fin

Vigie, https://vigie.example.org/a?b=1&c=2.
"""


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def outline(subject: str = "[orange] Garonne", language: Language = Language.FRENCH) -> _Outline:
    found = _Outline()
    found.feed(page_of(subject, BODY, language))
    return found


def test_it_says_what_the_text_says_and_nothing_of_it_is_markup() -> None:
    found = outline()
    words = " ".join(" ".join(found.words).split())
    for said in ("Garonne <b>& cie</b>", "Valeurs lues :", "2,02 m", "1,90 m", "Fin", "Vigie,"):
        assert said in words
    assert "b" not in [tag for tag, _ in found.seen]


def test_screen_readers_find_a_language_a_title_a_heading_and_a_list() -> None:
    seen = outline(language=Language.ENGLISH).seen
    tags = [tag for tag, _ in seen]
    assert ("html", {"lang": "en"}) in seen
    assert [tags.count(tag) for tag in ("title", "main", "h1", "ul", "li")] == [1, 1, 1, 1, 2]


def test_nothing_is_fetched_and_an_address_is_a_link() -> None:
    found = outline()
    assert [attrs["href"] for tag, attrs in found.seen if tag == "a"] == ["https://vigie.example.org/a?b=1&c=2"]
    assert {tag for tag, _ in found.seen}.isdisjoint({"img", "link", "script", "style", "iframe"})
    assert not any("url(" in str(attrs.get("style")) for _, attrs in found.seen)
