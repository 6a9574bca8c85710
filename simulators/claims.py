"""Disabilities and lost breadwinners among the synthetic people, each kind of case in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from simulators.drawing import Maker
from simulators.names import FAMILIES, Family, surname
from simulators.registry.dossier import (
    Birth,
    Conclusion,
    ConclusionKind,
    Dependant,
    Disability,
    Guardianship,
    LegalEntity,
    Marriage,
    MilitaryService,
    NewDisability,
    NewLoss,
    ServiceDeath,
    Study,
    StudyLevel,
    Trade,
    Transfer,
)
from simulators.registry.people import NewDeath, Person, Population

_CAUSES: Sequence[tuple[str | None, str]] = (
    ("GENERAL_ILLNESS", "2"),
    ("WORK_INJURY", "3"),
    ("MILITARY", "2"),
    ("ECO_RADIATION", "2"),
    ("CHILD_0_7", "CHILD"),
    (None, "3"),
    ("CHILD_7_18", "CHILD"),
)
_COUNCIL = "Ведомствоаралық сараптама кеңесі"
_COMMISSION = "Орталық әскери-дәрігерлік комиссия"
_COLLEGE, _UNIVERSITY = "Политехникалық колледж", "Мемлекеттік университет"


def add_funeral_office(world: Population, maker: Maker) -> None:
    """A legal entity that carries out burials."""
    registered = date(maker.today.year - 9, 4, 2)
    world.legal_entities.append(
        LegalEntity(
            bin=maker.bin_number(registered),
            name_kk="«Мәңгілік» жерлеу қызметі» ЖШС",
            name_ru="ТОО «Ритуальная служба «Мәңгілік»",
            certificate_no=f"ЗТ-{maker.draw.randrange(10**6):06d}",
            registered_on=registered,
        )
    )


def add_disability(world: Population, maker: Maker, place: int) -> None:
    """One disability established within the last forty days: seven kinds in turn. A child's applicant is the
    mother (fifth kind, she changed her surname) or a guardian (seventh)."""
    family = maker.draw.choice(FAMILIES)
    cause, group = _CAUSES[place % len(_CAUSES)]
    established = maker.today - timedelta(days=maker.draw.randrange(1, 40))
    disability = Disability(
        group_code=group,
        cause_code=cause,
        established_on=established,
        valid_to=None if place % 3 == 0 else date(established.year + 1, established.month, 1),
        first_time=place % 5 != 1,
        since_childhood=group == "CHILD",
        reference_no=f"МСС-{place + 1:06d}",
    )
    if group == "CHILD":
        applicant = maker.living(family, plain=True)
        child = maker.child(family, 4 if cause == "CHILD_0_7" else 12)
        if cause == "CHILD_0_7":
            applicant = _with_new_surname(maker, applicant, place)
            child = child.model_copy(update={"birth": _birth(maker, child, applicant.iin, None)})
        else:
            child = child.model_copy(update={"guardianship": _guardianship(maker, applicant.iin)})
        world.people += [applicant, child]
        world.disabilities.append(
            NewDisability(iin=child.iin, disability=disability, applicant_iin=applicant.iin)
        )
        return
    person = maker.living(family, plain=True)
    conclusions = _conclusions(cause, established, place)
    world.people.append(person.model_copy(update={"conclusions": conclusions}))
    world.disabilities.append(NewDisability(iin=person.iin, disability=disability))


def _conclusions(cause: str | None, established: date, place: int) -> list[Conclusion]:
    issued = established - timedelta(days=20)
    if cause == "MILITARY":
        return [
            Conclusion(
                kind=ConclusionKind.MILITARY_COMMISSION,
                issuer=_COMMISSION,
                number=f"{place + 1}",
                issued_on=issued,
            )
        ]
    if cause == "ECO_RADIATION":
        return [
            Conclusion(
                kind=ConclusionKind.EXPERT_COUNCIL, issuer=_COUNCIL, number=f"{place + 1}", issued_on=issued
            )
        ]
    return []


def _with_new_surname(maker: Maker, mother: Person, place: int) -> Person:
    """A woman who took her husband's surname; the husband himself is in no register of the seed."""
    before = surname(FAMILIES[place % len(FAMILIES)], female=True)
    married = date(maker.today.year - 8, 6, 15)
    act = Marriage(
        act_no=f"20-{married.year}-{place + 1:05d}",
        certificate_no=f"НҚ-{place + 1:06d}",
        registered_on=married,
        spouse_iin=maker.iin(date(maker.today.year - 40, 3, 3), female=False),
        surname_before=before,
        surname_after=mother.surname,
    )
    return mother.model_copy(update={"marriages": [act]})


def _birth(maker: Maker, child: Person, mother: str | None, father: str | None) -> Birth:
    serial = maker.draw.randrange(10**6)
    return Birth(
        act_no=f"30-{child.birth_date.year}-{serial:06d}",
        certificate_no=f"ТК-{serial:06d}",
        registered_on=child.birth_date + timedelta(days=20),
        mother_iin=mother,
        father_iin=father,
    )


def _guardianship(maker: Maker, guardian: str) -> Guardianship:
    return Guardianship(
        guardian_iin=guardian,
        decision_no=f"{maker.draw.randrange(1, 999)}",
        valid_from=date(maker.today.year - 2, 5, 1),
    )


@dataclass(frozen=True)
class _Kind:
    """A kind of bereaved family: ages of the children, and what is particular about one of them."""

    ages: tuple[int, ...]
    study: tuple[StudyLevel, str, bool] | None = None
    trade: bool = False
    served: bool = False
    guarded: bool = False


_KINDS = (
    _Kind((5, 10)),
    _Kind((19,), study=(StudyLevel.TECHNICAL_VOCATIONAL, "FULL_TIME", False)),
    _Kind((20,), study=(StudyLevel.HIGHER, "FULL_TIME", True)),
    _Kind((21,), study=(StudyLevel.HIGHER, "EXTRAMURAL", False)),
    _Kind((5,), trade=True),
    _Kind((8, 12), served=True),
    _Kind((7,), guarded=True),
)


def add_loss(world: Population, maker: Maker, place: int) -> None:
    """One family whose father died within the last sixty days: two small children; a college student; a
    university student on leave; an extramural one; a caregiver who trades and pays; a father who died in
    service; a child under guardianship. The feed of deaths does not tell of these fathers."""
    kind = _KINDS[place % len(_KINDS)]
    family = maker.draw.choice(FAMILIES)
    registered = maker.today - timedelta(days=maker.draw.randrange(1, 60))
    died = registered - timedelta(days=maker.draw.randrange(1, 4))
    father = maker.person(family, maker.birthday(45, 55), female=False)
    mother = maker.living(family, plain=True, female=True)
    wedding = _Wedding(maker)
    father = father.model_copy(
        update={
            "died_on": died,
            "marriages": [wedding.with_(mother, father.surname)],
            **_service(kind, died, place),
        }
    )
    if not kind.guarded:
        mother = mother.model_copy(update={"marriages": [wedding.with_(father, mother.surname)]})
    mother = mother.model_copy(update=_trade(maker, kind))
    children = [_child(maker, family, kind, age, father, mother) for age in kind.ages]
    world.people += [father, mother, *children]
    world.deaths.append(
        NewDeath(
            deceased_iin=father.iin,
            date_of_death=died,
            registered_on=registered,
            declarant_iin=mother.iin,
            in_feed=False,
        )
    )
    grown = kind.study is not None
    world.losses.append(
        NewLoss(
            breadwinner_iin=father.iin,
            date_of_death=died,
            registered_on=registered,
            applicant_iin=children[0].iin if grown else mother.iin,
            dependants=[Dependant(iin=child.iin) for child in children],
        )
    )


class _Wedding:
    """One act of marriage as it stands on the record of either of the two."""

    def __init__(self, maker: Maker) -> None:
        self._on = date(maker.today.year - 24, 7, 1 + maker.draw.randrange(28))
        self._serial = maker.draw.randrange(10**6)

    def with_(self, spouse: Person, keeps: str) -> Marriage:
        """The act on the record of the other one, who keeps this surname."""
        return Marriage(
            act_no=f"20-{self._on.year}-{self._serial:06d}",
            certificate_no=f"НҚ-{self._serial:06d}",
            registered_on=self._on,
            spouse_iin=spouse.iin,
            surname_before=keeps,
            surname_after=keeps,
        )


def _service(kind: _Kind, died: date, place: int) -> dict[str, object]:
    if not kind.served:
        return {}
    issuer = "ҚР Қорғаныс министрлігі"
    served = MilitaryService(card_no=f"АС {place + 1:07d}", issuer=issuer, served_from=date(2005, 5, 1))
    died_of_it = ServiceDeath(issuer=issuer, number=f"{place + 1}", issued_on=died + timedelta(days=10))
    return {"military_service": served, "service_death": died_of_it}


def _trade(maker: Maker, kind: _Kind) -> dict[str, object]:
    if not kind.trade:
        return {}
    lately = [maker.today - timedelta(days=days) for days in (100, 70, 40)]
    return {
        "trade": Trade(since=date(maker.today.year - 3, 2, 1)),
        "transfers": [Transfer(kind=sort, on=day) for day in lately for sort in ("PENSION", "SOCIAL")],
    }


def _child(maker: Maker, family: Family, kind: _Kind, age: int, father: Person, mother: Person) -> Person:
    """A child of the two; in a guarded family the mother is only the guardian. A grown one has a telephone."""
    grown = kind.study is not None
    child = maker.living(family, plain=True, born=maker.born(age)) if grown else maker.child(family, age)
    mother_iin = None if kind.guarded else mother.iin
    known: dict[str, object] = {"birth": _birth(maker, child, mother_iin, father.iin)}
    if kind.guarded:
        known["guardianship"] = _guardianship(maker, mother.iin)
    if kind.study is not None:
        known["studies"] = [_study(maker, *kind.study)]
    return child.model_copy(update=known)


def _study(maker: Maker, level: StudyLevel, form: str, on_leave: bool) -> Study:
    began = date(maker.today.year - 2, 9, 1)
    return Study(
        institution=_UNIVERSITY if level.higher else _COLLEGE,
        level=level,
        form=form,
        year_of_study="2",
        studies_from=began,
        studies_to=date(began.year + 4, 6, 30),
        leave_from=maker.today - timedelta(days=60) if on_leave else None,
        leave_to=maker.today + timedelta(days=300) if on_leave else None,
    )
