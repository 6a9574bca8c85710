"""The page of services: what the order says of each, in the words the law data hold."""

from __future__ import annotations

import html
import re

import pytest

from api.console.service_pages import term_lines
from belsendi.law import load_services, service
from tests.console.office import ConsoleOffice

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _sections(office: ConsoleOffice, language: str) -> dict[str, str]:
    """The text of each service's section of the page."""
    async with office.browser("caseworker", language) as desk:
        answer = await desk.get("/console/services")
    assert answer.status_code == 200
    parts = re.split(r'<section class="card service" id="([A-Z]{3})"', answer.text)[1:]
    plain = [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", part))) for part in parts[1::2]]
    return dict(zip(parts[::2], plain, strict=True))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
async def test_every_service_shows_its_verbatim_grounds_and_no_fee(
    office: ConsoleOffice, language: str
) -> None:
    """AC-C01, AC-C07, AC-S28: the survivor's own words stand in its own section only."""
    sections = await _sections(office, language)
    assert set(sections) == set(load_services())
    for code, text in sections.items():
        for ground in service(code).refusal_grounds:
            assert re.sub(r"\s+", " ", ground.kk) in text, (code, ground.code)
        assert not re.search(r"\b(services|circumstance|opening_place)\.\w", text), code
    assert "дәйексіздігін" in sections["SUR"]
    assert "дәйексіздігін" not in sections["BUR"] + sections["DIS"]


async def test_working_hours_stand_per_service_and_place(office: ConsoleOffice) -> None:
    """5.4, 6.4, 7.4; INC-03: both lunch breaks of the disability row are shown."""
    sections = await _sections(office, "kk")
    assert "дс–жм 09:00–18:00, үзіліс 13:00–14:00" in sections["DIS"]
    assert "дс–жм 09:00–17:30, үзіліс 13:00–14:30" in sections["DIS"]
    assert "дс–жм 09:00–18:30, үзіліс 13:00–14:30" in sections["BUR"]
    assert "17:30" not in sections["BUR"] + sections["SUR"]
    assert all("сб 09:00–13:00" in text and "тәулік бойы" in text for text in sections.values())


async def test_terms_stand_per_channel_and_cause(office: ConsoleOffice) -> None:
    """1.4(1): one working day is not universal."""
    sections = await _sections(office, "ru")
    assert (
        "1 раб. дн., со дня регистрации автоматически: общее заболевание, трудовое увечье" in sections["DIS"]
    )
    assert "7 раб. дн., со дня согласия рассматривает сотрудник" in sections["DIS"]
    assert "автоматически" not in sections["SUR"]
    assert "Срок не продлевается." in sections["BUR"]
    assert "продлевается на 5 рабочих дней" in sections["SUR"]


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("BUR", [("state_corporation", 3, False), ("portal", 1, True), ("mobile", 1, True)]),
        (
            "DIS",
            [
                ("state_corporation", 7, False),
                ("provider", 7, False),
                ("portal", 1, True),
                ("portal", 7, False),
                ("mobile", 1, True),
                ("mobile", 7, False),
            ],
        ),
        ("SUR", [("state_corporation", 7, False), ("portal", 7, False), ("mobile", 7, False)]),
    ],
)
async def test_each_channel_has_the_lines_of_its_paths(code: str, lines: list[tuple[str, int, bool]]) -> None:
    assert [(line.channel, line.term.n, line.automatic) for line in term_lines(service(code))] == lines
