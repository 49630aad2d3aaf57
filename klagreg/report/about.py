"""What an auditor reads: where the figures come from, how they are counted, and whether they add up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from klagreg import disclosure
from klagreg.figures import Balance, Handovers, Report, Source
from klagreg.report.words import ATTRIBUTED, CLOSINGS_COUNTED, GOALS, counted, heading, lower_first, title, what_waits
from klagreg.sheets import Column, Kind, Part, Section, Sheet, Value, named
from klagreg.store.statistics import EVERYTHING
from klagreg.terms import MISSING_LABEL, Edition


def about_the_report(report: Report, edition: Edition) -> Sheet:
    """Om rapporten: everything that an auditor needs to make the figures again."""
    return Sheet(
        title="Om rapporten",
        heading=title(report),
        columns=(Column("Uppgift", Kind.TEXT), Column("Värde", Kind.TEXT)),
        rows=(
            *_facts(report, edition),
            *_section("Att tänka på", (("Observera", caution) for caution in cautions(report))),
            *_section("Ändrat mellan åren som jämförs", (("Observera", change) for change in report.about.renewed)),
            *_section("Register som är sammanräknade", _sources(report)),
            *_section("Frister och arbetsdagar", _rules(report)),
            *_section("Så räknas siffrorna", _definitions(report)),
        ),
        filtered=False,
    )


def _facts(report: Report, edition: Edition) -> Iterator[tuple[Value, ...]]:
    now, about, chosen = report.current, report.about, report.selection
    earlier = (report.previous, report.before_that)
    yield "Kommun", about.municipality or MISSING_LABEL
    everywhere = "Alla nämnder i registren" if len(about.sources) > 1 else about.board or "Alla nämnder i registret"
    if board := chosen.board or (about.board if chosen.unit else everywhere):
        yield "Nämnd", board
    if chosen.unit:
        yield "Enhet", chosen.unit
    yield "Upplaga", _EDITIONS[edition]
    if edition is Edition.PUBLIC:
        yield "Röjandeskydd", disclosure.words(about.disclosure, report)
    yield "Period", f"{now.period.start} – {now.period.end}"
    yield "Uttagsdatum", now.as_of
    yield "Jämförs med", " och ".join(f"{f.period.label} (uttag {f.as_of})" for f in earlier)
    whose = f"Bara ärenden hos {chosen.unit or chosen.board}," if chosen != EVERYTHING else "Alla ärenden"
    yield "Urval", f"{whose} utom makulerade. {ATTRIBUTED}"
    for presented in about.presented:
        told = f"{presented.presented_on}" + (f" för {presented.board}" if presented.board else "")
        yield "Redovisad", ", ".join(part for part in (told, presented.paragraph) if part)
    if len(about.sources) == 1:
        yield from _of_source(about.source)
    yield "Registrerade efter uttagsdatum", about.registered_after
    yield "Kontroll av ärendebalansen", "Stämmer."
    yield "Program", f"klagreg {about.version}"


_EDITIONS = {
    Edition.PUBLIC: "Publik: får publiceras. Små tal visas inte.",
    Edition.BOARD: "För nämnden: alla tal visas, men inga ärenden.",
    Edition.INTERNAL: "Intern: med ärendelistor. Får inte publiceras.",
}


def _of_source(source: Source) -> Iterator[tuple[str, Value]]:
    yield "Register", source.register
    yield Part("Ärendenummer i registret"), source.cases
    yield Part("Senaste logghash"), source.last_hash or MISSING_LABEL


def _sources(report: Report) -> Iterator[tuple[str, Value]]:
    """Each register that is counted in: another nämnd's is known by its name, its rules and its last hash alone."""
    if len(report.about.sources) > 1:
        for source in report.about.sources:
            register, *more = _of_source(source)
            yield register
            yield Part("Nämnd"), source.board or MISSING_LABEL
            yield Part("Regelverk"), ", ".join(dict.fromkeys(rules.name for rules in source.rules))
            yield from more


def _rules(report: Report) -> Iterator[tuple[str, Value]]:
    for in_force in dict.fromkeys(rules for source in report.about.sources for rules in source.rules):
        heading = (in_force.name, f"för ärenden som kommit in från {in_force.valid_from}")
        more = (text.rstrip(".") for text in (in_force.source, in_force.note) if text)
        yield "Regelverk", ". ".join((" ".join(heading), *more)) + "."
        for promise in in_force.promises:
            yield "Frist", promise
    for rule in report.current.rules:
        for local in rule.stricter:
            if local.valid_from <= min(report.current.period.end, report.current.as_of):
                said = f"{local.where}, {lower_first(rule.title)}: {local.length} {local.counted_in.label}"
                decided = f" {local.source.rstrip('.')}." if local.source else ""
                yield "Strängare frist", f"{said}, för ärenden som kommit in från {local.valid_from}.{decided}"
    if review := report.about.last_review:
        yield "Regelverket granskat", f"{review.reviewed_on}" + (f": {review.note}" if review.note else "")
    yield (
        "Sista dagen",
        "Dagen då ärendet kom in är dag 0. Fristen är hållen om det som uppfyller den sker senast på sista dagen. "
        "Har fristen förlängts gäller den nya sista dagen.",
    )
    yield (
        "Arbetsdag",
        "Måndag–fredag som inte är helgdag, midsommarafton, julafton eller nyårsafton. Klämdagar är arbetsdagar.",
    )
    free = sorted({day for source in report.about.sources for day in source.days_off.items()})
    days_off = "; ".join(f"{day} {name}" for day, name in free)
    yield "Lokala lediga dagar", days_off or "Inga"


def _definitions(report: Report) -> Iterator[tuple[str, Value]]:
    yield from _DEFINITIONS
    if any(deadline.is_goal for deadline in report.current.deadlines()):
        yield "Mål", f"{GOALS} Ett öppet ärende där bara ett mål har passerat är inte försenat."


_DEFINITIONS: tuple[tuple[str, Value], ...] = (
    ("Inkomna", "Ärenden som kom in under perioden, räknat från dagen då de nådde kommunen."),
    (
        "Avslutade i Handläggningstid samt Utfall och åtgärder",
        "Antalet ärenden som avslutades under perioden och inte är öppna igen vid dess slut. Ett ärende som har "
        "återupptagits räknas en gång, efter sitt senaste avslut. Median handläggningstid och Andel som ledde till "
        "åtgärd räknas på dessa ärenden, var de än står.",
    ),
    (
        "Avslutade på övriga blad",
        "Antalet avslut under perioden, oavsett när ärendet kom in. Ett ärende som avslutas, återupptas och avslutas "
        "igen räknas två gånger.",
    ),
    ("Återupptagna", "Avslutade ärenden som öppnades igen under perioden."),
    ("Ingående balans", "Öppna ärenden vid utgången av dagen före perioden."),
    ("Utgående balans", "Öppna ärenden när perioden var slut, eller på uttagsdatumet om perioden pågår."),
    ("Försenade", "Öppna ärenden vid periodens slut där en frist har passerat utan att vara uppfylld."),
    ("I tid", "Fristen uppfylldes senast på sista dagen. Det första som uppfyller den räknas."),
    ("För sent", "Fristen uppfylldes efter sista dagen, eller inte alls fast sista dagen har passerat."),
    (
        "Varav informerade",
        "De av För sent där avsändaren har fått besked om förseningen senast på uttagsdatumet.",
    ),
    ("Pågår inom frist", "Inte uppfylld ännu, men sista dagen har inte passerat på uttagsdatumet."),
    (
        "Ej tillämplig",
        "Fristen gäller inte ärendet: avsändaren går inte att nå eller vill inte ha svar, eller typen omfattas inte.",
    ),
    (
        "Andel i tid",
        "I tid / (I tid + För sent). Den som aldrig fick svar räknas alltså som för sent.",
    ),
    (
        "Andel i tid av besvarade",
        "I tid / (I tid + Besvarade för sent). Den som aldrig fick svar räknas inte. Visas bara som jämförelse.",
    ),
    ("Handläggningstid", "Kalenderdagar från ankomst till avslut; samma dag är 0."),
    (
        "Handläggningstid i arbetsdagar",
        "Arbetsdagar efter ankomstdagen till och med dagen för avslut.",
    ),
    (
        "Svarstid",
        "Kalenderdagar från ankomst till det första slutsvaret, för ärenden som fick det under perioden.",
    ),
    ("Median", "Tiden för det mittersta ärendet; av två mittersta deras medelvärde."),
    ("90:e percentil", "Nio av tio ärenden tog högst så lång tid (som PERCENTILE.INC i Excel)."),
    (
        "Andel som ledde till åtgärd",
        "Avslutade som ledde till åtgärd, av alla avslutade utom hänvisade, sammanförda, förmedlat beröm och "
        "återkallade.",
    ),
    (
        "Utlovade åtgärder",
        "Åtgärder som bestämdes under perioden innan de var gjorda, i vilket ärende som helst, utom uppföljningar. De "
        "är genomförda, försenade, pågår eller saknar dag, som det stod till på uttagsdatumet.",
    ),
    (
        "Åtgärder gjorda direkt",
        "Åtgärder som gjordes under perioden och skrevs upp först när de var gjorda, utom uppföljningar. De är inga "
        "löften och ingår inte i utlovade åtgärder.",
    ),
    (
        "Åtgärder genomförda under perioden",
        "Alla åtgärder som gjordes under perioden, lovade eller gjorda direkt, utom uppföljningar.",
    ),
    ("Anonyma", "Ärenden utan avsändarens identitet. De räknas och handläggs som andra."),
    (
        "Utan kontaktväg",
        "Ärenden där avsändaren inte går att nå med ett svar. Den som är anonym kan ändå ha lämnat en väg.",
    ),
    ("Avstår svar", "Ärenden där avsändaren inte vill ha svar."),
    ("Interna", "Ärenden från kommunens egna medarbetare."),
    (
        "Införda i efterhand",
        "Ärenden som fördes utanför registret när de kom in, och togs in senare. De räknas den dag de kom in.",
    ),
    ("Rör enskild elev eller personal", "Ärenden som räknas som andra men aldrig publiceras."),
    (
        "Förändring",
        "Perioden minus samma period ett år tidigare. Förändring, % är skillnaden delad med det tidigare talet. "
        "Andelar jämförs i procentenheter.",
    ),
    (
        "Tecken",
        "0 betyder inga. – betyder att siffran inte kan räknas. Uppgift saknas är ärenden där fältet är tomt. "
        "Cellerna innehåller oavrundade tal.",
    ),
)


def _section(name: str, rows: Iterable[tuple[str, Value]]) -> Iterator[tuple[Value, ...]]:
    """The rows under a heading of their own; nothing when there are none."""
    for i, row in enumerate(rows):
        if i == 0:
            yield Section(name), ""
        yield row


def cautions(report: Report) -> tuple[str, ...]:
    """What the reader should know before relying on the figures."""
    return tuple(_cautions(report))


def _cautions(report: Report) -> Iterator[str]:
    now = report.current
    if now.as_of < now.period.end:
        yield (
            f"Perioden är inte slut på uttagsdatumet. Siffrorna gäller till och med {now.as_of}, "
            "och jämförelserna till och med samma dag i sina år."
        )
    if now.settled_after:
        yield (
            f"{what_waits(now)} hade inte passerat på uttagsdatumet och räknas varken som i tid "
            f"eller för sent.{all_settled(report)}"
        )
    yield from _differing_promises(report)
    if report.about.registered_after:
        yield (
            f"{counted(report.about.registered_after, 'ärende', 'ärenden')} som kom in senast på uttagsdatumet "
            "registrerades efter det och är medräknade. Ett uttag som gjordes den dagen visar därför lägre tal."
        )


def all_settled(report: Report) -> str:
    """The day that the caution says everything is settled after: it may be that of a single case."""
    return f" Efter {report.current.settled_after} är alla avgjorda."


def _differing_promises(report: Report) -> Iterator[str]:
    """Promises of the same name that are not the same in all registers that are counted together."""
    told: dict[str, dict[str, list[str]]] = {}
    for source in report.about.sources:
        in_force = [rules for rules in source.rules if rules.valid_from <= report.current.period.end] or source.rules[
            :1
        ]
        for name, words in (promise.split(": ", 1) for promise in in_force[-1].promises):
            told.setdefault(name, {}).setdefault(words, []).append(source.register)
    for name, wordings in told.items():
        if len(wordings) > 1:
            said = "; ".join(f"{words} ({', '.join(registers)})" for words, registers in wordings.items())
            yield f"{name} är inte samma löfte i alla register, men räknas ihop: {said}."


def reconciliation(report: Report) -> Sheet:
    """Avstämning: the ärendebalans and the numbers, in total and per nämnd."""
    now, boards = report.current, report.boards()
    columns = [now, *(now.at(board) for board in boards)]
    balances = [figures.balance() for figures in columns]

    def items(name: str, figure: Callable[[Balance], int]) -> tuple[Value, ...]:
        return name, *map(figure, balances)

    def numbers(name: str, what: str) -> tuple[Value, ...]:
        return name, *(figures.numbers(what) for figures in columns)

    def handovers(name: str, number: Callable[[Handovers], int]) -> tuple[Value, ...]:
        return name, *(number(figures.handovers()) for figures in columns)

    return Sheet(
        title="Avstämning",
        heading=heading("Avstämning av ärendebalans och nummer", report),
        columns=(Column("Post", Kind.TEXT), Column("Antal"), *(Column(named(board)) for board in boards)),
        rows=(
            items("Ingående balans", lambda balance: balance.opening),
            items("Inkomna", lambda balance: balance.received),
            items("Återupptagna", lambda balance: balance.reopened),
            items("Avslutade", lambda balance: balance.closings),
            items("Utgående balans", lambda balance: balance.closing),
            items("Differens", lambda balance: balance.difference),
            numbers("Registrerade nummer", "registrerade"),
            numbers(Part("varav makulerade"), "makulerade"),
            numbers(Part("varav ur annat års serie"), "annat_ars_serie"),
            handovers("Överlämningar", lambda handed: handed.times),
            handovers("Överlämnade ärenden", lambda handed: handed.cases),
            handovers(Part("varav minst två gånger"), lambda handed: handed.repeatedly),
            *(
                (f"Överlämnade från {named(giver)} till {named(taker)}", number, *(None for _ in boards))
                for (giver, taker), number in now.handed_over().items()
            ),
        ),
        notes=(
            "Ingående balans + Inkomna + Återupptagna − Avslutade = Utgående balans. Stämmer.",
            CLOSINGS_COUNTED,
            "En överlämning är till en annan enhet eller nämnd. Minst två gånger räknar också dem före perioden.",
            ATTRIBUTED,
        ),
        filtered=False,
    )
