"""Every service of the law has its words before the first case needs them: messages, consent text, causes, name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from belsendi.dialogue.message_words import LANGUAGES
from belsendi.dialogue.messages import MessageCatalogue
from belsendi.errors import ConfigurationError, InvalidInput
from belsendi.law import Path, Service

_ALWAYS = frozenset(
    {
        "offer",
        "offer_without_account",
        "reminder",
        "reminder_without_account",
        "account_request",
        "account_invalid",
        "consent_stored",
        "assigned",
        "refused",
        "hearing",
        "withdrawn",
        "withdrawn_of_application",
        "lapsed",
        "declined",
        "account_not_supplied",
        "delayed",
        "receipt",
        "request_accepted",
        "documents_reminder",
        "documents_reminder_unnamed",
        "documents_not_brought",
    }
)


def refuse_unspoken(
    catalogue: MessageCatalogue, services: Mapping[str, Service], documents: Mapping[str, Sequence[str]]
) -> None:
    """Raises ConfigurationError naming the first thing that a service would have no words for.

    ``documents`` are the codes that a caseworker may ask for, by service (COM-06).
    """
    for code, entry in services.items():
        for lacking in _lacking(catalogue, entry, documents[code]):
            raise ConfigurationError(f"service {entry.code} has no words for {lacking}")


def _purposes(entry: Service) -> frozenset[str]:
    """What a case of this service may come to say."""
    automatic = entry.path is Path.P1
    casework = not automatic or bool(entry.one_day_causes) or set(entry.channels) > entry.automatic_channels
    wanted = {
        "accepted": automatic,
        "not_accepted": automatic,
        "registered": casework,
        "document_asked": casework,
        "path_changed": bool(entry.one_day_causes),
        "deferred": bool(entry.clock.after_hours.when),
        "deferred_of_application": bool(entry.clock.after_hours.when),
        "document_needed": entry.clock.extension is not None,
        "assigned_with_others": bool(entry.one_application),
    }
    return _ALWAYS | {purpose for purpose, needed in wanted.items() if needed}


def _lacking(catalogue: MessageCatalogue, entry: Service, documents: Sequence[str]) -> Iterator[str]:
    for purpose in sorted(_purposes(entry)):
        if purpose not in entry.messages:
            yield f"the purpose {purpose}: name a message in services.yaml"
    known = set(catalogue.ids())
    for purpose, message_id in sorted(entry.messages.items()):
        if message_id not in known:
            yield f"{purpose}: message {message_id} stands in no catalogue.yaml"
    codes = [check.code for check in entry.checks] + [ground.code for ground in entry.refusal_grounds]
    for language in LANGUAGES:
        try:
            catalogue.service_name(entry.code, language)
            catalogue.consent_version(entry.code, language)
            for code in codes:
                catalogue.cause(code, language, entry.code)
            catalogue.document_names(documents, language)
        except InvalidInput as error:
            yield f"its cases in {language}: {error}"
