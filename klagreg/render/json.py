"""JSON for scripts: the shapes of contract section 2 and 3. Keys are Swedish ASCII and a promise."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from klagreg import days
from klagreg.answers import Today
from klagreg.model import Case, Deadline, Event, Secrecy, SecretCase
from klagreg.practice import KEPT
from klagreg.render.terminal import is_hidden
from klagreg.rules import LocalRule, Vocabulary
from klagreg.store.cases import RuleSet, WatchRow
from klagreg.terms import CaseType
from klagreg.workdays import CountedDay

if TYPE_CHECKING:
    from klagreg.inspection import Inspected
    from klagreg.yearly import RuleReview


def show(document: Any) -> None:
    """Print a document; what a stream cannot take, or a terminal would obey, is escaped: the data is never changed."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(text(document) if utf8 else json.dumps(document, indent=2))


def text(document: Any) -> str:
    """A document with å ä ö as they are, and everything that steers or hides text as ``\\u202e``."""
    lines = json.dumps(document, ensure_ascii=False, indent=2).split("\n")
    return "\n".join(line if line.isprintable() else "".join(map(_escaped, line)) for line in lines)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if is_hidden(character) else character


def case(found: Case | SecretCase, on: date, today: date, *, with_sender: bool = False) -> dict[str, Any]:
    """A case with its deadlines judged as of a day, and its secrecy as of today.

    Sender data only when asked for (contract section 2). A secret case has the same keys, most of them empty.
    """
    if isinstance(found, SecretCase):
        return _secret_case(found, on)
    document: dict[str, Any] = {
        "arendenummer": found.number,
        "diarienummer": found.diary_number,
        "typ": found.type,
        "status": found.status,
        "inkommen": _day(found.received),
        "registrerad": days.shown_moment(found.registered_at),
        "registrerad_av": found.registered_by,
        "kanal": found.channel,
        "namnd": found.board,
        "enhet": found.unit,
        "omrade": found.area,
        "rubrik": found.title,
        "beskrivning": found.description,
        "forslag": found.proposal,
        "anonym": found.anonymous,
        "kontakt": found.contact,
        "sekretess": _secrecy(found.secrecy_on(today)),
        "handlaggare": found.handler,
        "vag": found.route,
        "utfall": found.outcome,
        "avslutad": _day(found.closed_on),
        "svar": found.answer,
        "frister": [_deadline(d, found, on) for d in found.deadlines],
        "aterkopplingar": [
            {"datum": _day(g.given_on), "slag": g.kind, "satt": g.means, "av": g.by, "orsak": g.reason}
            for g in found.feedback
        ],
        "atgarder": [
            {
                "nr": m.number,
                "text": m.text,
                "ansvarig": m.responsible,
                "klar_senast": _day(m.due_on),
                "genomford": _day(m.done_on),
                "slag": m.kind,
                "utlovad": _day(m.promised_on),
            }
            for m in found.measures
        ],
        "overlamningar": [
            {
                "datum": _day(h.handed_on),
                "fran_namnd": h.from_board,
                "fran_enhet": h.from_unit,
                "till_namnd": h.to_board,
                "till_enhet": h.to_unit,
                "meddelad": h.told,
            }
            for h in found.handovers
        ],
        "vagar": [{"vag": r.route, "till": r.body, "datum": _day(r.taken_on)} for r in found.routes],
        "kopior": [{"till": c.to, "datum": _day(c.copied_on)} for c in found.copies],
        "ankomststamplar": [
            {"datum": _day(s.stamped_on), "klockslag": s.stamped_at, "mottagare": s.desk, "av": s.by}
            for s in found.stamps
        ],
        "hanvisningar": [
            {"till": r.to, "rubrik": r.label, "referens": r.reference, "datum": _day(r.referred_on)}
            for r in found.referrals
        ],
        "deltagare": list(found.participants),
        "mottagen_av": found.received_by,
        "handelsedag": _day(found.occurred_on),
        "utforare": found.provider,
        "beror": found.affects,
        "allman": found.general,
        "i_efterhand": found.kept_elsewhere,
        "ror_enskild": found.individual,
        "lardom": found.lesson,
        "publicering": None
        if found.publication is None
        else {
            "godkand": _day(found.publication.approved_on),
            "godkand_av": found.publication.approved_by,
            "svar": found.publication.public_answer,
            "forbattring": found.publication.improvement,
        },
        "skyddad": found.protected,
        "borttaget": [
            {"datum": _day(e.erased_on), "slag": e.kind, "beslut": e.decision, "av": e.erased_by}
            for e in found.erasures
        ],
    }
    if with_sender:
        s = found.sender
        document["avsandare"] = {
            "roll": s.role,
            "namn": s.name,
            "epost": s.email,
            "telefon": s.phone,
            "adress": s.address,
            "onskat_satt": s.preferred,
            "personakt": s.case_file,
        }
    return document


def _secret_case(found: SecretCase, on: date) -> dict[str, Any]:
    """What may be seen, among the keys of every case; the others are empty, also those that nobody has thought of."""
    nobody = case(Case(CaseType.VIEWPOINT, "", found.received, 0, registered_at=found.registered_at), on, on)
    empty: dict[str, Any] = {key: [] if isinstance(value, list) else None for key, value in nobody.items()}
    return empty | {
        "arendenummer": found.number,
        "inkommen": _day(found.received),
        "registrerad": days.shown_moment(found.registered_at),
        "avslutad": _day(found.closed_on),
        "sekretess": _secrecy(found.secrecy),
        "frister": [_deadline(d, found, on) for d in found.deadlines],
    }


def _secrecy(mark: Secrecy | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    return {
        "lagrum": mark.statute,
        "datum": _day(mark.marked_on),
        "av": mark.marked_by or None,
        "till": _day(mark.until),
    }


def _deadline(given: Deadline, found: Case | SecretCase, on: date) -> dict[str, Any]:
    return {
        "frist": given.rule.key,
        "rubrik": given.rule.title,
        "senast": _day(given.due_as_of(on)),
        "ursprunglig": _day(given.original_due),
        "fullgjord": _day(given.met_on) if given.met_on and given.met_on <= on else None,
        "lage": given.state(found, on),
    }


def cases(found: Iterable[Case | SecretCase], on: date, today: date) -> list[dict[str, Any]]:
    """An array of cases."""
    return [case(one, on, today) for one in found]


def lessons(found: Iterable[Case]) -> list[dict[str, Any]]:
    """``lardomar --json``: nothing that leads back to a case."""
    return [
        {
            "manad": found_in.received.isoformat()[:7],
            "namnd": found_in.board,
            "enhet": found_in.unit,
            "omrade": found_in.area,
            "lardom": found_in.lesson,
        }
        for found_in in found
    ]


def events(log: Iterable[Event]) -> list[dict[str, Any]]:
    """The log, one row per changed field; an act without any stands as one row."""
    return [
        {
            "tid": days.shown_moment(event.at),
            "av": event.by or None,
            "handelse": event.kind,
            "datum": _day(event.on),
            "falt": key,
            "fran": old,
            "till": new,
        }
        | ({"borttaget": True} if event.erased else {})
        for event in log
        for key, old, new in event.changes or ((None, None, None),)
    ]


def inspected(found: Inspected, risks: Sequence[str]) -> dict[str, Any]:
    """``kontrollera --json``; ``risks``: what is unsafe where the file lies."""
    anchor = found.anchor
    return {
        "stammer": found.is_sound,
        "arenden": found.cases,
        "handelser": found.events,
        "kontroller": [
            {
                "kontroll": verdict.check,
                "rubrik": verdict.check.label,
                "gjord": verdict.done,
                "fel": list(verdict.faults),
                "anm": verdict.remark or None,
            }
            for verdict in found.verdicts
        ],
        "plats": list(risks),
        "ankare": anchor and {"handelse": anchor.place, "hash": anchor.chain, "register": anchor.origin},
    }


def today(picture: Today) -> dict[str, Any]:
    """``bevaka --json``."""
    return {
        "per": _day(picture.on),
        "forsenade": [_watched(row, picture.on) for row in picture.overdue],
        "idag": [_watched(row, picture.on) for row in picture.due],
        "snart": [_watched(row, picture.on) for row in picture.soon],
        "otilldelade": [case.number for case in picture.unassigned],
        "atgarder": [
            {
                "arendenummer": row.number,
                "nr": row.place,
                "klar_senast": _day(row.due),
                "dagar": (picture.on - row.due).days if row.due else None,
                "ansvarig": row.responsible,
                "enhet": row.unit,
                "rubrik": row.title,
            }
            for row in picture.measures
        ],
        "kopia_saknas": [case.number for case in picture.copies_missing],
    }


def explanation(
    start: date, length: int, counted_in: str, last: date, explained: Iterable[CountedDay]
) -> dict[str, Any]:
    """``frist --json``: each day with whether it was counted, and why or why not."""
    return {
        "fran": _day(start),
        "antal": length,
        "raknas_i": counted_in,
        "senast": _day(last),
        "dagar": [{"datum": _day(d.day), "raknas": d.counted, "varfor": d.why} for d in explained],
    }


def rules(
    rule_sets: Iterable[RuleSet],
    channels: Vocabulary,
    areas: Vocabulary,
    days_off: Mapping[date, str],
    local: Iterable[LocalRule],
    review: RuleReview | None,
) -> dict[str, Any]:
    """``regler visa --json``: the adopted profiles, the newest first, in the words of the TOML format."""
    return {
        "regelverk": [
            {
                "namn": rule_set.name,
                "kalla": rule_set.source,
                "galler_fran": _day(rule_set.valid_from),
                "frist": [
                    {
                        "nyckel": rule.key,
                        "rubrik": rule.title,
                        "antal": rule.length,
                        "raknas_i": rule.counted_in,
                        "forskjutning": rule.shift,
                        "fullgors_av": sorted(rule.fulfilled_by),
                        "utan_kontakt": rule.without_contact,
                        "kraver_handlaggare": rule.needs_handler,
                        "galler_typer": sorted(rule.types),
                        "art": rule.nature,
                        "kalla": rule.source,
                    }
                    for rule in rule_set.rules
                ],
                "gallring": {
                    "beslut": rule_set.practice.retention.decision,
                    **{k: KEPT if y is None else y for k, y in rule_set.practice.retention.years.items()},
                },
            }
            for rule_set in reversed(list(rule_sets))
        ],
        "kanaler": {code: channels.label(code) for code in channels.codes},
        "omraden": {code: areas.label(code) for code in areas.codes},
        "lediga_dagar": {day.isoformat(): name for day, name in days_off.items()},
        "strangare": [
            {
                "enhet": rule.unit,
                "namnd": rule.board,
                "frist": rule.key,
                "antal": rule.length,
                "raknas_i": rule.counted_in,
                "galler_fran": _day(rule.valid_from),
                "kalla": rule.source,
            }
            for rule in local
        ],
        "granskat": _day(review.reviewed_on) if review else None,
    }


def _watched(row: WatchRow, on: date) -> dict[str, Any]:
    return {
        "arendenummer": row.number,
        "frist": row.key,
        "senast": _day(row.due),
        "dagar": (on - row.due).days,
        "handlaggare": row.handler,
        "enhet": row.unit,
        "rubrik": row.title,
        "informerad": row.told_of_delay,
        "art": row.nature,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
