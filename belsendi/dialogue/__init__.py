"""What is asked and how an answer is understood: reply grammar, message catalogue, SMS text. Pure, no clock."""

from __future__ import annotations

from belsendi.contracts.conversation import Meaning, MessageClass, QuestionKind
from belsendi.dialogue.consent_text import CONSENT_FIELDS, ConsentText
from belsendi.dialogue.grammar import ACCOUNT_MARK, Reason, Understanding, consent_forms, understand
from belsendi.dialogue.messages import MessageCatalogue, RenderedMessage
from belsendi.dialogue.sms_text import Joined, Joiner, PartCount, Segment, count_parts, decode, split

__all__ = [
    "ACCOUNT_MARK",
    "CONSENT_FIELDS",
    "ConsentText",
    "Joined",
    "Joiner",
    "Meaning",
    "MessageCatalogue",
    "MessageClass",
    "PartCount",
    "QuestionKind",
    "Reason",
    "RenderedMessage",
    "Segment",
    "Understanding",
    "consent_forms",
    "count_parts",
    "decode",
    "split",
    "understand",
]
