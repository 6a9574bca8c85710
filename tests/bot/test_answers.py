"""What a citizen gets to read for what they send."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.service import BotService
from bot.texts import BETWEEN, Answer, Language, load_texts
from tests.bot.bot_api import CITIZEN, BotApi

ROOT = Path(__file__).resolve().parents[2]
TEXTS = load_texts(ROOT / "templates")
GROUP = {"id": -100500, "type": "supergroup", "title": "Көрші"}


def in_all_languages(answer: Answer) -> str:
    return TEXTS.say(answer, None)


@pytest.mark.parametrize(
    ("command", "answer"),
    [("/start", Answer.START), ("/help", Answer.HELP), ("/language", Answer.LANGUAGE_ASK)],
)
async def test_a_command_is_answered_in_both_languages_until_one_is_chosen(
    bot: BotService, api: BotApi, command: str, answer: Answer
) -> None:
    await api.write(text=command)
    assert await api.answer(1) == in_all_languages(answer)
    assert api.said()[0]["chat_id"] == str(CITIZEN)


def test_kazakh_stands_before_russian() -> None:
    kazakh, russian = in_all_languages(Answer.START).split(BETWEEN)
    assert (kazakh, russian) == (
        TEXTS.say(Answer.START, Language.KAZAKH),
        TEXTS.say(Answer.START, Language.RUSSIAN),
    )
    assert kazakh.startswith("Сәлеметсіз бе")


@pytest.mark.parametrize("language", list(Language))
def test_the_greeting_says_where_consent_is_asked_and_what_nobody_asks_for(language: Language) -> None:
    greeting = TEXTS.say(Answer.START, language)
    assert "1414" in greeting
    assert "SMS" in greeting
    assert ("код" in greeting) and ("ақша" in greeting or "денег" in greeting)
    assert "http" not in "".join(TEXTS.say(answer, language) for answer in Answer)


@pytest.mark.parametrize("text", ["1", "иә", "Да", "yes"])
async def test_a_consent_in_the_chat_is_asked_for_by_sms_and_registers_nothing(
    bot: BotService, api: BotApi, text: str
) -> None:
    """AC-D32: with consent by chat off the chat asks to reply by SMS."""
    await api.write(text=text)
    assert await api.answer(1) == in_all_languages(Answer.NO_QUESTIONS_HERE)
    for language, asked in ((Language.KAZAKH, "SMS-ке жауап беріңіз"), (Language.RUSSIAN, "по SMS")):
        assert asked in TEXTS.say(Answer.NO_QUESTIONS_HERE, language)
    assert {method for method, _ in api.calls} == {"sendMessage"}


def test_the_process_of_the_chat_has_no_records_to_register_a_consent_in() -> None:
    """AC-D32, the other half: nothing that keeps or handles consents is loaded there."""
    loaded = "import sys, bot.__main__; print(*sorted(sys.modules))"
    modules = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    ).stdout.split()
    assert "bot.service" in modules
    reaching = (
        "belsendi.records",
        "belsendi.temporal",
        "belsendi.casework",
        "belsendi.conversation",
        "sqlalchemy",
    )
    assert [each for each in modules if each.startswith(reaching)] == []


@pytest.mark.parametrize("text", ["1", "Келісемін", "/unknown", "KZ86125KZT5004100100"])
async def test_any_other_text_is_told_that_the_answer_goes_by_sms(
    bot: BotService, api: BotApi, text: str
) -> None:
    await api.write(text=text)
    assert await api.answer(1) == in_all_languages(Answer.NO_QUESTIONS_HERE)


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]},
        {"document": {"file_id": "d", "file_unique_id": "d"}, "caption": "анықтама"},
        {"contact": {"phone_number": "+77000000000", "first_name": "А"}},
        {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
    ],
)
async def test_a_file_is_declined_politely_and_never_fetched(
    bot: BotService, api: BotApi, content: dict[str, Any]
) -> None:
    await api.write(**content)
    assert await api.answer(1) == in_all_languages(Answer.TEXT_ONLY)
    assert {method for method, _ in api.calls} == {"sendMessage"}


async def test_groups_and_notes_of_telegram_get_no_answer(bot: BotService, api: BotApi) -> None:
    await api.write(chat=GROUP, text="/start")
    await api.write(chat=GROUP, text="сәлем")
    await api.write(pinned_message=None, message_auto_delete_timer_changed={"message_auto_delete_time": 60})
    await api.write(text="/help")
    await api.answer(1)
    await api.confirmed()
    assert api.texts() == [in_all_languages(Answer.HELP)]


async def test_a_pressed_button_changes_the_language_of_this_chat_only(bot: BotService, api: BotApi) -> None:
    await api.write(text="/start")
    await api.answer(1)
    await api.press(api.last_message(), "Русский")
    await api.until(lambda: len(api.said("editMessageText")) == 1)

    assert api.said("answerCallbackQuery")[0]["text"] == TEXTS.say(Answer.LANGUAGE_SET, Language.RUSSIAN)
    assert api.last_message()["text"] == TEXTS.say(Answer.START, Language.RUSSIAN)
    await api.write(text="/help")
    assert await api.answer(2) == TEXTS.say(Answer.HELP, Language.RUSSIAN)
    await api.write(chat={"id": 5, "type": "private", "first_name": "Б"}, text="/help")
    assert await api.answer(3) == in_all_languages(Answer.HELP)


async def test_the_same_button_pressed_twice_does_no_harm(bot: BotService, api: BotApi) -> None:
    await api.write(text="/language")
    await api.answer(1)
    for times in (1, 2):
        await api.press(api.last_message(), "Қазақша")
        await api.until(lambda wanted=times: len(api.said("answerCallbackQuery")) == wanted)  # type: ignore[misc]
    await api.write(text="/help")
    assert await api.answer(2) == TEXTS.say(Answer.HELP, Language.KAZAKH)
    assert api.open_queries == set()


async def test_a_button_nobody_knows_any_more_ends_its_waiting_mark(bot: BotService, api: BotApi) -> None:
    await api.write(text="/start")
    await api.answer(1)
    old = {"inline_keyboard": [[{"text": "Ескі", "callback_data": "language:fr"}]]}
    await api.press(api.last_message() | {"reply_markup": old}, "Ескі")
    await api.until(lambda: len(api.said("answerCallbackQuery")) == 1)
    assert api.said("editMessageText") == []
