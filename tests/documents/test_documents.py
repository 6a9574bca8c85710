"""Documents are the same bytes for the same facts, whole, escaped, Kazakh first, and honest about defaults."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belsendi.documents import (
    DocumentKind,
    fields_model,
    render_document,
    templates_version,
    with_number_and_date,
)
from belsendi.documents.wording import wording
from belsendi.errors import ConfigurationError, InvalidInput
from belsendi.law import ParameterSet, Path, Trace, TraceStep, defaults_used_by, service, source_words
from tests.documents.paper import Paper
from tests.documents.samples import RECIPIENT, SAMPLES

KINDS = list(DocumentKind)


def page(kind: DocumentKind, **changes: Any) -> Paper:
    return Paper(render_document(kind, SAMPLES[kind] | changes))


@pytest.mark.parametrize("kind", KINDS)
def test_equal_fields_give_equal_bytes(kind: DocumentKind) -> None:
    model = fields_model(kind).model_validate(SAMPLES[kind])
    assert render_document(kind, SAMPLES[kind]) == render_document(kind, model)


@pytest.mark.parametrize("kind", KINDS)
def test_every_statement_stands_in_kazakh_first_and_in_russian(kind: DocumentKind) -> None:
    read = page(kind)
    title = [part for part in read.parts if "H1" in (part.kind, *part.path)]
    assert [part.language for part in title] == ["kk", "ru"]
    languages = [part.language for part in read.parts]
    assert languages.count("ru") >= 10
    assert languages.count("kk") >= languages.count("ru")


@pytest.mark.parametrize("kind", KINDS)
def test_each_missing_field_is_an_error_that_names_it(kind: DocumentKind) -> None:
    required = [n for n, info in fields_model(kind).model_fields.items() if info.is_required()]
    assert len(required) > 5
    for name in required:
        fields = {key: value for key, value in SAMPLES[kind].items() if key != name}
        with pytest.raises(InvalidInput, match=rf"{kind}.*\b{name}\b"):
            render_document(kind, fields)


@pytest.mark.parametrize("kind", KINDS)
def test_an_undeclared_field_is_refused(kind: DocumentKind) -> None:
    with pytest.raises(InvalidInput, match="diagnosis"):
        render_document(kind, SAMPLES[kind] | {"diagnosis": "x"})


@pytest.mark.parametrize("kind", KINDS)
def test_every_given_fact_is_printed(kind: DocumentKind) -> None:
    text = page(kind).text.replace("\u00a0", " ")
    fields = SAMPLES[kind]
    for party in ("applicant", "recipient", "subject"):
        if party in fields:
            assert fields[party]["name"] in text
            assert fields[party]["number"] in text
    references = ("case_reference", "registration_no", "decision_no", "file_id", "consent_reference")
    for name in references:
        if name in fields:
            assert fields[name] in text


def test_fields_of_one_kind_do_not_make_another() -> None:
    acceptance = fields_model(DocumentKind.ACCEPTANCE_NOTICE).model_validate(
        SAMPLES[DocumentKind.ACCEPTANCE_NOTICE]
    )
    with pytest.raises(InvalidInput, match="do not make"):
        render_document(DocumentKind.DECISION_ASSIGN, acceptance)


def test_errors_and_repr_show_no_personal_data() -> None:
    kind = DocumentKind.ACCEPTANCE_NOTICE
    with pytest.raises(InvalidInput) as caught:
        render_document(kind, SAMPLES[kind] | {"applicant": RECIPIENT | {"number": "85010140012X"}})
    assert "85010140012X" not in str(caught.value)
    assert "applicant.number" in str(caught.value)
    model = fields_model(kind).model_validate(SAMPLES[kind])
    assert RECIPIENT["name"] not in f"{model!r} {model}"


@given(text=st.text(min_size=1, max_size=60).filter(lambda t: t.strip()))
@settings(deadline=None, max_examples=25)
def test_whatever_a_citizen_writes_stays_text(text: str) -> None:
    kind = DocumentKind.CONSENT_RECEIPT
    plain = page(kind)
    written = page(kind, reply_words=f"<strong>{text}</strong><p>&amp;")
    assert [part.path for part in written.parts] == [part.path for part in plain.parts]
    (words,) = (part.text for part in written.parts if part.text.startswith("<strong>"))
    assert words.endswith("</strong><p>&amp;")


def test_the_acceptance_notice_bears_the_seal_of_the_authorised_body_and_the_last_day() -> None:
    """M-05-BUR, B-r16: certified by the authorised body's EDS."""
    text = page(DocumentKind.ACCEPTANCE_NOTICE).text
    assert "Уәкілетті органның ЭЦҚ-мен куәландырылған" in text
    assert "12.03.2025" in text
    assert "11.03.2025 10:05:07 (Алматы, UTC+05:00)" in text
    assert "уәкілетті тұлғасының ЭЦҚ" not in text


def test_non_acceptance_lists_all_failures_and_is_no_decision() -> None:
    """10.3(5): NOT_ACCEPTED never has a decision number."""
    text = page(DocumentKind.NON_ACCEPTANCE_NOTICE).text
    assert "өтінімнің қабылданбағаны туралы хабарлама" in text
    assert "CK2" in text and "CK5" in text
    assert "не является решением об отказе" in text
    with pytest.raises(InvalidInput, match="decision_no"):
        page(DocumentKind.NON_ACCEPTANCE_NOTICE, decision_no="D-1")


def test_non_acceptance_speaks_of_a_seal_only_where_the_office_sets_one() -> None:
    """B-r16 ¶2 demands no EDS here; a notice must not claim one that it does not bear."""
    kind = DocumentKind.NON_ACCEPTANCE_NOTICE
    assert "ЭЦҚ" not in page(kind).text
    assert "Уәкілетті органның ЭЦҚ-мен куәландырылған" in page(kind, sealed=True).text


@pytest.mark.parametrize("failed", [[], ["CK9"]])
def test_non_acceptance_needs_a_parameter_of_the_order(failed: list[str]) -> None:
    with pytest.raises(InvalidInput, match=r"failed|parameter check"):
        page(DocumentKind.NON_ACCEPTANCE_NOTICE, failed=failed)


def test_a_refusal_carries_the_verbatim_ground_and_no_amount() -> None:
    """10.3(6), B-t9: at least one of G1–G3 with the order's text."""
    for code in ("G1", "G2", "G3"):
        text = page(DocumentKind.DECISION_REFUSE, grounds=[code]).text
        others = {"G1", "G2", "G3"} - {code}
        assert service("BUR").ground(code).kk in text
        assert not any(service("BUR").ground(other).kk in text for other in others)
        assert f"B-t9({code[1]})" in text
    assert "теңге" not in text
    assert "Шағымдану" not in text
    with pytest.raises(InvalidInput, match="grounds"):
        page(DocumentKind.DECISION_REFUSE, grounds=[])


def test_a_refusal_is_possible_when_the_death_record_is_what_is_missing() -> None:
    """AC-B21: the data of the death are absent, the decision is a refusal all the same."""
    text = page(DocumentKind.DECISION_REFUSE, subject=None, legal_day=None).text
    assert "Умерший" not in text
    assert "бас тартылсын" in text


def test_an_assignment_needs_the_day_of_the_right_and_the_account() -> None:
    for name in ("legal_day", "account"):
        with pytest.raises(InvalidInput, match=name):
            page(DocumentKind.DECISION_ASSIGN, **{name: None})


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        (Decimal("137620"), "137 620,00 теңге"),
        (Decimal("137620.5"), "137 620,50 теңге"),
        (Decimal("143911.206"), "143 911,206 теңге"),
    ],
)
def test_the_amount_is_printed_exactly_and_called_a_draft(amount: Decimal, printed: str) -> None:
    text = page(DocumentKind.DECISION_ASSIGN, amount=amount).text.replace("\u00a0", " ")
    assert printed in text
    assert "(жоба)" in text
    assert "SIL-20" in text


def test_without_a_confirmed_amount_the_assigning_system_is_named() -> None:
    text = page(DocumentKind.DECISION_ASSIGN, amount=None).text
    assert "определяется назначающей системой" in text
    assert "SIL-20" in text


@pytest.mark.parametrize("kind", [DocumentKind.DECISION_ASSIGN, DocumentKind.DECISION_REFUSE])
def test_a_decision_names_the_authorised_person_and_what_it_rests_on(kind: DocumentKind) -> None:
    text = page(kind).text
    assert "Көрсетілетін қызметті берушінің уәкілетті тұлғасының ЭЦҚ-мен бекітіледі" in text
    for part in ("a1" * 32, "b2" * 32, "11.03.2025", "12.03.2025", "B-r13(5)", "SIL-26", "7-қосымша"):
        assert part in text


@pytest.mark.parametrize("kind", [DocumentKind.DECISION_ASSIGN, DocumentKind.DECISION_REFUSE])
def test_a_draft_has_neither_number_nor_date_until_the_signature_gives_both(kind: DocumentKind) -> None:
    """Transition 22: what is signed is what was read, with the number and the day filled in and nothing else."""
    unsigned = {"decision_no": None, "decision_date": None}
    draft = render_document(kind, SAMPLES[kind] | unsigned)
    waiting = "нөмірі мен күні қол қойылған кезде беріледі"
    assert waiting in Paper(draft).text
    assert "№ D-2025-000017" not in Paper(draft).text
    signed = with_number_and_date(draft, "D-2025-000017", date(2025, 3, 12))
    assert signed.startswith(draft)
    assert signed == with_number_and_date(draft, "D-2025-000017", date(2025, 3, 12))
    assert "№ D-2025-000017, 12.03.2025" in Paper(signed).text
    assert waiting not in Paper(signed).text
    changed = [
        (before.text, after.text)
        for before, after in zip(Paper(draft).parts, Paper(signed).parts, strict=True)
        if before != after
    ]
    assert [after for _, after in changed if after] == ["№ D-2025-000017, 12.03.2025"]
    assert {part.text for part in page(kind).parts} >= {after for _, after in changed if after}
    for name in unsigned:
        with pytest.raises(InvalidInput, match=r"decision_assign|decision_refuse"):
            page(kind, **{name: None})


def test_the_source_of_an_amount_stands_in_kazakh_and_russian() -> None:
    """The law data write it in English, which nobody reads in a decision."""
    kind = DocumentKind.DECISION_ASSIGN
    (source,) = {entry.citation for entry in ParameterSet.load().entries if entry.name == "burial_multiple"}
    words = source_words(source)
    assert words is not None
    used = Trace([TraceStep("amount parameter", source, "used", {"value": "35"}, "SIL-20")]).as_json()
    basis = SAMPLES[kind]["basis"]
    text = page(kind, basis=basis | {"trace": [*basis["trace"], *used]}).text
    assert words.kk in text and words.ru in text
    assert source not in text
    assert "B-r13(5)" in text


def test_a_number_is_put_only_where_a_decision_has_its_place_for_it() -> None:
    kind = DocumentKind.DECISION_REFUSE
    notice = render_document(DocumentKind.ACCEPTANCE_NOTICE, SAMPLES[DocumentKind.ACCEPTANCE_NOTICE])
    numbered = render_document(kind, SAMPLES[kind])
    for document in (notice, numbered, b"%PDF-1.7\n", b""):
        with pytest.raises(InvalidInput, match="no place"):
            with_number_and_date(document, "D-1", date(2025, 3, 12))


@given(number=st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()))
@settings(deadline=None, max_examples=25)
def test_a_number_stays_text_and_brings_no_operators(number: str) -> None:
    kind = DocumentKind.DECISION_REFUSE
    draft = render_document(kind, SAMPLES[kind] | {"decision_no": None, "decision_date": None})
    signed = Paper(with_number_and_date(draft, f">Tj<{number}", date(2025, 3, 12)))
    assert [part.path for part in signed.parts] == [part.path for part in Paper(draft).parts]
    (line,) = (part.text for part in signed.parts if part.text.startswith("№ >Tj<"))
    assert line.endswith(", 12.03.2025")


def test_checks_stand_in_the_words_of_the_order_whatever_the_order_of_the_answer() -> None:
    """B-r13; equal fields give equal bytes although dictionaries keep their order."""
    kind = DocumentKind.DECISION_ASSIGN
    basis = SAMPLES[kind]["basis"]
    turned = basis | {"checks": dict(reversed(basis["checks"].items()))}
    assert render_document(kind, SAMPLES[kind] | {"basis": turned}) == render_document(kind, SAMPLES[kind])
    text = page(kind).text
    for code in basis["checks"]:
        assert service("BUR").check(code).kk in text


def test_a_datum_or_a_service_that_the_catalogue_does_not_know_is_refused() -> None:
    kind = DocumentKind.ELECTRONIC_CASE_FILE
    items = [SAMPLES[kind]["items"][0] | {"datum": "horoscope"}]
    with pytest.raises(InvalidInput, match="horoscope"):
        page(kind, items=items)
    with pytest.raises(InvalidInput, match="ZZZ"):
        page(kind, service="ZZZ")


@pytest.mark.parametrize("code", ["BUR", "DIS", "SUR"])
def test_every_document_of_every_service_has_words(code: str) -> None:
    """INC-14: each service keeps its own words; only the education certificate belongs to one service."""
    of_survivors = {DocumentKind.EDUCATION_CERTIFICATE, DocumentKind.EDUCATION_CERTIFICATE_FORM}
    for kind in KINDS:
        if kind in of_survivors and code != "SUR":
            with pytest.raises(ConfigurationError, match="add them"):
                wording(service(code), kind)
        else:
            found = wording(service(code), kind)
            assert "{" not in f"{found.title.kk}{found.statement.ru}{found.basis.kk}"
    distinct = {wording(service(code), kind).title.kk for kind in KINDS if kind not in of_survivors}
    assert len(distinct) == len(KINDS) - len(of_survivors)
    assert wording(service("DIS"), DocumentKind.NON_ACCEPTANCE_NOTICE).title.kk.startswith(
        "Электрондық өтініштен бас тарту"
    )
    assert "өтінімнің қабылданбағаны" in wording(service("BUR"), DocumentKind.NON_ACCEPTANCE_NOTICE).title.kk


@pytest.mark.parametrize(
    ("code", "kind", "automatic", "casework"),
    [
        ("DIS", DocumentKind.JOURNAL_EXTRACT, "20-1", "24"),
        ("DIS", DocumentKind.DECISION_ASSIGN, "21-1", "24"),
        ("DIS", DocumentKind.ELECTRONIC_CASE_FILE, "D-r21-1", "D-r24"),
        ("BUR", DocumentKind.DECISION_REFUSE, "19-1", "3"),
        ("BUR", DocumentKind.JOURNAL_EXTRACT, "16", "3"),
    ],
)
def test_the_words_of_casework_cite_no_automatic_rule(
    code: str, kind: DocumentKind, automatic: str, casework: str
) -> None:
    """DIS-06: rules 20-1 and 21-1 do not apply to a caseworker's case, nor 16 and 19-1 of the burial rules."""
    assert automatic in wording(service(code), kind).basis.kk
    assert automatic not in wording(service(code), kind, casework=True).basis.kk
    assert casework in wording(service(code), kind, casework=True).basis.kk


def test_the_journal_extract_of_a_caseworkers_case_rests_on_rule_24() -> None:
    """DIS-06: for every cause but two, rules 20-1 and 21-1 do not apply; rule 24 gives the term."""
    kind = DocumentKind.JOURNAL_EXTRACT
    by_itself, by_hand = (
        page(kind, service="DIS", check_failures=(), casework=hand).text for hand in (False, True)
    )
    assert ("20-1-тармағы" in by_itself, "24-тармағы" in by_itself) == (True, False)
    assert ("20-1-тармағы" in by_hand, "24-тармағы" in by_hand) == (False, True)


def test_a_service_that_has_no_words_of_its_own_speaks_by_its_name() -> None:
    """A benefit can be added as an entry of the catalogue alone."""
    added = service("SUR").model_copy(update={"code": "NEW"})
    found = wording(added, DocumentKind.DECISION_ASSIGN)
    assert found.statement.kk == f"{added.name.kk} тағайындалсын."
    assert added.name.ru in found.title.ru
    assert added.decision_citations[Path.P7] in found.basis.kk


def test_the_defaults_of_the_law_can_stand_on_a_document_as_they_are() -> None:
    used = [
        {"source": default.source, "setting": default.setting, "value": default.value}
        for default in defaults_used_by("BUR")
    ]
    text = page(DocumentKind.DECISION_ASSIGN, product_defaults=used).text
    assert used
    assert all(f"{default['setting']} = " in text for default in used)


def test_an_unreachable_system_is_not_called_absent_data() -> None:
    """SIL-15."""
    text = page(DocumentKind.ELECTRONIC_CASE_FILE).text
    assert "система недоступна: это не отсутствие сведений" in text
    assert text.count('"АХАЖ" (азаматтардың хал актілерін жазу) АЖ') == 4


def test_the_consent_receipt_has_the_eight_items_and_the_words_of_the_reply() -> None:
    """Law 94-V, art. 8."""
    read = page(DocumentKind.CONSENT_RECEIPT)
    items = [part for part in read.parts if re.match(r"[1-8]\. ", part.text)]
    assert [(part.text[0], part.language) for part in items] == [
        (number, language) for number in "12345678" for language in ("kk", "ru")
    ]
    for part in ("Иә!", "out-1, out-2", "sms:main:77", "M-01-BUR · sha256:0a1b · kk", "CNS-P", "CNS-D"):
        assert part in read.text


def test_product_defaults_are_marked_and_never_called_law() -> None:
    default = {"source": "SIL-13", "setting": "clock_start", "value": "registration"}
    kind = DocumentKind.ACCEPTANCE_NOTICE
    assert "решение продукта" not in page(kind).text
    text = page(kind, product_defaults=[default]).text
    assert "clock_start = registration" in text
    assert "өнім шешімі / решение продукта · SIL-13" in text
    assert "не является нормой закона" in text
    with pytest.raises(InvalidInput, match="source"):
        page(kind, product_defaults=[default | {"source": "B-r16"}])


def test_the_demonstration_profile_is_marked_on_the_page() -> None:
    kind = DocumentKind.DECISION_ASSIGN
    assert "не имеет юридической силы" in page(kind, demonstration=True).text
    assert "не имеет юридической силы" not in page(kind).text


def test_an_instant_without_a_time_zone_is_refused() -> None:
    kind = DocumentKind.JOURNAL_EXTRACT
    with pytest.raises(InvalidInput, match="registered_at"):
        page(kind, registered_at=SAMPLES[kind]["registered_at"].replace(tzinfo=None))


def test_a_legal_entity_is_named_by_its_bin() -> None:
    text = page(DocumentKind.JOURNAL_EXTRACT, recipient_type="legal_entity").text
    assert "БСН / БИН" in text
    assert "заңды тұлға" in text


def test_the_page_says_which_wording_it_was_made_with() -> None:
    assert templates_version()[:12] in page(DocumentKind.JOURNAL_EXTRACT).text
    assert date.fromisoformat("2025-03-12").strftime("%d.%m.%Y") in page(DocumentKind.DECISION_ASSIGN).text


@pytest.mark.parametrize("code", ["BUR", "DIS", "SUR"])
def test_the_result_names_the_right_to_complain_where_the_order_restates_it(code: str) -> None:
    """COM-15: D-r34 and S-r34; for the burial payment not before legal approval (SIL-37)."""
    text = page(DocumentKind.RESULT_NOTICE, service=code).text
    right = service(code).complaint
    assert ("Шағымдану" in text) == (right is not None) == (code != "BUR")
    assert right is None or right.kk in text
    assert service(code).ground("G1").kk in text
    assert ("13-қосымша нысанының орны" in text) == (code != "BUR")


def test_the_result_of_an_assignment_shows_the_end_of_the_account_and_no_ground() -> None:
    changes = {"outcome": "ASSIGN", "grounds": [], "detail": None, "account_end": "0100"}
    text = page(DocumentKind.RESULT_NOTICE, **changes, benefit_start=date(2025, 1, 9)).text
    assert "*0100" in text
    assert "09.01.2025" in text
    assert "Основание отказа" not in text
    for wrong in ({"outcome": "ASSIGN"}, {"grounds": []}):
        with pytest.raises(InvalidInput, match="COM-13"):
            page(DocumentKind.RESULT_NOTICE, **wrong)


def test_a_result_given_out_in_person_names_receipt_document_and_power_of_attorney() -> None:
    """B-t5, COM-19: on an identity document, on the basis of the receipt, to a representative too."""
    kind = DocumentKind.RESULT_NOTICE
    text = page(kind).text
    for part in (
        "Өкілов Асан",
        "жеке куәлік № 000000001",
        "№ SUR-2025-000002",
        "№ 77-1, 01.03.2025",
        "13.03.2025",
    ):
        assert part in text
    assert "Выдача" not in page(kind, handover=None).text


def test_a_receipt_on_paper_has_room_for_signatures_and_an_electronic_one_says_it_was_sent() -> None:
    """COM-08: electronic, on paper for who comes in person; 13.5: number, date, form, list of documents."""
    kind = DocumentKind.RECEIPT
    paper, electronic = page(kind).text, page(kind, form="electronic").text
    assert "Подпись заявителя" in paper and "____" in paper
    assert "Подпись заявителя" not in electronic
    assert "Электронная расписка направлена заявителю." in electronic
    for text in (paper, electronic):
        for part in (
            "DIS-2025-000003",
            "11.03.2025 10:05:07",
            "жеке куәлік",
            "№ 0001",
            "салыстыру үшін көрсетілді",
        ):
            assert part in text
    with pytest.raises(InvalidInput, match="documents"):
        page(kind, documents=[])


def test_a_notice_of_a_missing_document_has_the_term_before_and_after() -> None:
    """D-t3, S-t3: which document; the term grows by five working days."""
    kind = DocumentKind.ADDITIONAL_DOCUMENT_NOTICE
    text = page(kind).text
    for part in ("20.03.2025", "31.03.2025", "туу туралы куәлік", "INC-33"):
        assert part in text
    with pytest.raises(InvalidInput, match="never cut"):
        page(kind, due_on=date(2025, 3, 20))


def test_information_on_assignment_tells_every_case_or_that_there_is_none() -> None:
    """D-t3, S-t3: the answer to the e-request."""
    kind = DocumentKind.ASSIGNMENT_INFORMATION
    text = page(kind).text
    for part in ("INF-2025-000001", "№ 2025-DIS-000001, 18.03.2025", "с 09.01.2025", "не зарегистрировано"):
        assert part in text
    assert "Дел по этому лицу нет." in page(kind, standings=[]).text


def test_an_education_certificate_has_the_fields_of_the_form_and_the_blank_one_their_places() -> None:
    """S-form, 7.3."""
    filled, blank = page(DocumentKind.EDUCATION_CERTIFICATE), page(DocumentKind.EDUCATION_CERTIFICATE_FORM)
    labels = [part.text for part in filled.parts if part.kind == "TH" and part.language == "kk"]
    assert labels == [part.text for part in blank.parts if part.kind == "TH" and part.language == "kk"]
    assert len(labels) == 14
    for part in (
        "17-ш",
        "Сынақ университеті",
        "2-курс",
        "ЕТ-23-1",
        "күндізгі",
        "2025/2026",
        "Ректорова Ұлжан",
    ):
        assert part in filled.text
        assert part not in blank.text
    assert "____" in blank.text
    assert "____" not in filled.text
    assert "Оқушыбаев Әлихан Өтегенұлы" in blank.text
    for text in (filled.text, blank.text):
        assert "Ескертпе: анықтама өтініш беру кезінде жарамды." in text
        assert "INC-27" in text


@pytest.mark.parametrize(
    ("name", "value"),
    [("academic_year", "2025/2027"), ("studies_to", date(2023, 9, 1)), ("academic_year", "2025")],
)
def test_an_education_certificate_of_impossible_time_is_refused(name: str, value: object) -> None:
    with pytest.raises(InvalidInput, match=name):
        page(DocumentKind.EDUCATION_CERTIFICATE, **{name: value})


def test_a_monthly_benefit_says_so_with_its_start_its_shares_and_its_later_sums() -> None:
    """D-r4, S-r24: retroactive months; SIL-20: drafts, never promises."""
    kind = DocumentKind.DECISION_ASSIGN
    survivor = {
        "service": "SUR",
        "monthly": True,
        "share": Decimal("25000.5"),
        "benefit_start": date(2024, 5, 2),
    }
    later = [
        {"since": date(2025, 1, 1), "amount": Decimal("54000"), "share": Decimal("27000")},
        {"since": date(2026, 1, 1), "amount": None},
    ]
    basis = SAMPLES[kind]["basis"] | {"checks": {}}
    text = page(kind, **survivor, later_amounts=later, basis=basis).text.replace("\u00a0", " ")
    for part in (
        "тенге в месяц",
        "02.05.2024",
        "25 000,50",
        "С 01.01.2025",
        "54 000,00",
        "доля 27 000,00",
        "Кормилец",
    ):
        assert part in text
    assert "С 01.01.2026 тағайындайтын жүйеде айқындалады" in text
    assert "Проверка по параметрам" not in text
    assert "тенге в месяц" not in page(kind).text
