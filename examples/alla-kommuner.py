"""Många kommuners register lästa på en gång, med DuckDB: en motor som är gjord för att räkna.

    python alla-kommuner.py MAPP ÅR [--json]

Varje fil i mappen (*.db) är ett register. De läses bara, var för sig, utan att klagreg behövs. Siffrorna är de
som ``klagreg sammanstall ÅR --med MAPP --json`` ger, räknade en gång till på ett annat sätt: det är så en revisor gör.
Definitionerna står vid varje fråga.

Behövs: pip install "duckdb==1.5.5" "duckdb-extension-sqlite-scanner==1.5.5" (tillägget som läser SQLite-filer; med
nätet öppet hämtar DuckDB det själv).
"""

from __future__ import annotations

import json
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import duckdb

READ = {
    "meta": "key, value",
    "cases": "id AS case_id, rule_set_id, type, status, received, unreachable_from",
    "closing": "case_id, closed_on, reopened_on",
    "deadline": "case_id, rule_id, due, original_due, extended_on, met_on",
    "rule": "id, rule_set_id, key, needs_contact",
}
"""Vad som läses: ingen text och ingen avsändare lämnar registret."""

# Makulerade ärenden räknas aldrig. Ett ärende är inkommet den dag det kom in, i vilket års serie det än står.
RECEIVED = """
SELECT type, count(*) FROM cases
WHERE status <> 'makulerad' AND received BETWEEN $start AND $slut
GROUP BY type ORDER BY count(*) DESC, type
"""

# Varje avslut räknas, också av ett ärende som återupptogs: annars går balansen inte ihop.
CLOSED = """
SELECT count(*) FROM closing k JOIN cases c USING (fil, case_id)
WHERE k.closed_on BETWEEN $start AND $slut AND c.status <> 'makulerad'
"""

# Handläggningstiden går till det senaste avslutet, om ärendet inte är återupptaget den sista dagen.
HANDLING_TIME = """
SELECT median(dagar), quantile_cont(dagar, 0.9), avg(dagar), max(dagar)
FROM (
    SELECT date_diff('day', c.received::DATE, k.closed_on::DATE) AS dagar
    FROM closing k JOIN cases c USING (fil, case_id)
    WHERE k.closed_on BETWEEN $start AND $slut AND (k.reopened_on IS NULL OR k.reopened_on > $slut)
        AND c.status <> 'makulerad')
"""

# En frist bedöms per uttagsdagen: en förlängning eller ett svar efter den var inte känt då.
PROMISES = """
SELECT key, count(*) FILTER (WHERE hur = 'i_tid'), count(*) FILTER (WHERE hur = 'for_sent'),
    count(*) FILTER (WHERE hur = 'pagar'), count(*) FILTER (WHERE hur = 'ej_tillamplig')
FROM (
    SELECT r.key, CASE
        WHEN d.rule_id IS NULL THEN 'ej_tillamplig'
        WHEN d.met_on <= $per THEN CASE WHEN d.met_on <= d.senast THEN 'i_tid' ELSE 'for_sent' END
        WHEN r.needs_contact = 1 AND c.unreachable_from <= $per THEN 'ej_tillamplig'
        WHEN d.senast < $per THEN 'for_sent'
        ELSE 'pagar' END AS hur
    FROM cases c JOIN rule r ON r.fil = c.fil AND r.rule_set_id = c.rule_set_id
        LEFT JOIN (SELECT *, CASE WHEN extended_on > $per THEN original_due ELSE due END AS senast FROM deadline) d
            ON d.fil = c.fil AND d.case_id = c.case_id AND d.rule_id = r.id
    WHERE c.status <> 'makulerad' AND c.received BETWEEN $start AND $slut)
GROUP BY key ORDER BY key
"""

PER_REGISTER = """
SELECT coalesce(any_value(m.value), 'register ' || c.fil), count(*), count(*) FILTER (WHERE c.type = 'klagomal')
FROM cases c LEFT JOIN meta m ON m.fil = c.fil AND m.key = 'kommun'
WHERE c.status <> 'makulerad' AND c.received BETWEEN $start AND $slut
GROUP BY c.fil ORDER BY count(*) DESC, 1
"""


def connected(files: list[Path]) -> duckdb.DuckDBPyConnection:
    """All registers as one: each table of theirs together, with the file that a row comes from."""
    engine = duckdb.connect()
    bundled = find_spec("duckdb_extension_sqlite_scanner")
    extension = f"extensions/v{duckdb.__version__}/*.duckdb_extension"
    found = bundled and next(Path(str(bundled.origin)).parent.glob(extension), None)
    engine.execute(f"LOAD '{found}'" if found else "INSTALL sqlite; LOAD sqlite;")
    for number, file in enumerate(files):
        engine.execute(f"ATTACH '{str(file).replace(chr(39), chr(39) * 2)}' AS r{number} (TYPE sqlite, READ_ONLY)")
    for table, columns in READ.items():
        parts = [f"SELECT {n} AS fil, {columns} FROM r{n}.{table}" for n in range(len(files))]
        engine.execute(f"CREATE TABLE {table} AS {' UNION ALL '.join(parts)}")
    return engine


def figures(engine: duckdb.DuckDBPyConnection, year: int, taken_on: str) -> dict[str, object]:
    """The figures of a year, by the keys that klagreg gives them."""
    days = {"start": f"{year}-01-01", "slut": f"{year}-12-31"}
    received = dict(engine.execute(RECEIVED, days).fetchall())
    ((closed,),) = engine.execute(CLOSED, days).fetchall()
    ((median, p90, mean, longest),) = engine.execute(HANDLING_TIME, days).fetchall()
    promises = engine.execute(PROMISES, days | {"per": taken_on}).fetchall()
    return {
        "inkomna": sum(received.values()),
        "per_typ": received,
        "avslutade": closed,
        # Vid tolfte decimalen: där är nio tiondelar av tio inte nio, binärt.
        "handlaggningstid": {"median": median, "p90": p90 and round(p90, 12), "medel": mean, "langsta": longest},
        "frister": {
            key: {"i_tid": kept, "for_sent": late, "pagar": waiting, "ej_tillamplig": outside}
            for key, kept, late, waiting, outside in promises
        },
    }


def main(folder: Path, year: int, *, as_json: bool) -> None:
    """Print the figures of all registers of a folder, and which of them had most."""
    engine = connected(sorted(folder.glob("*.db")))
    found = figures(engine, year, str(date.today()))  # noqa: DTZ011  # som klagreg utan --per
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    print(f"Inkomna {year}: {found['inkomna']}, avslutade: {found['avslutade']}")
    for key, told in found["frister"].items():
        decided = told["i_tid"] + told["for_sent"]
        print(f"  {key}: {told['i_tid']} av {decided} i tid")
    print("Flest inkomna (varav klagomål):")
    days = {"start": f"{year}-01-01", "slut": f"{year}-12-31"}
    for name, number, complaints in engine.execute(PER_REGISTER, days).fetchall()[:10]:
        print(f"  {name}: {number} ({complaints})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), as_json="--json" in sys.argv)
