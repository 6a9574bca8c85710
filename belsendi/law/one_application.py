"""The "one application" principle (D-t10, DIS-16): one consent, one sub-case for each chosen benefit (SIL-31)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from belsendi.errors import InvalidInput
from belsendi.law.catalogue import Service
from belsendi.law.catalogue_entry import OneApplicationBenefit
from belsendi.law.decision import Draft

_CITATION, _DEFAULT = "D-t10", "SIL-31"


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


def others_chosen(entry: Service, codes: Sequence[str]) -> tuple[OneApplicationBenefit, ...]:
    """Return the chosen benefits that order 509 holds no rules for: each is a caseworker's sub-case (SIL-31)."""
    return tuple(each for each in entry.one_application if each.code in codes and each.service != entry.code)


def trace_benefits(entry: Service, codes: Sequence[str], draft: Draft) -> None:
    """Add a line for each chosen benefit to the draft's trace: the entry's own as drafted, the others with decision
    and sum left to the assigning system, because no rule of this order confirms them (D-t10; SIL-20, SIL-31)."""
    others = others_chosen(entry, codes)
    for benefit in entry.one_application:
        if benefit.code not in codes:
            continue
        left = benefit in others
        outcome = "left to the assigning system" if left else draft.kind.value
        draft.trace.add("one application", _CITATION, outcome, {"benefit": benefit.code}, _DEFAULT)
