"""Every message in both languages; wording, lengths and parts of the specification, 11.2 and 11.3."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import product

import pytest

from belsendi.contracts.states import CaseState, Outcome
from belsendi.dialogue import MessageCatalogue, MessageClass, QuestionKind, understand
from belsendi.dialogue.message_entries import SPOKEN, FieldKind
from belsendi.errors import InvalidInput
from belsendi.law import load_services

DAY = date(2025, 3, 11)
DUE = date(2025, 3, 12)

# id, fields, kk length/parts, ru length/parts: the specification's table with its sample values. Its M-08 is
# counted with the cause CK1 (21 and 17 characters), which only M-06 may name; here G2 (22 and 26) stands in.
SPECIFIED = [
    ("M-01-BUR", {"a4": "0100"}, (130, 2), (138, 3)),
    ("M-02", {}, (45, 1), (50, 1)),
    ("M-03", {"n": 2}, (60, 1), (67, 1)),
    ("M-04", {"a4": "0100"}, (26, 1), (30, 1)),
    ("M-05-BUR", {"reg": "0000123", "d": DAY, "due": DUE}, (95, 2), (83, 2)),
    ("M-06-BUR", {"reason": "CK1"}, (91, 2), (91, 2)),
    ("M-07-BUR", {"no": "00123", "d": DAY, "a4": "0100"}, (83, 2), (89, 2)),
    ("M-08-BUR", {"reason": "G2", "no": "00123", "d": DAY}, (147 - 21 + 22, 3), (150 - 17 + 26, 3)),
    ("M-01-DIS", {"a4": "0100"}, (127, 2), (125, 2)),
    ("M-01-SUR", {"a4": "0100"}, (145, 3), (136, 3)),
    ("M-04-AH", {"d": DAY}, (66, 1), (74, 2)),
    ("M-05-DIS", {"reg": "0000123", "d": DAY, "due": DUE}, (95, 2), (86, 2)),
    ("M-05-7D", {"reg": "0000123", "d": DAY, "due": DUE}, (57, 1), (65, 1)),
    ("M-06-DIS", {"reason": "DK1"}, (91, 2), (93, 2)),
    ("M-07-DIS", {"frm": DAY, "no": "00123", "d": DAY, "a4": "0100"}, (106, 2), (89, 2)),
    ("M-07-SUR", {"frm": DAY, "no": "00123", "d": DAY, "a4": "0100"}, (124, 2), (100, 2)),
    ("M-08-DIS", {"reason": "G2", "no": "00123", "d": DAY}, (183 - 21 + 22, 3), (182 - 17 + 26, 3)),
    ("M-08-SUR", {"reason": "G2", "no": "00123", "d": DAY}, (201 - 21 + 22, 4), (193 - 17 + 26, 4)),
    ("M-09", {"reg": "0000123", "d": DAY}, (61, 1), (63, 1)),
    ("M-15", {"yr": "2025/2026"}, (62, 1), (69, 1)),
    ("M-16", {}, (61, 1), (74, 2)),
    ("M-19", {"exp": DUE}, (67, 1), (59, 1)),
    ("M-20", {}, (95, 2), (88, 2)),
    ("M-21", {}, (94, 2), (83, 2)),
    ("M-22", {}, (60, 1), (66, 1)),
    ("M-23", {"due": DUE}, (65, 1), (63, 1)),
]
SERVICES = ("BUR", "DIS", "SUR")
LAW = {"M-05-BUR", "M-05-DIS", "M-06-BUR", "M-06-DIS", "M-09", "M-10", "M-12", "M-07-DIS-ONE"}
LAW |= {f"{kind}-{service}" for kind in ("M-07", "M-08", "HEARING") for service in SERVICES}
OPTIONAL = {"M-15", "M-16", "M-19", "M-19-NA", "M-20", "M-23"}
OPTIONAL |= {f"M-01-{service}{known}" for service in SERVICES for known in ("", "-NA")}
OPTIONAL |= {"DOCUMENTS-REMINDER", "DOCUMENTS-REMINDER-ND", "DOCUMENTS-NOT-BROUGHT"}


def _spoken(catalogue: MessageCatalogue, kind: FieldKind, causes: list[str], language: str) -> list[str]:
    return {
        FieldKind.CAUSE: [catalogue.cause(code, language) for code in causes],
        FieldKind.STATE: [catalogue.state_words(state, language) for state in CaseState],
        FieldKind.OUTCOME: [catalogue.outcome_words(outcome, language) for outcome in Outcome],
        FieldKind.SERVICE: [catalogue.service_name(service, language) for service in SERVICES],
        FieldKind.DOCUMENTS: [
            catalogue.document_names(codes, language)
            for codes in (["labour_book"], ["kinship_record", "study_certificate"], ["other"] * 5)
        ],
        FieldKind.BENEFITS: [
            catalogue.benefit_names(codes, language)
            for codes in (["CHILD_RAISING"], ["DISABILITY_SPECIAL", "CARE_SINCE_CHILDHOOD"])
        ],
    }[kind]


def _all_renderings(catalogue: MessageCatalogue) -> list[tuple[str, str, str, int]]:
    renderings = []
    for message_id, language in product(catalogue.ids(), ("kk", "ru")):
        entry = catalogue.entry(message_id)
        spoken = {name: kind for name, kind in entry.fields.items() if kind in SPOKEN}
        choices = [_spoken(catalogue, kind, entry.causes, language) for kind in spoken.values()]
        for words in product(*choices):
            fields = {**entry.sample, **dict(zip(spoken, words, strict=True))}
            message = catalogue.render(message_id, language, **fields)
            renderings.append((message_id, language, message.text, message.parts.parts))
    return renderings


@pytest.mark.parametrize(("message_id", "fields", "kk", "ru"), SPECIFIED)
def test_lengths_and_parts_are_those_of_the_specification(
    catalogue: MessageCatalogue,
    message_id: str,
    fields: dict[str, object],
    kk: tuple[int, int],
    ru: tuple[int, int],
) -> None:
    for language, expected in (("kk", kk), ("ru", ru)):
        filled = dict(fields)
        if "reason" in fields:
            filled["reason"] = catalogue.cause(str(fields["reason"]), language)
        message = catalogue.render(message_id, language, **filled)
        assert (len(message.text), message.parts.parts) == expected
        assert message.parts.encoding == "UCS-2"


def test_the_offer_reads_as_the_specification_words_it(catalogue: MessageCatalogue) -> None:
    assert catalogue.render("M-01-BUR", "kk", a4="1234").text == (
        "Жерлеуге арналған біржолғы төлем (проактивті қызмет). "
        "1 – қызметке, деректерге келісім, шот *1234; 2 – келісім, басқа шот; 0 – жоқ"
    )
    assert catalogue.render("M-01-BUR", "ru", a4="1234").text == (
        "Единовременная выплата на погребение (проактивная услуга). "
        "1 – согласие на услугу и данные, счёт *1234; 2 – согласие, счёт другой; 0 – нет"
    )


@pytest.mark.parametrize("service", SERVICES)
def test_the_offer_without_an_account_asks_only_for_one_or_zero(
    catalogue: MessageCatalogue, service: str
) -> None:
    """AC-B13, AC-S27: no account is known, the account is asked for afterwards."""
    for language in ("kk", "ru"):
        text = catalogue.render(catalogue.offer(service, False), language).text
        assert re.findall(r"\b(\d) –", text) == ["1", "0"]
        assert "*" not in text


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_offers_reminders_and_repeated_questions_name_only_replies_the_grammar_takes(
    catalogue: MessageCatalogue, language: str, service: str
) -> None:
    options = {QuestionKind.OFFER_WITH_ACCOUNT: {"1", "2", "0"}, QuestionKind.OFFER_NO_ACCOUNT: {"1", "0"}}
    for question, expected in options.items():
        known = question is QuestionKind.OFFER_WITH_ACCOUNT
        ids = (catalogue.offer(service, known), catalogue.reminder(known), catalogue.ask_again(question))
        for message_id in ids:
            entry = catalogue.entry(message_id)
            text = catalogue.render(message_id, language, **entry.sample).text
            named = set(re.findall(r"\b(\d)(?= –|, \d|\)|,)", re.sub(r"\d\d\.\d\d\.\d{4}|\*\d{4}", "", text)))
            assert entry.opens is question
            assert named == expected
            assert all(understand(reply, question).meaning != "UNCLEAR" for reply in named)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_command_words_named_in_messages_are_understood(catalogue: MessageCatalogue, language: str) -> None:
    for message_id, spoken_in, text, _ in _all_renderings(catalogue):
        for word in re.findall(r"\b[А-ЯӘҒҚҢӨҰҮҺІ]{3,}(?: [А-ЯӘҒҚҢӨҰҮҺІ]{3,})*\b", text):
            if spoken_in == language and word not in {"ЖСН", "ИИН", "ЭЦҚ", "ЭЦП"}:
                assert understand(word, None).meaning != "UNCLEAR", (message_id, word)


def test_no_message_links_asks_for_money_or_codes_or_shows_an_identifier(catalogue: MessageCatalogue) -> None:
    """AC-C01 (no fee is asked), AC-C03 (no IIN, no full account, no name of the deceased)."""
    renderings = _all_renderings(catalogue)
    assert len(renderings) > 2 * len(catalogue.ids())
    for message_id, _, text, _ in renderings:
        safe = text.replace("Код пен ақша сұралмайды.", "").replace("Коды и деньги не запрашиваем.", "")
        plain = re.sub(r"\b20\d\d/20\d\d\b", "", text)
        assert "http" not in text and "www" not in text and "/" not in plain, message_id
        assert set(re.findall(r"[a-z0-9.-]+\.[a-z]+", text)) <= {"egov.kz"}, message_id
        assert not re.search(r"(?i)\bкод|парол|құпия|ақша|деньг|оплат|төле[ңп]|карт[аыу]\b", safe), message_id
        assert not re.search(r"\d{12}|KZ\d{2}", text), message_id
        assert "\n" not in text and text == text.strip(), message_id


def test_only_messages_of_the_law_and_direct_answers_leave_the_sending_window(
    catalogue: MessageCatalogue,
) -> None:
    """SIL-23: optional messages keep to the window; the law's own and requested ones do not wait."""
    by_class = {kind: set[str]() for kind in MessageClass}
    for message_id in catalogue.ids():
        by_class[catalogue.entry(message_id).message_class].add(message_id)
    assert by_class[MessageClass.LAW] == LAW
    assert by_class[MessageClass.OPTIONAL] == OPTIONAL


@pytest.mark.parametrize("question", list(QuestionKind))
def test_every_question_can_be_asked_again(catalogue: MessageCatalogue, question: QuestionKind) -> None:
    entry = catalogue.entry(catalogue.ask_again(question))
    assert (entry.opens, entry.message_class) == (question, MessageClass.REQUESTED)


def test_asking_again_repeats_what_is_consented_to(catalogue: MessageCatalogue) -> None:
    """4.2: one reply records both consents only if the message it answers says so."""
    assert "қызметке, деректерге келісім" in catalogue.render("ASK-AGAIN-OFFER", "kk", a4="0100").text
    assert "согласие на услугу и данные" in catalogue.render("ASK-AGAIN-OFFER-NA", "ru").text


@pytest.mark.parametrize(
    ("code", "kk", "ru"),
    [
        ("CK1", "мәліметтер толық емес", "сведения неполные"),
        ("CK2", "төлем тағайындалған", "выплата уже назначена"),
        ("CK3", "өтініш бұрын берілген", "заявление уже подано"),
        (
            "CK4",
            "қайтыс болған адам зейнетақы не жәрдемақы алушы болмаған",
            "умерший не был получателем пенсии или пособия",
        ),
        ("CK5", "үш жыл мерзім өткен", "истекли три года"),
        ("G1", "құжат немесе дерек дұрыс емес", "недостоверные документы или данные"),
        ("G2", "талаптарға сәйкес емес", "несоответствие требованиям"),
        (
            "G3",
            "дербес деректерге қол жеткізуге келісім жоқ",
            "нет согласия на доступ к персональным данным",
        ),
    ],
)
def test_causes_are_worded_as_specified(catalogue: MessageCatalogue, code: str, kk: str, ru: str) -> None:
    assert (catalogue.cause(code, "kk"), catalogue.cause(code, "ru")) == (kk, ru)


def test_a_version_names_the_wording_and_does_not_depend_on_what_is_filled_in(
    catalogue: MessageCatalogue,
) -> None:
    one, other = (catalogue.render("M-04", "kk", a4=last4) for last4 in ("0100", "ABCD"))
    assert one.version == other.version == catalogue.version("M-04", "kk")
    assert re.fullmatch(r"[0-9a-f]{16}", one.version)
    assert len({catalogue.version(i, n) for i in catalogue.ids() for n in ("kk", "ru")}) == 2 * len(
        catalogue.ids()
    )


def test_repr_of_a_rendered_message_hides_the_words(catalogue: MessageCatalogue) -> None:
    assert "шот" not in repr(catalogue.render("M-04", "kk", a4="0100"))


@pytest.mark.parametrize(
    ("message_id", "language", "fields"),
    [
        ("M-99", "kk", {}),
        ("M-02", "en", {}),
        ("M-04", "kk", {}),
        ("M-04", "kk", {"a4": "0100", "name": "x"}),
        ("M-04", "kk", {"a4": "KZ86125KZT5004100100"}),
        ("M-04", "kk", {"a4": "01"}),
        ("M-03", "kk", {"n": -1}),
        ("M-03", "kk", {"n": True}),
        ("M-23", "kk", {"due": datetime(2025, 3, 12, 18, 59, tzinfo=UTC)}),
        ("M-23", "kk", {"due": "12.03.2025"}),
        ("M-06-BUR", "kk", {"reason": "сведения неполные"}),
        ("M-06-BUR", "kk", {"reason": "талаптарға сәйкес емес"}),
        ("M-06-BUR", "ru", {"reason": "CK1"}),
        ("M-07-BUR", "kk", {"no": "800101300123", "d": DAY, "a4": "0100"}),
        ("M-07-BUR", "kk", {"no": "egov.kz/pay", "d": DAY, "a4": "0100"}),
        ("M-07-BUR", "kk", {"no": "", "d": DAY, "a4": "0100"}),
    ],
)
def test_a_wrong_field_is_refused_without_repeating_its_value(
    catalogue: MessageCatalogue, message_id: str, language: str, fields: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        catalogue.render(message_id, language, **fields)
    shown = str(refusal.value)
    assert not any(isinstance(value, str) and len(value) > 4 and value in shown for value in fields.values())


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_survivor_refusal_speaks_its_own_row(catalogue: MessageCatalogue, language: str) -> None:
    """AC-S28, INC-25: the short cause follows дәйексіздігін, the other services дұрыс еместігін."""
    own = catalogue.cause("G1", language, "SUR")
    fields = {"no": "2025-SUR-000123", "d": DAY}
    assert own in catalogue.render("M-08-SUR", language, reason=own, **fields).text
    assert (
        catalogue.cause("G1", "kk", "DIS")
        == catalogue.cause("G1", "kk")
        != catalogue.cause("G1", "kk", "SUR")
    )
    assert catalogue.cause("G2", "kk", "SUR") == catalogue.cause("G2", "kk")


@pytest.mark.parametrize("service", ["DIS", "SUR"])
def test_a_refusal_of_a_benefit_names_both_rights(catalogue: MessageCatalogue, service: str) -> None:
    """AC-D35: to apply again, and to complain (D-r34, S-r34); the burial payment does not yet (SIL-37)."""
    text = catalogue.render(
        f"M-08-{service}", "kk", reason=catalogue.cause("G2", "kk"), no="2025-DIS-000123", d=DAY
    ).text
    assert "қайта жүгіне аласыз" in text
    assert "шағымдануға құқылысыз" in text
    burial = catalogue.render(
        "M-08-BUR", "kk", reason=catalogue.cause("G2", "kk"), no="2025-BUR-000123", d=DAY
    )
    assert "шағым" not in burial.text


def test_an_additional_document_is_named_and_the_rest_counted(catalogue: MessageCatalogue) -> None:
    """M-12 (D-t3, S-t3)."""
    names = catalogue.document_names(["labour_book", "kinship_record", "guardianship", "other"], "kk")
    assert names == "еңбек кітапшасы; туыстықты растайтын құжат және тағы 2"
    assert names in catalogue.render("M-12", "kk", docs=names, due=DUE).text
    assert catalogue.document_names(["labour_book"], "ru") == "трудовая книжка"
    with pytest.raises(InvalidInput, match=r"documents\.yaml"):
        catalogue.document_names(["passport_of_a_cat"], "kk")


@pytest.mark.parametrize("docs", ["кез келген мәтін", "трудовая книжка", "еңбек кітапшасы; бірдеңе", ""])
def test_a_document_must_be_one_of_the_list_in_the_language_of_the_message(
    catalogue: MessageCatalogue, docs: str
) -> None:
    with pytest.raises(InvalidInput, match="docs"):
        catalogue.render("M-12", "kk", docs=docs, due=DUE)


@pytest.mark.parametrize("year", ["2025", "25/26", "2025-2026", "80010130/0123"])
def test_an_academic_year_is_written_as_in_the_form(catalogue: MessageCatalogue, year: str) -> None:
    with pytest.raises(InvalidInput, match="yr"):
        catalogue.render("M-15", "kk", yr=year)


def test_every_datum_that_may_be_missing_has_a_short_name(catalogue: MessageCatalogue) -> None:
    """COM-06: what the systems do not have can be asked for by its name."""
    replaced = {"school_record", "higher_education_record", "entrepreneur_registration", "pension_transfers"}
    for entry in load_services().values():
        for item in entry.needed_data:
            if item.datum not in replaced | {"deceased_status"}:
                assert catalogue.document_names([item.datum], "kk"), item.datum


def test_every_message_a_service_names_exists(catalogue: MessageCatalogue) -> None:
    for entry in load_services().values():
        for purpose, message_id in entry.messages.items():
            assert catalogue.entry(message_id).service in (None, entry.code), (entry.code, purpose)
        assert set(catalogue.entry(entry.messages["offer"]).fields) == {"a4"}
        assert catalogue.consent_version(entry.code, "kk") != catalogue.consent_version(entry.code, "ru")
