"""Which event opens cases of which services: the catalogue's events, by the types the doors know."""

from __future__ import annotations

from belsendi.intake.event_data import BREADWINNER_LOST, DISABILITY_ESTABLISHED
from belsendi.law import RecipientType, load_services
from belsendi.law.catalogue_entry import LifeEvent

DEATH_REGISTERED = "kz.belsendi.death-registered.v1"
DECEASED_NAMED = "kz.belsendi.deceased-named.v1"
APPLICATION_RECEIVED = "kz.belsendi.application-received.v1"

_MEANING = {
    DEATH_REGISTERED: LifeEvent.DEATH_REGISTERED,
    DECEASED_NAMED: LifeEvent.DEATH_REGISTERED,
    DISABILITY_ESTABLISHED: LifeEvent.DISABILITY_ESTABLISHED,
    BREADWINNER_LOST: LifeEvent.BREADWINNER_LOST,
}
_SUBJECT = {
    LifeEvent.DEATH_REGISTERED: "deceased_iin",
    LifeEvent.DISABILITY_ESTABLISHED: "person_iin",
    LifeEvent.BREADWINNER_LOST: "breadwinner_iin",
}


def services_of(event_type: str) -> list[str]:
    """The codes of the services that offer themselves to natural persons after such an event (SIL-03, SIL-24)."""
    meaning = _MEANING[event_type]
    return [
        code
        for code, entry in load_services().items()
        if meaning in entry.events and RecipientType.NATURAL_PERSON in entry.parties.proactive_recipients
    ]


def meaning_of(event_type: str) -> str:
    """What happened, in the words of the catalogue; an application is none of its life events."""
    return "application_received" if event_type == APPLICATION_RECEIVED else _MEANING[event_type].value


def subject_field(event_type: str) -> str:
    """The field of the event's data that holds the IIN of whom the right hangs on."""
    return "subject_iin" if event_type == APPLICATION_RECEIVED else _SUBJECT[_MEANING[event_type]]
