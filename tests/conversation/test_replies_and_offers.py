"""A reply answers the offer that was on the telephone when it was written, never one made afterwards (SIL-05)."""

from __future__ import annotations

from datetime import timedelta

from belsendi.records.models import OutboundMessage
from tests.conversation.office import MINUTE, NIGHT, NOW, TalkOffice

SECOND = timedelta(seconds=1)
MORNING = NIGHT + timedelta(hours=9)


async def test_a_reply_to_a_sent_offer_answers_it(office: TalkOffice) -> None:
    case_id = await office.case()
    question = await office.offer(case_id)
    await office.send()

    message = await office.write("1", NOW + MINUTE)

    assert message.disposition == "ACCEPTED"
    assert office.answers() == [(case_id, question.id)]


async def test_a_second_yes_before_the_next_offer_was_sent_is_no_consent_to_it(office: TalkOffice) -> None:
    first, second = await office.case(), await office.case()
    question = await office.offer(first)
    await office.offer(second)
    await office.send()
    await office.write("1", NOW + MINUTE)
    await office.answered(question, NOW + MINUTE)

    again = await office.write("1", NOW + MINUTE + SECOND)

    assert again.disposition == "REPEATED"
    assert office.answers() == [(first, question.id)]


async def test_a_yes_at_night_does_not_answer_an_offer_that_waits_for_the_morning(office: TalkOffice) -> None:
    first, second = await office.case(), await office.case()
    question = await office.offer(first)
    await office.send()
    following = await office.offer(second, NIGHT)
    await office.write("1", NIGHT)
    await office.answered(question, NIGHT)

    early = await office.write("1", NIGHT + MINUTE)
    await office.send(MORNING)
    in_time = await office.write("1", MORNING + MINUTE)

    assert (early.disposition, in_time.disposition) == ("REPEATED", "ACCEPTED")
    assert office.answers() == [(first, question.id), (second, following.id)]


async def test_a_yes_that_came_while_the_offer_was_being_sent_waits_until_that_is_known(
    office: TalkOffice,
) -> None:
    """It stays stored, and the sweep hands it on again."""
    case_id = await office.case()
    question = await office.offer(case_id)
    async with office.bench.records.database.writing() as session:
        (claimed,) = await office.bench.outbox.claim(session, "test", 1, NOW, MINUTE)

    waiting = await office.write("1", NOW + MINUTE)
    async with office.bench.records.database.writing() as session:
        await office.bench.outbox.move(session, claimed.id, "sent", NOW + SECOND)
    taken = await office.handle(waiting.id, NOW + 2 * MINUTE)

    assert (waiting.state, taken.disposition) == ("stored", "ACCEPTED")
    assert office.answers() == [(case_id, question.id)]


async def test_an_offer_whose_sending_had_no_known_outcome_may_be_answered(office: TalkOffice) -> None:
    """The answer of the centre was lost; the message may well be on the telephone (T-25)."""
    case_id = await office.case()
    question = await office.offer(case_id)
    async with office.bench.records.database.writing() as session:
        (claimed,) = await office.bench.outbox.claim(session, "test", 1, NOW, MINUTE)
        await office.bench.outbox.send_again(
            session, claimed.id, NOW + MINUTE, "OUTCOME_UNKNOWN", unknown=True
        )

    await office.write("1", NOW + SECOND)

    assert office.answers() == [(case_id, question.id)]


async def test_an_offer_sent_before_the_language_was_switched_may_still_be_answered(
    office: TalkOffice,
) -> None:
    """The proof of the consent is the message that was on the telephone."""
    case_id = await office.case()
    question = await office.offer(case_id)
    shown = (await office.question(question.id)).message_id
    await office.send()
    await office.write("РУС", NOW + MINUTE)

    await office.write("1", NOW + MINUTE + SECOND)

    assert office.answers() == [(case_id, question.id)]
    assert (await office.question(question.id)).message_id == shown


async def test_the_words_last_sent_are_the_proof_of_the_consent(office: TalkOffice) -> None:
    case_id = await office.case()
    question = await office.offer(case_id)
    await office.send()
    await office.write("РУС", NOW + MINUTE)
    await office.send(NOW + MINUTE)

    await office.write("1", NOW + 2 * MINUTE)

    proof = (await office.question(question.id)).message_id
    async with office.bench.records.database.reading() as session:
        assert (await session.get_one(OutboundMessage, proof)).language == "ru"
    assert office.answers() == [(case_id, question.id)]


async def test_a_switch_of_language_before_the_offer_was_sent_sends_it_once_in_the_new_language(
    office: TalkOffice,
) -> None:
    case_id = await office.case()
    await office.offer(case_id, NIGHT)

    await office.write("РУС", NIGHT + MINUTE)

    offers = [message for message in await office.outbox() if message.template == "M-01-BUR-NA"]
    assert [(message.language, message.state) for message in offers] == [("kk", "expired"), ("ru", "queued")]
