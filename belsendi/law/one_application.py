"""The "one application" principle (D-t10, DIS-16): one consent, one sub-case for each chosen benefit (SIL-31)."""

from __future__ import annotations

from collections.abc import Iterable

from belsendi.errors import InvalidInput
from belsendi.law.catalogue import OneApplicationBenefit, Service


def chosen_benefits(entry: Service, choice: Iterable[int | str]) -> tuple[OneApplicationBenefit, ...]:
    """Return the benefits that a recipient chose by number (from 1, as message M-25 counts) or by code.

    They come in the order of the list, each once. Raises InvalidInput when nothing was chosen, or something that
    the list does not have.
    """
    wanted = list(choice)
    numbered = dict(enumerate(entry.one_application, start=1))
    by_code = {benefit.code: benefit for benefit in entry.one_application}
    found = [numbered.get(item) if isinstance(item, int) else by_code.get(item) for item in wanted]
    if not found or None in found:
        raise InvalidInput(
            f"a choice is one or more of 1 to {len(entry.one_application)} for service {entry.code}: ask again"
        )
    return tuple(benefit for benefit in entry.one_application if benefit in found)
