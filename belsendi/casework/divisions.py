"""Which State Corporation division serves an address: by the region or city that the address names.

The codes are the first two digits of the classifier of administrative units (ҚР ҰЖ 11, КАТО). That divisions
follow regions is a product decision; a region that cannot be told is left to a person.
"""

from __future__ import annotations

from belsendi.contracts.personal_data import AddressText

# Region: the words by which a registered address names it. A region's centre may stand for it.
_NAMES: dict[str, tuple[str, ...]] = {
    "10": ("абай обл", "область абай", "семей қ", "г. семей"),
    "11": ("ақмола", "акмолинск", "көкшетау", "кокшетау"),
    "15": ("ақтөбе", "актюбинск", "актобе"),
    "19": ("алматы обл", "алматинская обл", "қонаев", "конаев"),
    "23": ("атырау",),
    "27": ("батыс қазақстан", "западно-казахстанск", "орал қ", "г. уральск"),
    "31": ("жамбыл обл", "жамбылская обл", "тараз"),
    "33": ("жетісу", "жетысу", "талдықорған", "талдыкорган"),
    "35": ("қарағанды", "караганд"),
    "39": ("қостанай", "костанай"),
    "43": ("қызылорда", "кызылорд"),
    "47": ("маңғыстау", "мангистау", "ақтау", "актау"),
    "55": ("павлодар",),
    "59": ("солтүстік қазақстан", "северо-казахстанск", "петропавл"),
    "61": ("түркістан", "туркестан"),
    "62": ("ұлытау", "улытау", "жезқазған", "жезказган"),
    "63": ("шығыс қазақстан", "восточно-казахстанск", "өскемен", "усть-каменогорск"),
    "71": ("астана",),
    "75": ("алматы қ", "г. алматы"),
    "79": ("шымкент",),
}


def division_of(address: AddressText) -> str | None:
    """The code of the division for a registered address, None when it names no region or several."""
    named = address.casefold()
    found = [code for code, names in _NAMES.items() if any(name in named for name in names)]
    return found[0] if len(found) == 1 else None
