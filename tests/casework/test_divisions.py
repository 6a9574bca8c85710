"""Which State Corporation division an address leads to."""

from __future__ import annotations

import pytest

from belsendi.casework.divisions import division_of


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("Астана қ., Достық к-сі, 5", "71"),
        ("Алматы қ., Абай д-лы, 12", "75"),
        ("Алматы облысы, Қонаев қ., 3", "19"),
        ("Алматинская область, г. Конаев, ул. Абая, 3", "19"),
        ("Абай облысы, Ақсуат ауылы", "10"),
        ("Семей қ., Қабанбай батыр к-сі, 1", "10"),
        ("Тараз қ., Төле би к-сі, 7", "31"),
        ("Солтүстік Қазақстан облысы, Петропавл қ.", "59"),
        ("Западно-Казахстанская область, г. Уральск", "27"),
        ("Достық к-сі, 5", None),
        ("Шымкент қ., Түркістан к-сі, 5", None),
        ("", None),
    ],
)
def test_an_address_leads_to_one_division_or_to_a_person(address: str, code: str | None) -> None:
    """A street may bear the name of another region: then a person finds the division out."""
    assert division_of(address) == code
