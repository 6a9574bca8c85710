"""The consent receipt: the eight items of art. 8 of law 94-V and the proof of how consent was given."""

from __future__ import annotations

from belsendi.casework.acts import Act
from belsendi.casework.bench import Bench
from belsendi.casework.identity import CaseIdentity
from belsendi.documents import Bilingual, ConsentKind, ConsentReceipt, render_document
from belsendi.errors import NotFound
from belsendi.law import legal_day, service
from belsendi.records.models import Consent, InboundMessage, OutboundMessage, PhoneNumber

_THIRD_PARTIES = Bilingual(
    kk="төлемді жүзеге асыру үшін Мемлекеттік корпорацияға ғана беріледі",
    ru="передаются только Государственной корпорации для осуществления выплаты",
)
_CROSS_BORDER = Bilingual(
    kk="Қазақстан Республикасының шегінен тыс берілмейді", ru="за пределы Республики Казахстан не передаются"
)
_PUBLIC = Bilingual(
    kk="жалпыға қолжетімді көздерде таратылмайды", ru="в общедоступных источниках не распространяются"
)
_OTHER = Bilingual(
    kk="шешімге қол қойылғанға дейін келісімді кері қайтарып алуға болады; қызмет тегін",
    ru="до подписания решения согласие можно отозвать; услуга бесплатна",
)
_COLLECTED = (
    Bilingual(
        kk="тегі, аты, әкесінің аты, ЖСН, жеке басты куәландыратын құжат",
        ru="фамилия, имя, отчество, ИИН, удостоверение личности",
    ),
    Bilingual(kk="ұялы байланыстың абоненттік нөмірі", ru="абонентский номер сотовой связи"),
    Bilingual(kk="банктік шоттың нөмірі", ru="номер банковского счёта"),
    Bilingual(kk="қайтыс болу туралы акт жазбасының деректері", ru="сведения актовой записи о смерти"),
    Bilingual(
        kk="қайтыс болған адамның зейнетақы немесе жәрдемақы алушы мәртебесі",
        ru="статус умершего как получателя пенсии или пособия",
    ),
)


async def consent_receipt(act: Act, bench: Bench, identity: CaseIdentity, name: str) -> ConsentReceipt:
    """Fills the receipt from the stored consent and its messages. Raises NotFound without a consent."""
    consent = identity.consent
    if consent is None:
        raise NotFound("this case has no consent to make a receipt of")
    question = await act.session.get_one(OutboundMessage, consent.question_message_id)
    inbound = await act.session.get_one(InboundMessage, consent.reply_inbound_id)
    number = await act.session.get_one(PhoneNumber, inbound.number_id)
    days = bench.profile.consent_valid_days
    given_on = legal_day(consent.given_at)
    entry = service(act.case.service)
    operator = bench.profile.operator
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
        validity=Bilingual(
            kk=f"{given_on:%d.%m.%Y} күнінен бастап {days} күн", ru=f"{days} дней с {given_on:%d.%m.%Y}"
        ),
        third_parties=_THIRD_PARTIES,
        cross_border=_CROSS_BORDER,
        public_sources=_PUBLIC,
        data_collected=_COLLECTED,
        other_information=_OTHER,
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
    """Makes the receipt once the person's name is known, and ties the consent to it (law 94-V, art. 8)."""
    if identity.consent is None:
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
