"""The report under the contract's keys, for scripts; what klagreg adds of its own comes after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from klagreg.figures import DeadlineFigures, Report, swedish_order
from klagreg.report.words import MEASURE_KINDS
from klagreg.sheets import named
from klagreg.store.statistics import EVERYTHING
from klagreg.terms import CaseType, Outcome, Route


def as_json(report: Report) -> dict[str, Any]:
    """The figures under the contract's keys; what klagreg adds of its own comes after them."""
    now, about, chosen = report.current, report.about, report.selection
    balance, handling, months = now.balance(), now.handling(), now.received_by_month()
    answering, measures, routes = now.answering(), now.measures(), now.routes()
    handovers, survey, providers = now.handovers(), now.survey(), now.received_by("provider")
    return {
        "period": [now.period.start.isoformat(), now.period.end.isoformat()],
        "per": now.as_of.isoformat(),
        "inkomna": balance.received,
        "avslutade": balance.closings,
        "aterupptagna": balance.reopened,
        "makulerade": now.numbers("makulerade"),
        "ingaende_balans": balance.opening,
        "utgaende_balans": balance.closing,
        "anonyma": now.anonymous().part,
        "per_typ": _keyed(now.received_by("type"), CaseType),
        "per_namnd": _keyed(now.received_by("board")),
        "per_enhet": _keyed(now.received_by("unit")),
        "per_kanal": _keyed(now.received_by("channel"), about.channels),
        "per_omrade": _keyed(now.received_by("area"), about.areas),
        "per_manad": {month: months[month] for month in now.months()},
        "utfall": _keyed(now.outcomes(), Outcome),
        "frister": [_deadline_json(deadline) for deadline in now.deadlines()],
        "handlaggningstid": {
            "antal": handling.number,
            "median": handling.median,
            "medel": handling.mean,
            "p90": handling.p90,
            "langsta": handling.longest,
            "median_arbetsdagar": handling.median_workdays,
        },
        "senaste_logghash": about.source.last_hash,
        "register": [
            {
                "fil": source.register,
                "namnd": source.board,
                "regelverk": list(dict.fromkeys(rules.name for rules in source.rules)),
                "senaste_logghash": source.last_hash,
                "arenden": source.cases,
            }
            for source in about.sources
        ],
        "version": about.version,
        "utan_kontakt": now.without_contact(),
        "avstar": now.wanting_no_answer(),
        "interna": now.internal(),
        "i_efterhand": now.marked("brought_in"),
        "ror_enskild": now.marked("individual"),
        "svarstid": {"antal": answering.number, "median": answering.median},
        "atgarder": {
            "utlovade": measures.promised,
            "genomforda": measures.done,
            "genomforda_for_sent": measures.done_late,
            "forsenade": measures.overdue,
            "pagar": measures.waiting,
            "utan_dag": measures.undated,
            "median_dagar": measures.median,
            "gjorda_direkt": measures.at_once,
            "genomforda_per_slag": {
                kind.value if kind else "utan_slag": measures.done_by_kind[kind] for kind in MEASURE_KINDS
            },
        },
        "vagar": {route.value: routes[route] for route in Route} if routes else {},
        "overlamningar": {
            "antal": handovers.times,
            "arenden": handovers.cases,
            "fler_an_en": handovers.repeatedly,
        },
        "hanvisningar": _keyed(now.referrals(), about.referrals),
        "enkat": {
            "svar": survey.number,
            "nojd": survey.content,
            "delvis": survey.partly,
            "missnojd": survey.discontent,
            "andel_nojda": survey.share_content.value,
        },
        "per_utforare": _keyed(providers) if any(providers) else {},
        "urval": None if chosen == EVERYTHING else {"enhet": chosen.unit, "namnd": chosen.board},
    }


def _deadline_json(deadline: DeadlineFigures) -> dict[str, Any]:
    return {
        "frist": deadline.rule.key,
        "i_tid": deadline.in_time,
        "for_sent": deadline.too_late,
        "pagar": deadline.waiting,
        "ej_tillamplig": deadline.not_applicable,
        "andel_i_tid": deadline.share.value,
        "rubrik": deadline.rule.title,
        "besvarade_for_sent": deadline.answered_late,
        "obesvarade_forsenade": deadline.overdue,
        "ej_tillamplig_efter_frist": deadline.lost_after_due,
        "forlangda": deadline.extended,
        "andel_i_tid_av_besvarade": deadline.share_of_answered.value,
        "art": deadline.rule.nature,
        "informerade": deadline.told_of_delay,
    }


def _keyed(counts: Mapping[Any, int], codes: Iterable[str] = ()) -> dict[str, int]:
    """Counts under their codes in the vocabulary's order, or under their names in Swedish order."""
    place = {code: i for i, code in enumerate(codes)}
    keys = sorted(counts, key=lambda key: (place.get(key or "", len(place)), swedish_order(key)))
    return {named(key): counts[key] for key in keys}
