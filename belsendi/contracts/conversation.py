"""What a citizen's words can mean, and the kinds of questions that can be open. Codes only, never the words."""

from __future__ import annotations

from enum import StrEnum


class Meaning(StrEnum):
    """The closed set of meanings of an inbound message.

    The three ``CONSENT*`` members are the only ones that ever give consent (SIL-05); whatever is not clearly
    one of the others is UNCLEAR and is asked again.
    """

    CONSENT = "CONSENT"
    CONSENT_OTHER_ACCOUNT = "CONSENT_OTHER_ACCOUNT"
    DECLINE = "DECLINE"
    ACCOUNT = "ACCOUNT"
    CONSENT_WITH_ACCOUNT = "CONSENT_WITH_ACCOUNT"
    STOP = "STOP"
    START = "START"
    HELP = "HELP"
    STATUS = "STATUS"
    LANGUAGE_KK = "LANGUAGE_KK"
    LANGUAGE_RU = "LANGUAGE_RU"
    WITHDRAW = "WITHDRAW"
    NAMES_DECEASED = "NAMES_DECEASED"
    UNCLEAR = "UNCLEAR"


class QuestionKind(StrEnum):
    """What is being asked (spec 11.2).

    OFFER_WITH_ACCOUNT: 1 consent with the shown account, 2 consent with another, 0 no. OFFER_NO_ACCOUNT: no
    account is known, 1 consent, 0 no. ACCOUNT: the account number is to be sent.
    """

    OFFER_WITH_ACCOUNT = "OFFER_WITH_ACCOUNT"
    OFFER_NO_ACCOUNT = "OFFER_NO_ACCOUNT"
    ACCOUNT = "ACCOUNT"


class MessageClass(StrEnum):
    """When a message may go out (SIL-23): OPTIONAL keeps to the sending window, the other two go at any hour."""

    LAW = "law"
    REQUESTED = "requested"
    OPTIONAL = "optional"
