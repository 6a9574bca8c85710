"""A message that could reach a citizen wrong stops the start instead (ConfigurationError names the file)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from belsendi.dialogue import MessageCatalogue
from belsendi.errors import ConfigurationError


def _write(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return change


def _remove(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink()

    return change


def _edit(name: str, change_data: Callable[[dict], object]) -> Callable[[Path], None]:  # type: ignore[type-arg]
    def change(folder: Path) -> None:
        data = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        change_data(data)
        (folder / name).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

    return change


BREAKAGES = {
    "no catalogue": (_remove("catalogue.yaml"), "catalogue.yaml"),
    "not yaml": (_write("catalogue.yaml", "a: ["), "catalogue.yaml"),
    "unknown key": (_edit("catalogue.yaml", lambda d: d.update(extra=1)), "catalogue.yaml"),
    "missing language": (_remove("ru/M-02.txt"), "ru/M-02.txt"),
    "empty template": (_write("kk/M-02.txt", " \n"), "kk/M-02.txt"),
    "broken template": (_write("kk/M-02.txt", "{{ a"), "kk/M-02.txt"),
    "unknown field": (_write("kk/M-02.txt", "{{ name }}"), "kk/M-02.txt"),
    "unused field": (_write("kk/M-04.txt", "Келісім алынды."), "kk/M-04.txt"),
    "stray template": (_write("ru/M-77.txt", "x"), "ru/M-77.txt"),
    "too long": (_write("kk/M-02.txt", "ә" * 71), "kk/M-02.txt takes 2 SMS parts"),
    "link": (_write("ru/M-02.txt", "Откройте https://egov.kz"), "ru/M-02.txt"),
    "bare domain": (_write("ru/M-02.txt", "Зайдите на egov-kz.com"), "ru/M-02.txt"),
    "portal with a path": (_write("ru/M-02.txt", "Портал egov.kz/pay"), "ru/M-02.txt"),
    "address": (_write("ru/M-02.txt", "Зайдите на 10.0.0.1"), "ru/M-02.txt"),
    "asks for a code": (_write("ru/M-02.txt", "Отправьте код из SMS."), "ru/M-02.txt"),
    "asks for a code, kk": (_write("kk/M-02.txt", "Кодты жіберіңіз."), "kk/M-02.txt"),
    "asks for a password": (_write("kk/M-02.txt", "Құпия сөзді жіберіңіз."), "kk/M-02.txt"),
    "asks for money": (_write("ru/M-02.txt", "Оплатите пошлину."), "ru/M-02.txt"),
    "asks for a card": (_write("ru/M-02.txt", "Отправьте номер карты."), "ru/M-02.txt"),
    "shows an account": (_write("kk/M-02.txt", "KZ86125KZT5004100100"), "kk/M-02.txt"),
    "shows an iin": (_write("kk/M-02.txt", "800101300123"), "kk/M-02.txt"),
    "sample lacks": (_edit("catalogue.yaml", lambda d: d["messages"]["M-03"].pop("sample")), "M-03"),
    "sample of a wrong kind": (
        _edit("catalogue.yaml", lambda d: d["messages"]["M-03"].update(sample={"n": "many"})),
        "M-03",
    ),
    "cause unknown": (
        _edit("catalogue.yaml", lambda d: d["messages"]["M-06-BUR"].update(causes=["CK9"])),
        "M-06-BUR",
    ),
    "causes missing": (
        _edit("catalogue.yaml", lambda d: d["messages"]["M-06-BUR"].pop("causes")),
        "M-06-BUR",
    ),
    "class unknown": (
        _edit("catalogue.yaml", lambda d: d["messages"]["M-02"].update({"class": "advert"})),
        "catalogue.yaml",
    ),
    "cause in one language": (_edit("causes.yaml", lambda d: d["CK1"].pop("kk")), "causes.yaml"),
    "state without words": (_edit("status.yaml", lambda d: d["states"].pop("CHECKING")), "CHECKING"),
    "outcome without words": (_edit("status.yaml", lambda d: d["outcomes"].pop("REFUSED")), "REFUSED"),
    "status missing": (_remove("status.yaml"), "status.yaml"),
    "consent in one language": (_remove("consent/kk/BUR.txt"), "consent/kk/BUR.txt"),
    "consent without the items": (
        _write(
            "consent/ru/BUR.txt",
            "1. {{ operator_name }} {{ operator_bin }} {{ subject_name }} {{ term }} {{ third_parties }}"
            " {{ withdrawal_contact }}",
        ),
        "consent/ru/BUR.txt",
    ),
    "consent with other fields": (_write("consent/ru/BUR.txt", "{{ name }}"), "consent/ru/BUR.txt"),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_the_product_does_not_start_with_a_broken_message(folder: Path, breakage: str) -> None:
    change, named = BREAKAGES[breakage]
    change(folder)
    with pytest.raises(ConfigurationError) as refusal:
        MessageCatalogue.load(folder)
    assert named in str(refusal.value)


def test_an_unbroken_copy_starts(folder: Path) -> None:
    assert MessageCatalogue.load(folder).ids()


def test_a_service_with_messages_needs_a_consent_text(folder: Path) -> None:
    for language in ("kk", "ru"):
        (folder / "consent" / language / "BUR.txt").unlink()
    with pytest.raises(ConfigurationError, match="BUR"):
        MessageCatalogue.load(folder)


def test_a_longer_cause_that_breaks_the_limit_is_found_at_the_start(folder: Path) -> None:
    causes = folder / "causes.yaml"
    causes.write_text(
        causes.read_text(encoding="utf-8").replace("төлем тағайындалған", "төлем " * 30), encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match=r"kk/M-06-BUR\.txt takes"):
        MessageCatalogue.load(folder)
