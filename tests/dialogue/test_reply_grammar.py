"""Tables of what citizens type and what it means (SIL-05 to SIL-08, SIL-23)."""

from __future__ import annotations

import pytest

from belsendi.dialogue import Meaning, QuestionKind, Reason, understand

WITH = QuestionKind.OFFER_WITH_ACCOUNT
WITHOUT = QuestionKind.OFFER_NO_ACCOUNT
ACCOUNT = QuestionKind.ACCOUNT
IBAN = "KZ86125KZT5004100100"

YES = [
    "1", "1.", "1)", "(1)", "«1»", '"1"', "“1”", " 1 ", "1\n", "1!", "\u00a01", "1️⃣", "１", "1 🙏", "1👍🏽", "1.)",
    "R 1", "r1", "R1", "Р 1", "р1", "r  1", "ok", "OK", "ок", "ОК", "oк", "Ok!", "окей",
    "иә", "Иә", "ИӘ!", "иə", "Иә 🤲", "ия", "Ия.", "iä", "келісемін", "Келісемін!",
    "да", "Да", "ДА", "дa", "Дa.", "да!!!", "да)))", "«да»", "да\u200b", "согласна", "Согласен.", "yes", "Yes!",
]  # fmt: skip

NO = [
    "0", "0.", "«0»", "０", "R 0", "жоқ", "Жоқ!", "жок", "ЖОК", "нет", "Нет.", "HET", "нeт", "no", "Жоқ, рахмет",
    "нет спасибо", "бас тартамын", "отказ",
]  # fmt: skip

NEVER = [
    "да нет", "1 0", "0 1", "не согласна", "не согласен", "1 нет", "нет 1", "10", "11", "01", "1,2", "1 2", "12",
    "1/2", "1-2", "я не против но", "да но", "да, но позже", "да?", "1?", "иә?", "ok?", "да...", "1…", "1 … ", "1..",
    "1 👎", "да ❌", "1🚫", "да 🤔", "👍", "🙏", "✅", "нет да", "иә жоқ", "да да", "1 1", "1 да", "не да", "+1",
    "-1", "#1", "№1", "№", "1%", "1 тг", "l", "I", "і", "O", "о", "один", "бір", "д\u0336а\u0336", "1\u0336",
    "«1 – согласие на услугу и данные»", "1 – қызметке, деректерге келісім", '"да" сказал мне сын', "\"1", "1»",
    "согласие", "келісім", "келіспеймін", "даа", "дада", "ну да", "если да то 1", "\ufffd1", "1\ufffd", "1\x00",
    "(да) (нет)", "(1) (0)", "да.нет", "1.0", "1.1", "1)0", "1!0", "½", "①0", "да\nнет", "R 1 1", "R 1 1 2",
    "a", "ya", "т", "yes no", "ок нет", "okно",
]  # fmt: skip


@pytest.mark.parametrize("question", [WITH, WITHOUT])
@pytest.mark.parametrize("text", YES)
def test_a_listed_answer_is_consent_however_it_is_typed(text: str, question: QuestionKind) -> None:
    found = understand(text, question)
    assert (found.meaning, found.reason) == (Meaning.CONSENT, Reason.EXACT)
    assert found.account_text is None


@pytest.mark.parametrize("question", [WITH, WITHOUT])
@pytest.mark.parametrize("text", NO)
def test_zero_and_words_of_refusal_decline_the_offer(text: str, question: QuestionKind) -> None:
    """AC-B16: reply 0."""
    assert understand(text, question).meaning is Meaning.DECLINE


@pytest.mark.parametrize("question", [WITH, WITHOUT, ACCOUNT, None])
@pytest.mark.parametrize("text", NEVER)
def test_anything_beside_a_listed_answer_is_asked_again(text: str, question: QuestionKind | None) -> None:
    assert understand(text, question).meaning is Meaning.UNCLEAR


@pytest.mark.parametrize("text", ["2", "2.", "2)", "«2»", "R 2", "р2", "２", "2️⃣ 🙏"])
def test_two_is_consent_with_another_account_only_where_two_was_offered(text: str) -> None:
    assert understand(text, WITH).meaning is Meaning.CONSENT_OTHER_ACCOUNT
    for question in (WITHOUT, ACCOUNT):
        found = understand(text, question)
        assert (found.meaning, found.reason) == (Meaning.UNCLEAR, Reason.NOT_AN_OPTION)


@pytest.mark.parametrize("text", [*YES, *NO, "2", f"1 {IBAN}", IBAN])
def test_without_an_open_question_an_answer_answers_nothing(text: str) -> None:
    found = understand(text, None)
    if text in {"бас тартамын", "отказ"}:
        assert found.meaning is Meaning.WITHDRAW
    else:
        assert (found.meaning, found.reason) == (Meaning.UNCLEAR, Reason.NO_QUESTION)


@pytest.mark.parametrize("text", [*YES, *NO])
def test_an_answer_to_the_offer_is_no_account_number(text: str) -> None:
    """AC-B14: a bare 1 while the account is asked for is asked again, not counted as consent."""
    assert understand(text, ACCOUNT).meaning in {Meaning.UNCLEAR, Meaning.WITHDRAW}


@pytest.mark.parametrize(
    "text",
    [
        f"1 {IBAN}",
        f"1, {IBAN}",
        f"1. {IBAN.lower()}",
        f"1) {IBAN}",
        "1: КZ86 125K ZT50 0410 0100",
        f"1{IBAN}",
        f"1\n{IBAN}",
        "1 - kz86-125k-zt50-0410-0100",
        f"да {IBAN}",
        f"Иә, шотым: {IBAN}.",
        f"1 счёт {IBAN}",
        f"R 1 {IBAN}",
    ],
)
@pytest.mark.parametrize("question", [WITH, WITHOUT])
def test_consent_and_account_in_one_message(text: str, question: QuestionKind) -> None:
    found = understand(text, question)
    assert (found.meaning, found.account_text) == (Meaning.CONSENT_WITH_ACCOUNT, IBAN)
    assert IBAN not in found.canonical


@pytest.mark.parametrize("text", [f"2 {IBAN}", f"2, {IBAN}", f"2{IBAN}", f"2) счет: {IBAN}", f"R 2 {IBAN}"])
def test_two_with_an_account_is_consent_only_where_two_was_offered(text: str) -> None:
    found = understand(text, WITH)
    assert (found.meaning, found.account_text) == (Meaning.CONSENT_WITH_ACCOUNT, IBAN)
    assert understand(text, WITHOUT).meaning is Meaning.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        f"{IBAN}",
        f"0 {IBAN}",
        f"нет {IBAN}",
        f"1 {IBAN} нет",
        f"1 {IBAN} no",
        f"1 {IBAN} 0",
        f"1 не мой счет {IBAN}",
        f"1 или {IBAN}",
        f"11 {IBAN}",
        f"1 0 {IBAN}",
        f"да нет {IBAN}",
        f"1? {IBAN}",
        f"{IBAN} 1",
        f"1 {IBAN} {IBAN}",
        f'"1 {IBAN}',
        "1 KZ",
        "1 kz нет",
    ],
)
@pytest.mark.parametrize("question", [WITH, WITHOUT])
def test_an_account_beside_anything_else_is_no_consent(text: str, question: QuestionKind) -> None:
    assert understand(text, question).meaning is Meaning.UNCLEAR


def test_a_wrong_account_is_handed_to_the_law_as_typed() -> None:
    """SIL-08: KZ86125KZT500410010 has 19 characters; the consent stands, the account is judged elsewhere."""
    found = understand("1 KZ86125KZT500410010", WITH)
    assert (found.meaning, found.account_text) == (Meaning.CONSENT_WITH_ACCOUNT, "KZ86125KZT500410010")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (IBAN, IBAN),
        (IBAN.lower(), IBAN),
        ("КZ86125KZT5004100100", IBAN),
        ("кz86 125k zt50 0410 0100", IBAN),
        ("KZ 86 125 KZT 5004100100"[:6] + "86125KZT5004100100"[2:], IBAN),
        ("шот: KZ86 125K ZT50 0410 0100.", IBAN),
        ("мой счёт KZ86125KZT5004100100", IBAN),
        (f"«{IBAN}»", IBAN),
        (f"1 {IBAN}", IBAN),
        (f"2 {IBAN}", IBAN),
        ("ＫＺ８６１２５ＫＺＴ５００４１００１００", IBAN),
        ("KZ87125KZT5004100100", "KZ87125KZT5004100100"),
        ("KZ86125KZT500410010", "KZ86125KZT500410010"),
        ("4400 4300 1234 5678", "4400430012345678"),
        ("КЗ86125КЗТ5004100100", "КЗ86125КЗТ5004100100"),
        ("DE89370400440532013000", "DE89370400440532013000"),
    ],
)
def test_the_account_question_takes_what_is_meant_as_a_number(text: str, number: str) -> None:
    found = understand(text, ACCOUNT)
    assert (found.meaning, found.account_text) == (Meaning.ACCOUNT, number)


@pytest.mark.parametrize(
    "text",
    [
        "жоқ",
        "завтра пришлю",
        "kz",
        "KZ",
        "это не мой счет " + IBAN,
        IBAN + " или другой",
        "Halyk",
        "KZ 20 таңба",
    ],
)
def test_the_account_question_asks_again_when_no_number_is_meant(text: str) -> None:
    found = understand(text, ACCOUNT)
    assert found.meaning is Meaning.UNCLEAR
    assert found.account_text is None


COMMANDS = {
    Meaning.STOP: [
        "СТОП",
        "стоп.",
        "Stop",
        "STOP!",
        "ТОҚТА",
        "тоқтату",
        "токта",
        "CTOП",
        "«СТОП»",
        "не пишите",
    ],
    Meaning.START: ["СТАРТ", "start", "БАСТАУ", "баста"],
    Meaning.HELP: ["?", "??", "HELP", "көмек", "КОМЕК", "помощь", "Помощь?", "анықтама"],
    Meaning.STATUS: ["STATUS", "статус", "Статус?", "КҮЙІ", "күйі", "куйи", "өтінім күйі"],
    Meaning.LANGUAGE_RU: ["РУС", "рус", "PУС", "ru", "RU", "орысша", "по-русски", "русский"],
    Meaning.LANGUAGE_KK: ["ҚАЗ", "каз", "КАЗ", "kz", "kk", "қазақша", "казакша"],
    Meaning.WITHDRAW: [
        "ОТЗЫВ",
        "отзываю согласие",
        "қайтарып аламын",
        "Келісімімді қайтарып аламын",
        "withdraw",
    ],
}


@pytest.mark.parametrize("question", [WITH, WITHOUT, None])
@pytest.mark.parametrize(
    ("meaning", "text"), [(meaning, text) for meaning, texts in COMMANDS.items() for text in texts]
)
def test_commands_are_understood_whatever_is_asked(
    meaning: Meaning, text: str, question: QuestionKind | None
) -> None:
    """AC-B17 (СТОП) and AC-C02 (РУС): the words by which a citizen steers the dialogue."""
    assert understand(text, question).meaning is meaning


@pytest.mark.parametrize("text", ["бас тартамын", "БАС ТАРТАМЫН.", "отказываюсь", "келісімнен бас тартамын"])
def test_refusing_is_declining_an_offer_and_otherwise_withdrawing(text: str) -> None:
    """SIL-07: before consent there is nothing to withdraw."""
    assert understand(text, WITH).meaning is Meaning.DECLINE
    assert understand(text, ACCOUNT).meaning is Meaning.WITHDRAW
    assert understand(text, None).meaning is Meaning.WITHDRAW


@pytest.mark.parametrize("text", ["стоп 1", "1 стоп", "рус 1", "да рус", "не стоп", "старт да"])
def test_a_command_with_an_answer_is_neither(text: str) -> None:
    assert understand(text, WITH).meaning is Meaning.UNCLEAR


@pytest.mark.parametrize(
    "text",
    [
        "800101300123",
        "800101 300123",
        "8001 0130 0123",
        "жерлеу 800101300123",
        "Әкем қайтыс болды, ЖСН 800101300123",
        "погребение: 800101300123.",
        "умер 10.02.2025, иин 800101300123",
        "800101300123 800101300123",
        "８００１０１３００１２３",
    ],
)
def test_a_number_of_twelve_digits_names_the_deceased_when_nothing_is_asked(text: str) -> None:
    """SIL-04: a person who starts the dialogue and names the deceased."""
    found = understand(text, None)
    assert (found.meaning, found.deceased_iin) == (Meaning.NAMES_DECEASED, "800101300123")


@pytest.mark.parametrize("question", [WITH, WITHOUT])
def test_naming_the_deceased_does_not_answer_an_offer(question: QuestionKind) -> None:
    found = understand("умер 800101300123", question)
    assert (found.meaning, found.reason) == (Meaning.UNCLEAR, Reason.QUESTION_OPEN)
    assert found.deceased_iin == "800101300123"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("800101300123 и 810101300123", Reason.SEVERAL_NUMBERS),
        ("әкем қайтыс болды", Reason.DEATH_WITHOUT_NUMBER),
        ("у меня умерла мама", Reason.DEATH_WITHOUT_NUMBER),
        ("87011234567", Reason.OUTSIDE_GRAMMAR),
        ("+770112345678", Reason.OUTSIDE_GRAMMAR),
        ("4400430012345678", Reason.OUTSIDE_GRAMMAR),
        ("4400 4300 1234 5678", Reason.OUTSIDE_GRAMMAR),
        ("KZ84722C000012345678", Reason.NO_QUESTION),
        ("сәлем", Reason.OUTSIDE_GRAMMAR),
        ("", Reason.EMPTY),
        (" \u200b ", Reason.EMPTY),
        ("1" * 1001, Reason.TOO_LONG),
    ],
)
def test_an_unclear_message_says_why(text: str, reason: Reason) -> None:
    found = understand(text, None)
    assert (found.meaning, found.reason) == (Meaning.UNCLEAR, reason)


@pytest.mark.parametrize(
    ("text", "question", "language"),
    [
        ("иә", WITH, "kk"),
        ("да", WITH, "ru"),
        ("жоқ", None, "kk"),
        ("нет", None, "ru"),
        ("1", WITH, None),
        ("ok", WITH, None),
        ("ҚАЗ", None, "kk"),
        ("орысша", None, "ru"),
        ("STOP", None, None),
        ("не согласна", WITH, "ru"),
        ("түсінбедім", WITH, "kk"),
        ("abc", WITH, None),
    ],
)
def test_the_words_suggest_a_language(text: str, question: QuestionKind | None, language: str | None) -> None:
    assert understand(text, question).language == language


def test_repr_shows_neither_words_nor_numbers() -> None:
    for text, question in ((f"да {IBAN}", WITH), ("умер 800101300123", None), ("менің сырым", None)):
        shown = repr(understand(text, question))
        assert not any(secret in shown for secret in (IBAN, "800101300123", "сырым", "да"))
