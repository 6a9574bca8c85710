"""What a register holds stands for the paper only from the day the order names (COM-05, COM-06)."""

from __future__ import annotations

from datetime import date

import pytest

from belsendi.casework.programmes import SOURCES
from belsendi.casework.programmes.asked import Asked
from belsendi.law import DatumSource, EimStatus
from belsendi.registries import answers

ASKED = Asked(
    service="SUR",
    recipient="800101400018",
    subject="750101300015",
    beneficiary="750101300015",
    relatives=(),
    patent_no=None,
    iban=None,
    legal_date=None,
    today=date(2025, 6, 16),
)


def _kinship(act: str, registered: date) -> answers.KinshipRecord:
    return answers.KinshipRecord(
        relation=answers.Relation.CHILD,
        act=answers.KinshipAct(act),
        act_no="A-1",
        certificate_no="C-1",
        registered_on=registered,
    )


@pytest.mark.parametrize(
    ("act", "registered", "status"),
    [
        ("BIRTH", date(2007, 8, 13), EimStatus.ABSENT),
        ("BIRTH", date(2007, 8, 14), EimStatus.PRESENT),
        ("MARRIAGE", date(2008, 6, 1), EimStatus.ABSENT),
        ("MARRIAGE", date(2008, 6, 2), EimStatus.PRESENT),
        ("PATERNITY", date(2001, 1, 1), EimStatus.PRESENT),
    ],
)
def test_a_kinship_of_the_time_of_paper_is_not_in_the_case_file(
    act: str, registered: date, status: EimStatus
) -> None:
    """AC-S22: paper on the boundary day, the system from the day after."""
    judge = SOURCES[DatumSource.KINSHIP_RECORD].judge
    assert judge(ASKED, _kinship(act, registered)) is status


@pytest.mark.parametrize(
    ("registered", "status"),
    [
        ((date(2008, 6, 1),), EimStatus.ABSENT),
        ((date(2008, 6, 1), date(2015, 5, 5)), EimStatus.PRESENT),
        ((), EimStatus.ABSENT),
    ],
)
def test_one_marriage_of_the_time_of_the_register_is_enough(
    registered: tuple[date, ...], status: EimStatus
) -> None:
    """D-r7, D-t8: the marriage record that explains a parent's surname."""
    found = answers.MarriageRecords(
        records=tuple(
            answers.MarriageRecord(
                act_no="A-2",
                certificate_no="C-2",
                registered_on=day,
                spouse_iin="800101300017",
                surname_before="Бұрынғы",
                surname_after="Кейінгі",
            )
            for day in registered
        )
    )
    assert SOURCES[DatumSource.MARRIAGE_RECORD].judge(ASKED, found) is status


@pytest.mark.parametrize(
    ("registered", "pension", "social", "judged"),
    [
        (False, False, False, ("PRESENT", "PRESENT")),
        (True, False, False, ("INCORRECT", "PRESENT")),
        (False, True, False, ("PRESENT", "INCORRECT")),
        (False, False, True, ("PRESENT", "INCORRECT")),
    ],
)
def test_a_caregiver_who_trades_or_is_paid_for_is_contradicted_by_the_registers(
    registered: bool, pension: bool, social: bool, judged: tuple[str, str]
) -> None:
    """S-t8, AC-S19, AC-S20: only both empty registers stand for a labour book."""
    standing = answers.EntrepreneurStanding(registered=registered)
    transfers = answers.Transfers(pension_contributions=pension, social_payments=social)
    found = (
        SOURCES[DatumSource.ENTREPRENEUR_REGISTRATION].judge(ASKED, standing),
        SOURCES[DatumSource.PENSION_TRANSFERS].judge(ASKED, transfers),
    )
    assert found == tuple(EimStatus(each) for each in judged)
