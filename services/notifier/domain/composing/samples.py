"""Facts made up for each kind of notice: what layouts are tried with at the start and in a preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from services.notifier.domain.channel import Language
from services.notifier.domain.composing.digesting import Digest, digested
from services.notifier.domain.composing.rendering import (
    BudgetFacts,
    Facts,
    FoldedFacts,
    MoreFollowFacts,
    MovedFacts,
    alert_facts,
    digest_facts,
    override_facts,
    severity_word,
    silence_facts,
)
from services.notifier.domain.composing.words import WORDS
from services.notifier.domain.delivering.notification import Kind
from services.notifier.domain.incidents.incident import Incident, IncidentAlert
from services.notifier.domain.incidents.incident_facts import FilesRefusedFacts, IncidentFacts, OptOutFacts
from services.notifier.domain.muting.silence import Silence
from services.notifier.domain.on_call.facts import GapFacts, HandOverFacts
from shared.civil_time import PARIS, short_local
from shared.model.alerts import AlertChanged, AlertStatus, Criticality, Reading
from shared.model.incidents import IncidentStatus
from shared.model.lighting import OverrideChanged, OverrideState

_AT: Final = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
_CODE: Final = "V-7K3Q"
_MESSAGE: Final = "Garonne à Toulouse : 2,02 m, seuil orange franchi"


def sample_facts(kind: Kind, language: Language) -> Facts:
    """Facts with every place filled but the note, which few notices have."""
    return _SAMPLES[kind](language)


def _alert(status: AlertStatus = AlertStatus.FIRING, was: str | None = None, hours: int = 0) -> AlertChanged:
    return AlertChanged(
        alert="sample",
        rule="gemapi.garonne.orange",
        rule_title="Garonne : vigilance orange",
        owner="gemapi",
        criticality=Criticality.VITAL,
        severity="orange",
        point="toulouse",
        point_title="Toulouse Pont-Neuf",
        zone="Europe/Paris",
        status=status,
        at=_AT + timedelta(hours=hours),
        since=_AT,
        was=was,
        resolution="unknown" if status is AlertStatus.RESOLVED else None,
        readings=(Reading(property="water_level", value=2.02, unit="m", time=_AT, text="2,02 m"),),
    )


def _alert_facts(alert: AlertChanged) -> Callable[[Language], Facts]:
    return lambda language: alert_facts(alert, _CODE, _MESSAGE, "", language)


def _digest(language: Language) -> Facts:
    places = [
        IncidentAlert(incident="i", alert="1", point="a", point_title="Capucins", message="plein à 92 %", since=_AT),
        IncidentAlert(incident="i", alert="2", point="b", point_title="Foch", message="", since=_AT, resolved_at=_AT),
    ]
    digest = Digest(incident="i", rule="r", rule_title="Colonnes à collecter", team="t", sends_at=_AT, due_at=_AT)
    incident = Incident(
        id="i",
        code=_CODE,
        status=IncidentStatus.OPEN,
        title="Colonnes à collecter",
        rule="r",
        owner="dechets",
        severity="minor",
        criticality=Criticality.NORMAL.value,
        opened_at=_AT,
    )
    return digest_facts(digest, digested(places), incident, "", language)


def _override(state: OverrideState) -> Callable[[Language], Facts]:
    is_cut = state is OverrideState.CUT
    event = OverrideChanged(
        override="o",
        state=state,
        alert="a",
        rule="gemapi.garonne.orange",
        owner="gemapi",
        group="berges-garonne",
        level=20 if is_cut else 100,
        reason="crue",
        at=_AT,
        cut="floor" if is_cut else "",
        done=40,
        done_most=70,
        luminaires=12,
    )
    return lambda language: override_facts(event, "", language)


def _moved(language: Language) -> Facts:
    why = {Language.FRENCH: "le téléphone est éteint ou hors de portée (30003)"}
    return MovedFacts(
        code=_CODE,
        title="Garonne : vigilance orange",
        text=_MESSAGE,
        why=why.get(language, "the telephone is off or out of reach (30003)"),
        meant_for="Camille Roux, cadre d'astreinte",
    )


def _silence(language: Language) -> Facts:
    silence = Silence(
        id="s-4f2a",
        matchers=("directorate = gemapi", "point = toulouse"),
        owner="gemapi-astreinte",
        reason="Travaux sur la station",
        created_by="camille-roux",
        created_at=_AT,
        starts_at=_AT,
        ends_at=_AT + timedelta(days=2),
    )
    return silence_facts(silence, "", language)


def _incident(by: str = "", comment: str = "") -> Callable[[Language], Facts]:
    return lambda language: IncidentFacts(
        code=_CODE,
        severity=severity_word("orange", language),
        title="Garonne : vigilance orange – Toulouse Pont-Neuf",
        message=_MESSAGE,
        since=short_local(_AT),
        since_long=WORDS[language].long(_AT, PARIS),
        waited="10 min",
        by=by,
        comment=comment,
        note="",
    )


def _opted_out(language: Language) -> Facts:
    moment = WORDS[language].long(_AT, PARIS)
    return OptOutFacts(person="Camille Roux, cadre d'astreinte", teams=("GEMAPI : astreinte",), moment=moment)


def _refused(problem: str) -> Callable[[Language], Facts]:
    return lambda language: FilesRefusedFacts(problems=(problem,), more=2, moment=WORDS[language].long(_AT, PARIS))


def _hand_over(language: Language) -> Facts:
    words = WORDS[language]
    return HandOverFacts(
        schedule="GEMAPI : astreinte",
        moment=words.long(_AT, PARIS),
        since=short_local(_AT - timedelta(days=7)),
        incoming=True,
        until=words.long(_AT + timedelta(days=7), PARIS),
        before="Idir Benali, technicien d'astreinte GEMAPI",
        after="Camille Roux, cadre d'astreinte GEMAPI",
        open_incidents=(words.opened.format(_CODE, "Garonne : vigilance orange", short_local(_AT)),),
        happened=(f"2 {words.happened['opened']}", f"14 {words.happened['sent']}"),
        silences=("Travaux sur la station",),
    )


def _gaps(language: Language) -> Facts:
    words = WORDS[language]
    stretch = words.gap.format(words.long(_AT, PARIS), words.long(_AT + timedelta(hours=12), PARIS))
    return GapFacts(schedule="GEMAPI : astreinte", gaps=(stretch,), urgent=True, note="")


def _folded(language: Language) -> Facts:
    return FoldedFacts(
        count=2,
        moment=WORDS[language].long(_AT, PARIS),
        firing=(f"{short_local(_AT)} [orange] Garonne : vigilance orange – Toulouse ({_CODE})",),
        over=(f"{short_local(_AT)} Colonnes à collecter",),
        codes=(_CODE,),
        note="",
    )


def _more_follow(_language: Language) -> Facts:
    return MoreFollowFacts(open=3, moment=short_local(_AT), by_mail=True)


def _budget(share: int) -> Callable[[Language], Facts]:
    return lambda language: BudgetFacts(
        directorate="gemapi",
        month=WORDS[language].month("2022-01"),
        spent=WORDS[language].euros(share / 2),
        budget=WORDS[language].euros(50),
        share=share,
        note="",
    )


_SAMPLES: Final[Mapping[Kind, Callable[[Language], Facts]]] = {
    Kind.FIRE: _alert_facts(_alert()),
    Kind.WORSEN: _alert_facts(_alert(was="yellow", hours=1)),
    Kind.EASE: _alert_facts(_alert(was="red", hours=1)),
    Kind.RESOLVE: _alert_facts(_alert(AlertStatus.RESOLVED, hours=9)),
    Kind.DIGEST: _digest,
    Kind.OVERRIDE_USED_UP: _override(OverrideState.USED_UP),
    Kind.OVERRIDE_GRANTED_AGAIN: _override(OverrideState.GRANTED_AGAIN),
    Kind.OVERRIDE_CUT: _override(OverrideState.CUT),
    Kind.MOVED: _moved,
    Kind.ESCALATION: _incident(),
    Kind.REMINDER: _incident("Camille Roux, cadre d'astreinte"),
    Kind.ACKNOWLEDGED: _incident("Camille Roux, cadre d'astreinte", "Je pars sur place."),
    Kind.UNACKNOWLEDGED: _incident("Camille Roux, cadre d'astreinte"),
    Kind.OPTED_OUT: _opted_out,
    Kind.PEOPLE_REFUSED: _refused("teams.yaml:12:5 no person 'camile' (did you mean 'camille'?)"),
    Kind.LIGHTING_REFUSED: _refused("calendars.yaml:31:7 no calendar 'voirie' (did you mean 'voiries'?)"),
    Kind.HAND_OVER: _hand_over,
    Kind.ON_CALL_GAPS: _gaps,
    Kind.UPDATE: _alert_facts(_alert()),
    Kind.SILENCE_ENDS: _silence,
    Kind.FOLDED_DIGEST: _folded,
    Kind.MORE_FOLLOW: _more_follow,
    Kind.BUDGET_WARNING: _budget(80),
    Kind.BUDGET_SPENT: _budget(100),
}
