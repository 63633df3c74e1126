"""Gateways in YAML: what they say, and where they are wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notifier.domain.channel import Patience
from services.notifier.domain.delivering.gateway import filled, text_at
from services.notifier.domain.delivering.loading_channels import WrittenChannels, load_channels
from shared.errors import ProblemsFound

FREE = """\
patience: {tries: 2, time: 90 s, rest: 5 min}
sms_http:
  - id: free
    url: https://sms.example.org/send?to={to}
    headers: {Authorization: "Bearer {secret.free}"}
    form: {dest: "{to_digits}", message: "{text}", ref: "{id}", from: "{sender}", priority: 1}
    accepted: {status: [200, 202], field: result.0.ok, values: [true]}
    reference: result.0.id
"""
VALUES = {
    "to": "+33639980101",
    "to_digits": "33639980101",
    "text": "2,02 m & {id}",
    "id": "n-1",
    "sender": "Vigie",
    "secret.free": "s3cret",
}


def test_a_request_has_every_place_filled_once_and_escaped_where_it_is_an_address() -> None:
    written = load_channels(FREE, "channels.yaml", ["free"])
    assert written.patience == Patience(2, timedelta(seconds=90), timedelta(minutes=5))
    request = filled(written.gateways["free"].send, VALUES)
    assert request.url == "https://sms.example.org/send?to=%2B33639980101"
    assert request.headers == {"Authorization": "Bearer s3cret"}
    assert request.form == {
        "dest": "33639980101",
        "message": "2,02 m & {id}",
        "ref": "n-1",
        "from": "Vigie",
        "priority": "1",
    }
    assert "s3cret" not in repr(request)
    assert "39980101" not in repr(request)


def test_what_an_answer_says_is_found_by_its_path() -> None:
    accepts = load_channels(FREE, "channels.yaml", ["free"]).gateways["free"].send.accepted
    assert accepts.takes_status(202)
    assert not accepts.takes_status(201)
    assert accepts.takes_content({"result": [{"ok": True, "id": 7}]})
    assert not accepts.takes_content({"result": [{"ok": False}]})
    assert not accepts.takes_content({"result": []})
    assert text_at({"result": [{"id": 7}]}, "result.0.id") == "7"


def test_an_empty_file_changes_nothing() -> None:
    assert load_channels("# rien\n", "channels.yaml", []) == WrittenChannels()


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("{secret.free}", "abc123", r"channels\.yaml:5:30: error\[secret\]: .*in the open\n.*secret\.NAME"),
        ("{secret.free}", "{secret.fre}", r":5:30: error\[secret\]: no secret 'fre' is given\n.*mean 'free'"),
        ("{text}", "{texte}", r":6:\d+: error\[places\]: nothing fills '\{texte\}'\n.*mean 'text'"),
        ("{text}", "salut", r":3:5: error\[places\]: the text is nowhere"),
        ("https://sms.example.org/send?to={to}", "sms.example.org", r":4:10: error\[url\]: that is no web address"),
        ("tries: 2", "tries: 0", r":1:19: error\[patience\]"),
        ("90 s", "bientôt", r":1:\d+: error\[duration\]"),
        ("reference:", "refrence:", r":3:\d+: error\[shape\]: .*refrence"),
        ("id: free", "id: Free!", r":3:9: error\[id\]"),
        ("patience:", "patient:", r":1:1: error\[unknown-property\].*\n.*mean 'patience'"),
    ],
    ids=[
        "in-the-open",
        "no-such-secret",
        "no-such-place",
        "no-text",
        "url",
        "tries",
        "duration",
        "word",
        "id",
        "section",
    ],
)
def test_a_fault_is_told_with_its_place(was: str, becomes: str, told: str) -> None:
    with pytest.raises(ProblemsFound, match=told):
        load_channels(FREE.replace(was, becomes), "channels.yaml", ["free"])
