"""How failures travel to the workflow engine: encrypted, and without the texts of foreign libraries."""

from __future__ import annotations

from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes, PayloadConverter
from temporalio.exceptions import ApplicationError, FailureError

from belsendi.errors import BelsendiError


class DiscreetFailureConverter(DefaultFailureConverterWithEncodedAttributes):
    """Our own errors travel with their message, everybody else's as the name of their type.

    A library quotes in its message what it was given ("invalid literal: '…'"), and histories hold no
    personal data, encrypted or not. The frames of the stack trace name code only and stay.
    """

    def to_failure(
        self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure
    ) -> None:
        """See the base class; causes come through here too."""
        super().to_failure(_without_foreign_text(exception), payload_converter, failure)


def _without_foreign_text(exception: BaseException) -> BaseException:
    if isinstance(exception, FailureError | BelsendiError) or _is_of_the_engine(exception):
        return exception
    name = type(exception).__name__
    named = ApplicationError(f"{name}; its text stayed in the process that raised it", type=name)
    named.__traceback__ = exception.__traceback__
    named.__context__ = exception.__context__
    named.__cause__ = exception.__cause__
    named.__suppress_context__ = exception.__suppress_context__
    return named


def _is_of_the_engine(exception: BaseException) -> bool:
    return type(exception).__module__.partition(".")[0] == "temporalio"
