"""What no message may ever contain: links, requests for codes, cards or payments, identifiers of persons.

Citizens are taught that a message of the state never asks for these; one that does would train them for fraud.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?|\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b",
    re.I,
)
_REQUEST = re.compile(
    r"\b(?:код(?:ы|ты|тар\w*|ын|ыңыз\w*|а|ов|ом)?|sms-код\w*|құпия\s?сөз\w*|парол\w*|пин(?:-код\w*)?|pin|cvv2?|cvc2?"
    r"|карта(?:ңыз\w*|ның|ны)?|карт(?:ы|у|е|ой)|төле(?:ңіз|п|у)|ақша\w*|деньг\w*|аудар(?:ыңыз|у)"
    r"|оплат\w*|заплат\w*|перевед\w*|перечисл\w*)\b",
    re.I,
)
_IDENTIFIER = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])|\b[KК]Z[0-9]{2}(?:\s?[0-9A-Z]){4,}", re.I)


def objection(text: str, portal_names: Iterable[str], safety_sentences: Iterable[str]) -> str | None:
    """Return why `text` must not be sent, None when it may.

    A bare portal name is no link; a safety sentence is the one place that speaks of codes and money.
    """
    names = {name.lower() for name in portal_names}
    for link in _LINK.finditer(text):
        if link.group().lower() not in names:
            return "it contains a link; name the portal instead"
    for sentence in safety_sentences:
        text = text.replace(sentence, "")
    if _REQUEST.search(text):
        return (
            "it speaks of codes, cards or payments; use a safety sentence of catalogue.yaml or leave it out"
        )
    if _IDENTIFIER.search(text):
        return "it contains an identification or account number; show the last four characters at most"
    return None
