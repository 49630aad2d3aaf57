"""The case list as it leaves the register: which cases, how much of each, and the act that says so in the log.

A case is pared down here to what was asked for, before any file: a writer never holds what it must not write. Texts,
sender data and secret cases are each asked for apart (domain 8 R3), and every reading of the last two is an event in
the log of its case. Which cases a filter gives is what :meth:`klagreg.register.Register.listed` says it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from klagreg import secrecy
from klagreg.days import shown_moment
from klagreg.desk import Desk
from klagreg.errors import Refused
from klagreg.model import NOBODY, Case, Deadline, Event, Measure, SecretCase
from klagreg.sheets import Column, Kind
from klagreg.store.cases import Filter
from klagreg.terms import BY_NAME, Feedback

Seen = Case | SecretCase
Take = Callable[[Seen], None]
"""Takes one case after the other, as much of it as may be written."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be exported, and what of it."""

    wanted: Filter
    on: date
    """Deadlines are judged as of this day."""
    texts: bool = False
    """Description, proposal, answer, lesson, reasons and what measures say."""
    senders: bool = False
    secret: bool = False
    """Secret cases whole, and also when they are chosen by what they hide."""

    @property
    def is_open(self) -> bool:
        """Nothing of it was asked for beyond what a list shows."""
        return not (self.texts or self.senders or self.secret)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export held."""

    rows: int
    senders: int
    """Cases whose sender data are in it."""
    secret: int
    """Secret cases that are in it whole."""
    withheld: int
    """Secret cases that are in it with number, days and statute."""
    left_out: int
    """Secret cases in the register, when they were not chosen among; it does not depend on the filter."""


class Told(NamedTuple):
    """A column of the list, and what a case has in it: a text, a day, or nothing."""

    column: Column
    of: Callable[[Any], str | date | None]
    of_secret: bool = False
    """Whether a secret case shows it too."""

    def value(self, case: Seen) -> str | date:
        """What stands in the column; nothing is an empty text."""
        found = self.of(case) if self.of_secret or isinstance(case, Case) else None
        return "" if found is None else found


class Exporting(Desk):
    """The list of cases as a file."""

    def export(
        self,
        asked: Asked,
        file: Path,
        take: Take,
        *,
        most: int | None = None,
        begun: Callable[[int], None] = lambda _: None,
    ) -> Exported:
        """Exportera: give each chosen case to ``take``, the last registered first, and log what left the register.

        All of them as they are at one moment; no other act is stored meanwhile. The log may tell of a file that was
        never finished, but no file is finished that the log does not tell of. ``file`` is where it will lie, ``most``
        how many cases it can hold; ``begun`` is told how many there are.

        Raises:
            Refused: there are more than ``most``.
        """
        with self.act():
            masks = asked.wanted.looks_inside and not asked.secret
            wanted = asked.wanted._replace(unmarked_on=self.env.today) if masks else asked.wanted
            chosen = self.store.chosen(wanted)
            if most is not None and len(chosen) > most:
                raise Refused(
                    f"Urvalet är {len(chosen)} ärenden, och ett blad i Excel rymmer {most}.",
                    "Välj färre, till exempel med --fran och --till, eller skriv en .csv i stället.",
                )
            begun(len(chosen))
            held: Counter[str] = Counter()
            read: list[tuple[str, Event]] = []
            for case in self.store.each_of(chosen):
                take(self._seen(case, asked, held, read))
            self.store.log_many(read)
            self.log("exporterad", self.env.today, [*_what_left(asked, len(chosen)), self.file_told(file)])
            left_out = self.store.marked_secret(self.env.today) if masks else 0
        return Exported(len(chosen), held["senders"], held["secret"], held["withheld"], left_out)

    def columns(self, asked: Asked) -> tuple[Told, ...]:
        """The columns of the list as a table, in their order."""
        with self.store.reading():
            labels = {name: self.store.vocabulary(name).label for name in ("kanal", "omrade")}
            titles = {rule.key: rule.title for rule_set in self.store.rule_sets() for rule in rule_set.rules}
        told = [
            *_facts(labels, self.env.today),
            *(column for key, title in titles.items() for column in _of_deadline(key, title, asked.on)),
            *(_TEXTS if asked.texts else ()),
            *(_SENDER if asked.senders else ()),
        ]
        return tuple(_unlike(told))

    def _seen(self, case: Case, asked: Asked, held: Counter[str], read: list[tuple[str, Event]]) -> Seen:
        """As much of a case as was asked for and may be seen; what is ``read`` of it beyond a list is to be logged."""
        today = self.env.today
        if case.secrecy_on(today):
            held["secret" if asked.secret else "withheld"] += 1
            if not asked.secret:
                return secrecy.masked(case, today)
            read.append((case.number, self.event("last_sekretess", today, ())))
        if asked.senders and case.sender != NOBODY:
            held["senders"] += 1
            read.append((case.number, self.event("last_personuppgifter", today, ())))
        return pared(case, asked)


def pared(case: Case, asked: Asked) -> Case:
    """A case without the texts and the sender, unless they were asked for.

    What is written to be published, the public title and the approved answer, is no such text (domain 8 R2).
    """
    if not asked.senders:
        case = case._replace(sender=NOBODY)
    if asked.texts:
        return case
    return case._replace(
        description=None,
        proposal=None,
        answer=None,
        lesson=None,
        feedback=tuple(given._replace(reason=None) for given in case.feedback),
        measures=tuple(measure._replace(text="") for measure in case.measures),
    )


def in_words(wanted: Filter) -> str:
    """Which cases were chosen, as the log and the file say it."""
    said = (
        wanted.type and f"typ {wanted.type.label.lower()}",
        wanted.status and f"status {wanted.status.label.lower()}",
        wanted.unit and f"enhet {wanted.unit}",
        wanted.board and f"nämnd {wanted.board}",
        wanted.handler and f"handläggare {wanted.handler}",
        wanted.overdue_on and f"försenade {wanted.overdue_on}",
        "obesvarade" if wanted.unanswered else None,
        wanted.start and f"inkomna från och med {wanted.start}",
        wanted.end and f"inkomna till och med {wanted.end}",
    )
    return _joined(said) or "alla ärenden"


def _joined(said: Iterable[object]) -> str:
    return ", ".join(str(part) for part in said if part)


def _what_left(asked: Asked, rows: int) -> list[tuple[str, Any, Any]]:
    included = {"texter": asked.texts, "personuppgifter": asked.senders, "sekretess": asked.secret}
    return [
        ("urval", None, in_words(asked.wanted)),
        ("per", None, asked.on.isoformat()),
        ("rader", None, rows),
        *((name, None, "ja") for name, is_included in included.items() if is_included),
    ]


# -- the columns --------------------------------------------------------------------------------


def _text(heading: str, width: int, of: Callable[[Any], str | None], *, of_secret: bool = False) -> Told:
    return Told(Column(heading, Kind.TEXT, width), of, of_secret)


def _day(heading: str, of: Callable[[Any], date | None], *, of_secret: bool = False) -> Told:
    return Told(Column(heading, width=13), of, of_secret)


def _flag(heading: str, width: int, of: Callable[[Any], bool]) -> Told:
    return _text(heading, width, lambda case: "Ja" if of(case) else "Nej")


def _named(name: str) -> str:
    return BY_NAME[name].heading


def _facts(labels: Mapping[str, Callable[[str | None], str]], today: date) -> Iterator[Told]:
    """What every list has. ``importera`` knows most of the headings, and takes the columns back by itself."""
    yield _text(_named("number"), 17, lambda case: case.number, of_secret=True)
    yield _text(_named("diary_number"), 18, lambda case: case.diary_number)
    yield _text(_named("type"), 13, lambda case: case.type.label)
    yield _text(_named("status"), 12, lambda case: case.status.label)
    yield _day(_named("received"), lambda case: case.received, of_secret=True)
    yield _day(
        _named("registered_at"),
        lambda case: date.fromisoformat(shown_moment(case.registered_at)[:10]),
        of_secret=True,
    )
    yield _text(_named("secrecy"), 22, lambda case: _statute(case, today), of_secret=True)
    yield _text(_named("registered_by"), 16, lambda case: case.registered_by)
    yield _text(_named("received_by"), 16, lambda case: case.received_by)
    yield _text(_named("channel"), 18, lambda case: case.channel and labels["kanal"](case.channel))
    yield _text(_named("board"), 24, lambda case: case.board)
    yield _text(_named("unit"), 24, lambda case: case.unit)
    yield _text(_named("area"), 24, lambda case: case.area and labels["omrade"](case.area))
    yield _text(_named("provider"), 18, lambda case: case.provider)
    yield _text(_named("title"), 48, lambda case: case.title)
    yield _text(_named("handler"), 18, lambda case: case.handler)
    yield _text(_named("contact"), 18, lambda case: case.contact.label)
    yield _flag(_named("anonymous"), 11, lambda case: case.anonymous)
    yield _day(_named("occurred_on"), lambda case: case.occurred_on)
    yield _text(_named("affects"), 12, lambda case: case.affects and case.affects.label)
    yield _text(_named("kept_elsewhere"), 22, lambda case: case.kept_elsewhere)
    yield _flag(_named("individual"), 20, lambda case: case.individual)
    yield _flag(_named("protected"), 20, lambda case: case.protected)
    yield _text(_named("route"), 24, lambda case: case.route and case.route.label)
    yield _day("Första återkoppling", lambda case: min((g.given_on for g in case.feedback), default=None))
    yield _day(Feedback.ANSWER.label, lambda case: case.final_answer and case.final_answer.given_on)
    yield _text(_named("outcome"), 26, lambda case: case.outcome and case.outcome.label)
    yield _day(_named("closed"), lambda case: case.closed_on, of_secret=True)


def _statute(case: Seen, today: date) -> str | None:
    mark = case.secrecy_on(today) if isinstance(case, Case) else case.secrecy
    return mark.statute if mark else None


def _of_deadline(key: str, title: str, on: date) -> Iterator[Told]:
    """A promise or a goal, under the title that the newest rules give it; empty where a case has none."""

    def given(case: Seen) -> Deadline | None:
        return next((deadline for deadline in case.deadlines if deadline.rule.key == key), None)

    def due(case: Seen) -> date | None:
        deadline = given(case)
        return deadline.due_as_of(on) if deadline else None

    def met(case: Seen) -> date | None:
        deadline = given(case)
        return deadline.met_on if deadline and deadline.met_on and deadline.met_on <= on else None

    def state(case: Seen) -> str | None:
        deadline = given(case)
        return deadline.state(case, on).label if deadline else None

    yield _day(f"{title}: sista dag", due, of_secret=True)
    yield _day(f"{title}: fullgjord", met, of_secret=True)
    yield _text(f"{title}: läge", 14, state, of_secret=True)


def _measures(case: Case) -> str | None:
    return "\n".join(map(_measure, case.measures)) or None


def _measure(measure: Measure) -> str:
    told = _joined(
        (
            measure.responsible,
            measure.due_on and f"klar senast {measure.due_on}",
            measure.done_on and f"genomförd {measure.done_on}",
        )
    )
    return f"{measure.number}. {measure.text}{f' ({told})' if told else ''}"


_TEXTS = (
    _text(_named("description"), 64, lambda case: case.description),
    _text(_named("proposal"), 48, lambda case: case.proposal),
    _text(_named("answer"), 64, lambda case: case.answer),
    _text(_named("lesson"), 48, lambda case: case.lesson),
    _text(_named("measures"), 48, _measures),
)
_SENDER = (
    _text(_named("role"), 16, lambda case: case.sender.role and case.sender.role.label),
    _text(_named("name"), 24, lambda case: case.sender.name),
    _text(_named("email"), 28, lambda case: case.sender.email),
    _text(_named("phone"), 16, lambda case: case.sender.phone),
    _text(_named("address"), 32, lambda case: case.sender.address),
    _text(_named("preferred"), 14, lambda case: case.sender.preferred and case.sender.preferred.label),
    _text(_named("case_file"), 18, lambda case: case.sender.case_file),
)


def _unlike(told: Sequence[Told]) -> Iterator[Told]:
    """The same columns, no two with the same heading: two promises may have the same title."""
    seen: Counter[str] = Counter()
    for one in told:
        heading = one.column.heading
        seen[heading.casefold()] += 1
        again = seen[heading.casefold()]
        yield one if again == 1 else one._replace(column=one.column._replace(heading=f"{heading} ({again})"))
