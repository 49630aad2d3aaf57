"""The acts around the cases: units, handlers, rules, and what a year's report tells beside the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from klagreg import border, casework, days, deadlines
from klagreg.days import Period, with_weekday
from klagreg.desk import Desk, in_force
from klagreg.errors import BadValue, IdentityFound, Refused, UnknownCode
from klagreg.profile import Profile
from klagreg.rules import LocalRule, Rule
from klagreg.staff import Handler, Unit
from klagreg.store import yearly as stored
from klagreg.terms import fold, nearest
from klagreg.workdays import CALENDAR_END
from klagreg.yearly import Answers, Judgement, Presentation, RuleReview, Survey, YearAtWork, YearlyText

Entry = TypeVar("Entry", Unit, Handler)

_UNIT_KEYS = {"board": "namnd", "receiver": "mottagare", "manager": "chef"}
_HANDLER_KEYS = {
    "unit": "enhet",
    "full_name": "fullt_namn",
    "title": "titel",
    "phone": "telefon",
    "email": "epost",
    "address": "adress",
}


class Upkeep(Desk):
    """The register's own lists and rules; every method is one act or one look."""

    # -- units and handlers ---------------------------------------------------------------------

    def put_unit(self, unit: Unit) -> Unit:
        """Enhet lägg till; without a nämnd it gets the register's own."""
        with self.act():
            return self._put_unit(None, unit._replace(board=unit.board or self.directory.default_board()))

    def change_unit(self, name: str, /, *, take_up: bool = False, **values: str | None) -> tuple[Unit, list[str]]:
        """Enhet ändra: what is None stays, what is empty is taken away. ``take_up``: it is no longer retired.

        Gives the unit as it is now, and the names of its attributes that changed.

        Raises:
            Refused: nothing changes, or the rules in force use the name.
        """
        with self.act():
            old = self.directory.unit(name)
            new = _changed(old, "Enheten", values, take_up=take_up)
            if fold(new.name) != fold(old.name):
                self._no_rules_may_use(old)
            kept = self._put_unit(old, new)
            return kept, _differing(old, kept)

    def retire_unit(self, name: str, on: date) -> Unit:
        """Enhet avveckla: no new cases, the old ones stay.

        Raises:
            Refused: it is retired already, or the rules in force use the name.
        """
        with self.act():
            old = self.directory.unit(name)
            new = _retired(old, "Enheten", on, self.env.today)
            self._no_rules_may_use(old)
            return self._put_unit(old, new, on)

    def put_handler(self, handler: Handler) -> Handler:
        """Handläggare lägg till."""
        with self.act():
            return self._put_handler(None, handler)

    def change_handler(self, name: str, /, *, take_up: bool = False, **values: str | None) -> tuple[Handler, list[str]]:
        """Handläggare ändra: what is None stays, what is empty is taken away. ``take_up``: no longer retired.

        Gives the handler as they are now, and the names of the attributes that changed.

        Raises:
            Refused: nothing changes, or the rules in force use the name.
        """
        with self.act():
            old = self.directory.handler(name)
            new = _changed(old, "Handläggaren", values, take_up=take_up)
            if fold(new.name) != fold(old.name):
                self._no_rules_may_use(old)
            kept = self._put_handler(old, new)
            return kept, _differing(old, kept)

    def retire_handler(self, name: str, on: date) -> Handler:
        """Handläggare avveckla: no new cases, the old ones stay.

        Raises:
            Refused: retired already, or the rules in force use the name.
        """
        with self.act():
            old = self.directory.handler(name)
            new = _retired(old, "Handläggaren", on, self.env.today)
            self._no_rules_may_use(old)
            return self._put_handler(old, new, on)

    # -- rules ----------------------------------------------------------------------------------

    def adopt_first(self, profile: Profile) -> None:
        """The profile that a new register begins with; inside the transaction that makes it."""
        self._adopt(profile, self.env.today)
        self.log("skapat", self.env.today, [("regelverk", None, profile.name)])

    def adopt(self, profile: Profile, valid_from: date) -> None:
        """Regler ändra: a new profile for cases that come in from a day on; earlier cases keep theirs."""
        with self.act():
            latest = self.store.rule_sets()[-1]
            if valid_from < latest.valid_from:
                raise Refused(
                    f"Regelverket {latest.name} gäller från {latest.valid_from}, som är senare än {valid_from}.",
                    "Ange en senare dag med --fran.",
                )
            self._adopt(profile, valid_from)
            self.log("regler", valid_from, [("regelverk", latest.name, profile.name)])

    def tighten(self, local: LocalRule) -> tuple[LocalRule, Rule]:
        """Regler skärp: a stricter rule for a unit or a nämnd, for cases that come in from a day on.

        Gives the rule as stored, and the promise as it is there from now on.

        Raises:
            UnknownCode: the profile has no such promise.
            Refused: on some day it would promise less than what holds there already (Enköping), or never more.
        """
        with self.act():
            rules = {rule.key: rule for rule in self.rules_on(local.valid_from).rules}
            if fold(local.key) not in rules:
                raise UnknownCode("--frist", local.key, list(rules), nearest(local.key, rules))
            unit = self.directory.unit(local.unit) if local.unit else None
            board = self.directory.board(local.board) if local.board else None
            local = local._replace(key=fold(local.key), unit=unit.name if unit else None, board=board)
            rule = rules[local.key]
            for held, where in self._held_already(local, rule, unit.board if unit else None):
                self._must_promise_more(local, rule, held, where)
            self.store.add_local_rule(local)
            told = f"{local.where}, {rule.title}: {local.in_words}"
            self.log("regler", local.valid_from, [("strangare_regel", None, told)])
            return local, local.over(rule)

    def _held_already(self, local: LocalRule, rule: Rule, board: str | None) -> list[tuple[Rule, str]]:
        """What is promised at the place already: by the profile, by its nämnd, by itself."""
        places = {local.unit, local.board or board} - {None}
        earlier = [one for one in self.store.local_rules() if one.key == rule.key and one.where in places]
        return [(rule, "regelverkets"), *((one.over(rule), f"de för {one.where} redan lovade") for one in earlier)]

    def _must_promise_more(self, local: LocalRule, rule: Rule, held: Rule, where: str) -> None:
        wording, calendar = local.over(rule), self.store.calendar(local.valid_from, CALENDAR_END)
        arrivals = [local.valid_from + timedelta(days=n) for n in range(_DAYS_COMPARED)]
        in_force = f"{where} {held.length} {held.counted_in.label}"
        looser = deadlines.first_looser_day(wording, held, calendar, arrivals)
        if looser:
            raise Refused(
                f"{local.in_words} lovar mindre än {in_force}, till exempel för ett ärende som kommer in "
                f"{with_weekday(looser)}.",
                "En egen regel får vara strängare men aldrig mildare.",
            )
        if deadlines.first_looser_day(held, wording, calendar, arrivals) is None:
            raise Refused(f"{local.in_words} lovar inget mer än {in_force}.", "Inget är ändrat.")

    def review_rules(self, review: RuleReview, *, reviewed: bool = False) -> None:
        """Regler granska: the rules were looked over (Osby 3.5, Enköping: once a year).

        The year's workbook prints the note. ``reviewed``: see :func:`public_prose`.
        """
        casework.not_in_future(review.reviewed_on, self.env.today, "--datum")
        note, remark = public_prose(review.note, "TEXT", 20_000, reviewed=reviewed)
        with self.act():
            stored.add_review(self.store, replace(review, note=note))
            self.log("regler_granskade", review.reviewed_on, [("text", None, note), *remark])

    def last_review(self) -> RuleReview | None:
        """The last time the rules were looked over."""
        with self.store.reading():
            return stored.last_review(self.store)

    # -- what a year's report tells beside the cases --------------------------------------------

    def add_survey(self, survey: Survey, *, reviewed: bool = False) -> None:
        """Enkät: what some who had used the complaints system answered; ``reviewed``: see :func:`public_prose`."""
        casework.not_in_future(survey.asked_on, self.env.today, "--datum")
        comment, remark = public_prose(survey.comment, "--kommentar", reviewed=reviewed)
        with self.act():
            board = self._board(survey.board)
            stored.add_survey(self.store, replace(survey, board=board, comment=comment))
            told = f"{survey.number} {survey.answer.label.lower()} ({survey.method.label.lower()})"
            self.log("enkat", survey.asked_on, [("enkat", None, told), *remark])

    def surveys(self, period: Period, board: str | None = None) -> list[Survey]:
        """The answers of a period, at one nämnd if it is named."""
        with self.store.reading():
            where = self.directory.board(board) if board else None
            found = stored.surveys(self.store, period, self.env.today)
            return [survey for survey in found if where in (None, survey.board)]

    def judge(self, year: int, board: str | None, answers: Answers, *, reviewed: bool = False) -> None:
        """Egenkontroll: how far criteria were reached; what was said before stays as history.

        A comment that is None stays as it was, an empty one is taken away.

        Raises:
            IdentityFound: a comment seems to hold one; see :func:`public_prose`.
            Refused: nothing differs from what was said before.
        """
        self.must_have_begun(year)
        with self.act():
            where, at, changed = self._board(board), days.stored_moment(self.env.now), False
            before = stored.judgements(self.store, year, where)
            for criterion, (attained, comment) in answers.items():
                old = before.get(criterion)
                text, remark = public_prose(comment, "--kommentar", reviewed=reviewed)
                if comment is None and old:
                    text = old.comment
                if old and (old.attained, old.comment) == (attained, text):
                    continue
                stored.add_judgement(self.store, Judgement(year, where, criterion, attained, text, at, self.env.actor))
                said = [
                    (f"{year}.{criterion}", old.attained.label if old else None, attained.label),
                    (f"{year}.{criterion}.kommentar", old.comment if old else None, text),
                ]
                self.log("egenkontroll", self.env.today, [*(pair for pair in said if pair[1] != pair[2]), *remark])
                changed = True
            if not changed:
                raise Refused(f"Egenkontrollen {year} har redan den bedömningen.", "Inget är ändrat.")

    def year_at_work(self, period: Period, as_of: date, board: str | None) -> YearAtWork:
        """What the self-check of a förvaltning and year needs beside the figures, as of a day."""
        year, known = period.start.year, min(period.end, as_of)
        with self.store.reading():
            where, rule_set = self._board(board), self.rules_on(period.end)
            return YearAtWork(
                year=year,
                board=where,
                criteria_from=(rule_set.name, rule_set.toml),
                judged=stored.judgements(self.store, year, where),
                judged_before=stored.judgements(self.store, year - 1, where),
                work=stored.work(self.store, period, as_of, where),
                presented=stored.times_presented(self.store, period.start, known, where),
            )

    def present(self, presented: Presentation) -> Presentation:
        """Redovisa: the report of a period that is over was presented to a nämnd (Kinda: once a quarter)."""
        casework.not_in_future(presented.presented_on, self.env.today, "--datum")
        if presented.presented_on <= presented.end:
            ends = with_weekday(presented.end)
            raise BadValue("--datum", f"perioden pågår till och med {ends}.", "Den redovisas när den är över.")
        with self.act():
            noted = replace(presented, board=self._board(presented.board))
            known = stored.presentations(self.store, noted.start, noted.end)
            if any(noted in (one, replace(one, paragraph=None)) for one in known):
                day = with_weekday(noted.presented_on)
                raise Refused(f"Att perioden redovisades {day} är redan antecknat.", "Inget är ändrat.")
            stored.add_presentation(self.store, noted)
            paragraph = f", {noted.paragraph}" if noted.paragraph else ""
            self.log("redovisad", noted.presented_on, [("redovisad", None, f"{noted.start}–{noted.end}{paragraph}")])
            return noted

    def presentations(self, start: date, end: date, board: str | None = None) -> list[Presentation]:
        """What was presented of the periods within [start, end], to the nämnd that is named or the register's own."""
        with self.store.reading():
            where = self._board(board)
            found = stored.presentations(self.store, start, end)
            return [presented for presented in found if where in (None, presented.board)]

    def write_year(self, written: YearlyText, *, reviewed: bool = False) -> YearlyText:
        """Årstext: how a förvaltning or a unit worked with complaints in a year (Enköping).

        A unit brings its nämnd, unless another is named. ``reviewed``: see :func:`public_prose`.
        """
        self.must_have_begun(written.year)
        text, remark = public_prose(written.text, "TEXT", 20_000, reviewed=reviewed)
        if text is None:
            raise BadValue("TEXT", "texten är tom.")
        with self.act():
            unit = self.directory.unit(written.unit) if written.unit else None
            board = self._board(written.board or (unit.board if unit else None))
            checked = replace(written, text=text, unit=unit.name if unit else None, board=board)
            stored.add_text(self.store, checked, days.stored_moment(self.env.now), self.env.actor)
            place = checked.unit or checked.board or "alla"
            self.log("arstext", self.env.today, [(f"arstext.{written.year}", None, place), *remark])
            return checked

    def yearly_texts(self, year: int, board: str | None = None, unit: str | None = None) -> list[YearlyText]:
        """What was written of a year, at the nämnd and the unit if they are named."""
        with self.store.reading():
            where = self.directory.board(board) if board else None
            which = self.directory.unit(unit).name if unit else None
            found = stored.texts(self.store, year)
            return [t for t in found if where in (None, t.board) and which in (None, t.unit)]

    def must_have_begun(self, year: int) -> None:
        """Refuse to tell of a year that has not begun."""
        first = days.part_of_year(year, "ar").start
        if first > self.env.today:
            raise BadValue("ÅR", f"{year} har inte börjat.", f"I dag är {with_weekday(self.env.today)}.")

    # -- inside ---------------------------------------------------------------------------------

    def _board(self, name: str | None) -> str | None:
        """The register's spelling of a nämnd; its own when none is named."""
        return self.directory.board(name) if name else self.directory.default_board()

    def _adopt(self, profile: Profile, valid_from: date) -> None:
        self.store.adopt(profile, valid_from, days.stored_moment(self.env.now), self.env.actor)
        self.store.set_calendar(profile.days_off, local=True)
        units = {fold(unit.name) for unit in self.store.units()}
        for unit in profile.units:
            if fold(unit.name) not in units:
                self.directory.put_unit(unit._replace(board=unit.board or self.directory.default_board()))
        handlers = {fold(handler.name) for handler in self.store.handlers()}
        for handler in profile.handlers:
            if fold(handler.name) not in handlers:
                self.directory.put_handler(handler)

    def _no_rules_may_use(self, entry: Unit | Handler) -> None:
        """Refuse to take a name away that the rules in force, or those to come, give cases to by themselves.

        Raises:
            Refused: they do; registering would stop.
        """
        today, rule_sets = self.env.today, self.store.rule_sets()
        for on in (today, *(rule_set.valid_from for rule_set in rule_sets if rule_set.valid_from > today)):
            rule_set = in_force(rule_sets, on)
            used, what = rule_set.practice.default_unit, "ärenden utan enhet"
            if isinstance(entry, Handler):
                used, what = rule_set.practice.general_to, "allmänna ärenden"
            if used and fold(used) == fold(entry.name):
                raise Refused(
                    f"Regelverket {rule_set.name} lägger {what} hos {entry.name}.",
                    "Byt regelverk först: klagreg regler andra FIL --fran DATUM",
                )

    def _put_unit(self, old: Unit | None, new: Unit, on: date | None = None) -> Unit:
        kept = self.directory.put_unit(new, old.name if old else None)
        self._log_entry("enhet", old, kept, _UNIT_KEYS, on)
        return kept

    def _put_handler(self, old: Handler | None, new: Handler, on: date | None = None) -> Handler:
        kept = self.directory.put_handler(new, old.name if old else None)
        self._log_entry("handlaggare", old, kept, _HANDLER_KEYS, on)
        return kept

    def _log_entry(
        self, kind: str, old: Unit | Handler | None, new: Unit | Handler, keys: Mapping[str, str], on: date | None
    ) -> None:
        """Log old and new of an entry in a list: its name always, the rest where it differs."""
        if new == old:
            raise Refused(f"{new.name} har redan de värdena.", "Inget är ändrat.")
        pairs = [(key, getattr(old, name, None), getattr(new, name)) for name, key in keys.items()]
        pairs.append(("avvecklad", _iso(old.retired_on) if old else None, _iso(new.retired_on)))
        changed = [pair for pair in pairs if pair[1] != pair[2]]
        self.log(kind, on or self.env.today, [(kind, old.name if old else None, new.name), *changed])


def public_prose(
    text: str | None, option: str, limit: int = 1000, *, reviewed: bool
) -> tuple[str | None, list[tuple[str, None, str]]]:
    """A text that is meant for others than the register's own, and what the log says of it; None when it is empty.

    ``reviewed``: a person says that what looks like an identity in it is none.

    Raises:
        BadValue: too long, or not valid text.
        IdentityFound: it seems to point somebody out, and nobody says that it has been looked at.
    """
    from klagreg.identities import places_of

    if text is None or not text.strip():
        return None, []
    checked = border.prose(text, option, limit)
    places = places_of([(option.strip("-").lower(), checked)], (), weak=True)
    if places and not reviewed:
        raise IdentityFound(places)
    return checked, [("identitetskontroll", None, "granskad")] if places else []


_DAYS_COMPARED = 28 * 366
"""Arrival days that a local rule is compared on: the calendar's weekdays and dates come round in 28 years."""


def _changed(old: Entry, kind: str, values: Mapping[str, str | None], *, take_up: bool) -> Entry:
    if take_up and not old.retired_on:
        raise Refused(f"{kind} {old.name} är inte avvecklad.", "Inget är ändrat.")
    given = {name: value or None for name, value in values.items() if value is not None}
    if values.get("name") is not None:
        given["name"] = values["name"]  # an empty name is refused, never taken away
    new: Entry = old._replace(**given)  # type: ignore[arg-type]
    return new._replace(retired_on=None) if take_up else new


def _differing(old: Unit | Handler, new: Unit | Handler) -> list[str]:
    return [name for name in new._fields if getattr(old, name) != getattr(new, name)]


def _retired(old: Entry, kind: str, on: date, today: date) -> Entry:
    casework.not_in_future(on, today, "--datum")
    if old.retired_on:
        raise Refused(f"{kind} {old.name} är redan avvecklad sedan {old.retired_on}.", "Inget är ändrat.")
    return old._replace(retired_on=on)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
