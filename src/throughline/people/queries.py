"""What a person sees of herself, and what a manager sees of the team."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from throughline.accounts.models import User
from throughline.objectives.models import Cycle, Initiative
from throughline.people import access, unknowns
from throughline.people.models import Capacity, GrowthGoal, Interest, Profile, WorkKind
from throughline.people.unknowns import Unknown
from throughline.people.words import LEVELS, LIKINGS, WISHES, word_of


@dataclass(frozen=True, slots=True)
class OfKind:
    """What is held of a person about one kind of work."""

    kind: WorkKind
    stated: float | None = None
    stated_at: datetime | None = None
    skill: float | None = None
    taps: int = 0
    absorbed: int = 0
    again: int = 0

    @property
    def can(self) -> str:
        """The stated skill in words, or nothing."""
        return "" if self.skill is None else word_of(self.skill, LEVELS)


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held of a person, as she sees it."""

    person: User
    profile: Profile | None
    kinds: tuple[OfKind, ...]
    goals: tuple[GrowthGoal, ...]
    ended: tuple[GrowthGoal, ...]
    capacities: tuple[Capacity, ...]
    history: tuple[Interest, ...] = field(default=())

    @property
    def wishes(self) -> list[str]:
        """Where the person wants to be seen, in words."""
        asked = self.profile.visibility if self.profile else []
        return [title for key, title in WISHES if key in asked]

    @property
    def unstated(self) -> list[WorkKind]:
        """The kinds that the person said nothing of: not the same as no interest."""
        return [each.kind for each in self.kinds if each.stated is None]


def held(person: User) -> Held:
    """All that is held of the person who asks."""
    kinds = list(access.kinds_in_use())
    history = tuple(access.own_interests(person))
    newest = {each.kind_id: each for each in history}
    skills = {each.kind_id: each.level for each in access.skills_of(person)}
    taps = list(access.own_taps(person))
    goals = list(access.own_goals(person))

    def of(kind: WorkKind) -> OfKind:
        said = newest.get(kind.pk)
        mine = [each for each in taps if each.kind_id == kind.pk]
        return OfKind(
            kind,
            stated=said.value if said else None,
            stated_at=said.at if said and said.value is not None else None,
            skill=skills.get(kind.pk),
            taps=len(mine),
            absorbed=sum(each.absorbed is True for each in mine),
            again=sum(each.again is True for each in mine),
        )

    return Held(
        person,
        access.own_profile(person),
        tuple(of(kind) for kind in kinds),
        tuple(each for each in goals if each.ended_at is None),
        tuple(each for each in goals if each.ended_at is not None),
        tuple(access.capacities_of(person)),
        history,
    )


def cycle_to_plan() -> Cycle | None:
    """The cycle whose weeks are asked for: the one being planned, or the one that runs."""
    open_ones = Cycle.objects.exclude(state=Cycle.State.CLOSED).order_by("-start", "-id")
    planned = open_ones.filter(state__in=(Cycle.State.DRAFT, Cycle.State.PROPOSED)).first()
    return planned or open_ones.first()


def weeks_in(cycle: Cycle) -> float:
    """The length of a cycle in weeks, to the tenth."""
    return round(((cycle.end - cycle.start).days + 1) / 7, 1)


def who_said_weeks(cycle: Cycle) -> frozenset[int]:
    """The ids of those whose weeks in a cycle were said, by themselves or for them; of others all count."""
    return frozenset(Capacity.objects.filter(cycle=cycle).values_list("person_id", flat=True))


def waiting_for_taps(person: User) -> list[Initiative]:
    """Work of the person that is done and that she said nothing of yet."""
    done = Initiative.objects.filter(
        assignments__user=person, status=Initiative.Status.DONE, archived_at=None
    )
    said = access.own_taps(person).values_list("initiative_id", flat=True)
    return list(done.exclude(pk__in=said).distinct().order_by("-id"))


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the team as a manager sees her."""

    person: User
    capacity: Capacity | None
    has_answered: bool
    # None: the person keeps it to herself.
    interests: tuple[tuple[WorkKind, str], ...] | None
    goals: tuple[GrowthGoal, ...] | None
    unknown: tuple[Unknown, ...] = ()

    @property
    def to_ask(self) -> list[str]:
        """What there is to ask the person, in sentences."""
        return unknowns.to_lead(self.unknown)


def team(asking: User, cycle: Cycle | None, *, on: date) -> list[Member]:
    """Everybody who can be given work, with what each lets a manager see, and what to ask each on a day."""
    people = list(access.workers())
    capacities = (
        {each.person_id: each for each in Capacity.objects.filter(cycle=cycle)} if cycle is not None else {}
    )
    answered = access.asked_before()
    sharing = {each.person_id: each for each in Profile.objects.all()}
    interests = access.by_person(access.shared_interests(asking))
    goals = access.by_person(access.shared_goals(asking))
    unknown = unknowns.of_team(people, on=on)

    def shown(person: User) -> tuple[tuple[WorkKind, str], ...] | None:
        if person.pk not in sharing or not sharing[person.pk].shares_interests:
            return None
        newest = {each.kind: each.value for each in interests.get(person.pk, [])}
        said = [(kind, value) for kind, value in newest.items() if value is not None]
        ordered = sorted(said, key=lambda each: (-each[1], each[0].position))
        return tuple((kind, word_of(value, LIKINGS)) for kind, value in ordered)

    return [
        Member(
            each,
            capacities.get(each.pk),
            each.pk in answered,
            shown(each),
            tuple(goals.get(each.pk, [])) if each.pk in sharing and sharing[each.pk].shares_goals else None,
            unknown[each.pk],
        )
        for each in people
    ]
