"""The one error tree of Belsendi. Control flow goes by type, never by the text of a message.

Messages say what is wrong and what to do about it, and never carry personal data.
"""

from __future__ import annotations


class BelsendiError(Exception):
    """Root of everything this product raises on purpose."""


class ConfigurationError(BelsendiError):
    """A setting is missing or wrong; the message names it and who sets it."""


class InvalidInput(BelsendiError, ValueError):
    """Data from outside does not have the form it must have; nothing was changed."""


class UnknownLegalValue(ConfigurationError):
    """The law leaves a value to somebody who has not set it yet; the engine does not guess it."""


class NotFound(BelsendiError, LookupError):
    """What was asked for is not in the records."""


class Conflict(BelsendiError):
    """The act is not possible in the present state; the message says which state that is."""


class OutsideSystemError(BelsendiError):
    """A system outside Belsendi could not be used."""


class OutsideSystemUnavailable(OutsideSystemError):
    """The system did not answer, or answered that it cannot at present: an outage, never absent data (SIL-15)."""


class OutsideSystemRejected(OutsideSystemError):
    """The system understood the request and refused it for good; repeating it unchanged is useless."""


class OutcomeUnknown(OutsideSystemError):
    """The request left, no answer came: it may or may not have taken effect. Ask before repeating."""
