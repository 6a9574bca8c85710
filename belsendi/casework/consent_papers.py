"""The consent receipt: the eight items of the consent text (law 94-V, art. 8) and how consent was given."""

from __future__ import annotations

from datetime import date

from belsendi.casework.acts import Act
from belsendi.casework.bench import Bench
from belsendi.casework.identity import CaseIdentity
from belsendi.dialogue import ConsentText
from belsendi.documents import Bilingual, ConsentKind, ConsentReceipt, render_document
from belsendi.errors import NotFound
from belsendi.law import legal_day, service
from belsendi.records.models import Consent, InboundMessage, OutboundMessage, PhoneNumber

_THIRD_PARTIES = {
    "kk": "төлемді жүзеге асыру үшін Мемлекеттік корпорацияға",
    "ru": "Государственной корпорации для осуществления выплаты",
}
_WITHDRAWAL_CONTACT = "1414"


def _full_texts(bench: Bench, identity: CaseIdentity, name: str, given_on: date) -> dict[str, ConsentText]:
    """The full text that the short message stands for, in both languages: what was agreed to (law 94-V, art. 8)."""
    operator, days = bench.profile.operator, bench.profile.consent_valid_days
    names = {"kk": operator.name_kk, "ru": operator.name_ru}
    terms = {
        "kk": f"{given_on:%d.%m.%Y} күнінен бастап {days} күн",
        "ru": f"{days} дней с {given_on:%d.%m.%Y}",
    }
    return {
        language: bench.speaker.catalogue.consent_text(
            identity.case.service,
            language,
            operator_name=names[language],
            operator_bin=operator.bin,
            subject_name=name,
            term=terms[language],
            third_parties=_THIRD_PARTIES[language],
            withdrawal_contact=_WITHDRAWAL_CONTACT,
        )
        for language in ("kk", "ru")
    }


async def consent_receipt(act: Act, bench: Bench, identity: CaseIdentity, name: str) -> ConsentReceipt:
    """Fills the receipt from the stored consent and its messages. Raises NotFound without a consent by message."""
    consent = identity.consent
    if (
        consent is None
        or consent.words is None
        or consent.question_message_id is None
        or consent.reply_inbound_id is None
    ):
        raise NotFound("this case has no consent by message to make a receipt of")
    question = await act.session.get_one(OutboundMessage, consent.question_message_id)
    inbound = await act.session.get_one(InboundMessage, consent.reply_inbound_id)
    number = await act.session.get_one(PhoneNumber, inbound.number_id)
    texts = _full_texts(bench, identity, name, legal_day(consent.given_at))
    entry = service(act.case.service)
    operator = bench.profile.operator

    def item(which: int) -> Bilingual:
        return Bilingual(kk=texts["kk"].item(which), ru=texts["ru"].item(which))

    return ConsentReceipt(
        case_reference=act.case.reference,
        provider=Bilingual(kk=entry.provider.kk, ru=entry.provider.ru),
        service=entry.code,
        issued_at=act.now,
        demonstration=bench.profile.demonstration,
        consent_reference=consent.id,
        consents=tuple(ConsentKind(kind) for kind in consent.kinds),
        operator_name=Bilingual(kk=operator.name_kk, ru=operator.name_ru),
        operator_bin=operator.bin,
        subject_name=name,
        validity=item(3),
        third_parties=item(4),
        cross_border=item(5),
        public_sources=item(6),
        data_collected=(item(7),),
        other_information=item(8),
        message_template=consent.template,
        template_version=f"{consent.template_version} / {consent.full_text_version}",
        language="ru" if consent.language == "ru" else "kk",
        message_text=await bench.outbox.text(question),
        message_ids=(question.id,),
        reply_id=inbound.id,
        reply_words=await bench.records.vault.open(consent.words, f"consents.words/{consent.id}"),
        replied_at=consent.given_at,
        mobile_number=await bench.people.digits(number),
    )


async def keep_consent_receipt(act: Act, bench: Bench, identity: CaseIdentity, name: str) -> None:
    """Makes the receipt once the person's name is known, and ties the consent to it (law 94-V, art. 8).

    A consent that came with an application stands in the application itself.
    """
    if identity.consent is None or identity.consent.words is None:
        return
    receipt = await consent_receipt(act, bench, identity, name)
    document = await bench.evidence.keep(
        act.session,
        act.case.id,
        key="consent_receipt",
        kind=receipt.kind.value,
        content=render_document(receipt.kind, receipt),
        now=act.now,
    )
    consent = await act.session.get_one(Consent, identity.consent.id)
    consent.document_id = document.id
