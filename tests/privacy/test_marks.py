"""Every field that holds personal data names its item of the catalogue: in models, in answers, in tables."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sqlalchemy import Column, LargeBinary

from belsendi.contracts.personal_data import IinText, PersonalData
from belsendi.records.models import Base
from belsendi.registries import answers
from tests.privacy.fields import Field, fields_of

PACKAGES = ("belsendi", "api", "bot", "sms", "workflows")
ITEM = re.compile(r"(pd\.(0[1-9]|1\d|2\d)|svc\.[a-z_]+|tech\.[a-z_]+)")
SUSPICIOUS = re.compile(
    r"iin|name|patronymic|number|phone|sender|iban|account|words|text|birth|death|died|address|token"
    r"|passphrase|signer|act_no|certificate|body|fact|reply$|answer$|cms$|raw$|canonical|legal_date"
)
NOT_OF_A_PERSON = {
    "belsendi.casework.bench.Bench.automatic_passphrase": "the office's own secret, never shown (repr=False)",
    "belsendi.casework.views.TaskRow.facts": "codes, as in the table",
    "belsendi.casework.profile.Operator.name_kk": "an office",
    "belsendi.casework.profile.Operator.name_ru": "an office",
    "belsendi.dialogue.consent_text.ConsentText.text": "what everybody is asked to agree to",
    "belsendi.dialogue.grammar_data.Form.text": "a form of the grammar",
    "belsendi.dialogue.grammar_data.GrammarFile.account_leads": "forms of the grammar",
    "belsendi.dialogue.grammar_data.GrammarFile.death_stems": "forms of the grammar",
    "belsendi.dialogue.grammar_data.LanguageMarks.words": "forms of the grammar",
    "belsendi.dialogue.message_entries.MessageCatalogueFile.portal_names": "names of a portal",
    "belsendi.intake.feed.Feed.name": "the name of a feed",
    "belsendi.law.catalogue.Service.name_citation": "a paragraph of an order",
    "belsendi.law.parameters.Parameter.name": "the name of a legal value",
    "belsendi.law.product_defaults.ProductDefaults.home_visit_number": "the number of an office",
    "belsendi.registries.answers.standing.LegalEntity.certificate_no": "the registration of a legal entity",
    "belsendi.registries.answers.standing.LegalEntity.name_kk": "a legal entity",
    "belsendi.registries.answers.standing.LegalEntity.name_ru": "a legal entity",
    "belsendi.registries.settings.RegistrySettings.gateway_certificate": "the gateway's certificate",
    "belsendi.registries.settings.RegistrySettings.signing_certificate": "the office's certificate",
    "belsendi.registries.signature.authority.LocalNames.body": "an office",
    "belsendi.registries.signature.port.Signature.certificate_serial": "the officer's certificate",
    "belsendi.registries.signature.port.Verification.certificate_serial": "the officer's certificate",
    "belsendi.registries.signature.verification._Parsed.digest_name": "an algorithm",
    "belsendi.settings.Settings.phones_url": "a page of the simulators",
    "belsendi.settings.Settings.scanner_address": "a server",
    "belsendi.settings.Settings.smpp_source_address": "the office's short code",
    "belsendi.settings.Settings.temporal_address": "a server",
    "belsendi.settings.Settings.temporal_namespace": "a name within a server",
    "sms.smpp.settings.SmppSettings.source_address": "the office's short code",
    "workflows.activities.registering.JournalLine.facts": "the codes of case_steps.facts",
    "api.v1.case_models.Step.facts": "the codes of case_steps.facts, once more narrowed",
    "api.v1.preconditions.Claim.answer": "ids of our own",
    "api.v1.home_visits.VisitTaken.number_shown": "the number of an office",
    "api.v1.case_models.DecisionBody.number": "a running number of the office",
}
ANSWERED_WITHOUT_A_PERSON = {
    "IssuedToken.expires_at",
    "DeathNotice.cursor",
    "DeathFeed.last",
    "BurialAssigned.assigned",
    "AccountOwner.belongs",
    "RegisteredApplication.registration_no",
    "RegisteredApplication.state",
    "OrderPlaced.order_ref",
    "BenefitAssigned.assigned",
    "BreadwinnerFeed.last",
    "BreadwinnerNotice.cursor",
    "DisabilityFeed.last",
    "DisabilityNotice.cursor",
    "DocumentConsent.consent_ref",
    "LegalEntity.active",
    "LegalEntity.certificate_no",
    "LegalEntity.name_kk",
    "LegalEntity.name_ru",
    "LegalEntity.registered_on",
}
CLEAR_COLUMNS = {
    "decisions.number": "a running number of the office",
    "counters.name": "the name of a series",
    "case_steps.facts": "codes and dates without personal data, searched in test_no_traces",
    "tasks.facts": "codes without personal data, searched in test_no_traces",
    "decisions.facts_digest": "a hash",
    "persons.iin_index": "a blind index",
    "request_keys.answer": "ids of our own",
    "receipts.raw": "kept without the letters of the message it may quote",
    "phone_numbers.number_index": "a blind index",
    "document_signatures.certificate_serial": "the officer's certificate, not a citizen",
}


def suspicious(field: Field) -> bool:
    """Named like personal data, and holding text or a day itself. References and instants are not meant."""
    reference = field.name.endswith(("_id", "_ids", "_at", "_version", "_reference"))
    return bool(SUSPICIOUS.search(field.name)) and field.holds_text and not reference


def test_every_field_of_personal_data_names_its_item() -> None:
    unmarked = [
        field.path
        for field in fields_of(*PACKAGES)
        if suspicious(field) and not field.items and field.path not in NOT_OF_A_PERSON
    ]
    assert unmarked == []


def test_the_exemptions_are_still_needed() -> None:
    paths = {field.path for field in fields_of(*PACKAGES)}
    assert set(NOT_OF_A_PERSON) <= paths


def test_an_unmarked_field_would_be_noticed() -> None:
    @dataclass
    class Careless:
        iin: str
        deceased_name: str | None
        death_date: date | None
        numbers: tuple[str, ...]
        marked: IinText
        iins: list[IinText]
        account_id: str
        account_known: bool
        born_on: Annotated[date | None, PersonalData("pd.04")]

    hints = typing.get_type_hints(Careless, globals(), include_extras=True)
    fields = [Field(Careless, name, hint) for name, hint in hints.items()]
    noticed = [field.name for field in fields if suspicious(field) and not field.items]
    assert noticed == ["iin", "deceased_name", "death_date", "numbers"]
    assert [field.items for field in fields if field.items] == [{"pd.02"}, {"pd.02"}, {"pd.04"}]


def test_every_answer_of_a_registry_is_marked_field_by_field() -> None:
    """Nothing new slips in unmarked: a field is marked, made of marked models, or on the list above."""
    bare = {
        f"{field.owner.__name__}.{field.name}"
        for field in fields_of("belsendi.registries.answers")
        if not field.items and not _is_made_of_answers(field)
    }
    assert bare == ANSWERED_WITHOUT_A_PERSON


def _is_made_of_answers(field: Field) -> bool:
    names = {name for name, value in vars(answers).items() if isinstance(value, type)}
    return not field.holds_text and any(re.search(rf"\b{name}\b", repr(field.hint)) for name in names)


def test_marks_name_items_of_the_catalogue() -> None:
    marks = {item for field in fields_of("belsendi") for item in field.items}
    marks |= {column.info[key] for column in columns() for key in column.info}
    assert marks and [item for item in sorted(marks) if not ITEM.fullmatch(item)] == []


def columns() -> Iterator[Column[object]]:
    for table in Base.metadata.sorted_tables:
        yield from table.columns


def test_sealed_columns_are_marked_and_marked_columns_are_sealed() -> None:
    sealed = {str(column) for column in columns() if isinstance(column.type, LargeBinary)}
    marked = {str(column) for column in columns() if "personal_data" in column.info}
    assert len(sealed) > 10
    assert sealed == marked


def test_blind_indexes_say_what_they_are_an_index_of() -> None:
    blind = {
        str(column): column.info["blind_index_of"] for column in columns() if "blind_index_of" in column.info
    }
    assert {str(column) for column in columns() if column.name.endswith("_index")} == set(blind)
    assert (blind["persons.iin_index"], blind["phone_numbers.number_index"]) == ("pd.02", "pd.10")


def test_no_clear_column_is_named_like_personal_data() -> None:
    named = {
        str(column)
        for column in columns()
        if not isinstance(column.type, LargeBinary)
        and SUSPICIOUS.search(column.name)
        and not column.name.endswith(("_id", "_at", "_version"))
        and column.type.python_type not in (bool, int)
    }
    assert named == set(CLEAR_COLUMNS)


def test_models_of_histories_hold_no_personal_data_at_all() -> None:
    fields = fields_of("belsendi.contracts.case", "belsendi.contracts.side_work")
    marked = [field.path for field in fields if field.items]
    named = [field.path for field in fields if suspicious(field)]
    assert (marked, named) == ([], [])
