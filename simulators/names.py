"""Names for people who do not exist: common given names, surnames and patronymics, drawn at random."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """A surname in both genders and the language the family speaks."""

    male: str
    female: str
    language: str


def _kazakh(*stems: str) -> list[Family]:
    return [Family(stem, f"{stem}а", "kk") for stem in stems]


def _russian(*stems: str) -> list[Family]:
    return [Family(stem, f"{stem}а", "ru") for stem in stems]


FAMILIES = (
    *_kazakh(
        *("Ахметов", "Оспанов", "Сейітов", "Нұрланов", "Қасымов", "Жұмабаев", "Сұлтанов", "Бекмұратов"),
        *("Әбдіғалиев", "Ибраев", "Төлегенов", "Мұқанов", "Сәрсенов", "Байжанов", "Есенов", "Қалиев"),
        *("Рахметов", "Смағұлов", "Тілеубаев", "Дүйсенов", "Жақсыбеков", "Нүсіпов", "Омаров", "Шәріпов"),
    ),
    *_russian(
        *("Иванов", "Кузнецов", "Смирнов", "Волков", "Лебедев", "Новиков", "Морозов", "Соколов", "Громов"),
    ),
)

_GIVEN = {
    ("kk", False): (
        *("Нұрлан", "Ерлан", "Бауыржан", "Асқар", "Дәурен", "Қанат", "Мұрат", "Серік", "Талғат", "Жандос"),
        *("Арман", "Данияр", "Ерболат", "Марат", "Олжас", "Сәкен", "Төлеген", "Қайрат"),
    ),
    ("kk", True): (
        *("Айгүл", "Гүлнар", "Сәуле", "Әсел", "Жанар", "Динара", "Мәдина", "Назгүл", "Перизат", "Раушан"),
        *("Айжан", "Бибігүл", "Әлия", "Гүлмира", "Зәуре", "Қарлығаш", "Меруерт", "Шолпан"),
    ),
    ("ru", False): ("Алексей", "Сергей", "Андрей", "Дмитрий", "Николай", "Виктор", "Павел", "Владимир"),
    ("ru", True): ("Елена", "Наталья", "Ольга", "Ирина", "Светлана", "Татьяна", "Марина", "Галина"),
}
_PATRONYMICS = {
    ("kk", False): ("Нұрланұлы", "Серікұлы", "Асқарұлы", "Мұратұлы", "Қайратұлы", "Маратұлы", "Сәкенұлы"),
    ("kk", True): ("Нұрланқызы", "Серікқызы", "Асқарқызы", "Мұратқызы", "Қайратқызы", "Маратқызы"),
    ("ru", False): ("Сергеевич", "Николаевич", "Викторович", "Андреевич", "Павлович", "Алексеевич"),
    ("ru", True): ("Сергеевна", "Николаевна", "Викторовна", "Андреевна", "Павловна", "Алексеевна"),
}


def surname(family: Family, female: bool) -> str:
    return family.female if female else family.male


def given_name(draw: random.Random, family: Family, female: bool) -> str:
    return draw.choice(_GIVEN[family.language, female])


def patronymic(draw: random.Random, family: Family, female: bool) -> str:
    return draw.choice(_PATRONYMICS[family.language, female])
