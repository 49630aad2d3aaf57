"""The vocabulary: every stored code with its Swedish label, and every field with its key and heading.

This is the one place where Swedish outside and English inside meet. Codes are ASCII and never change
once released; labels are what people read. Sources: contract section 2; the five municipalities' documents.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple, Self, TypeVar

from klagreg.errors import UnknownCode

MISSING_LABEL = "Uppgift saknas"
"""Row heading for cases where a value was never given: shown, never dropped."""


def fold(text: str) -> str:
    """A text in the form that names and codes are compared in: no case, no accents, ``-``/space as ``_``.

    ``"Åtgärdad"``, ``"atgardad"`` and the decomposed (NFD) spelling are all ``"atgardad"``.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.strip()) if not unicodedata.combining(c))
    return "_".join(bare.casefold().replace("-", " ").replace("_", " ").replace("/", " ").split())


def slug(label: str) -> str:
    """A code for a word that a municipality adds: ASCII letters and digits, ``_`` between."""
    return "_".join(re.findall(r"[a-z0-9]+", fold(label))) or "annat"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known spelling most like ``word``, or None when nothing is near."""
    from difflib import get_close_matches

    by_fold = {fold(name): name for name in known}
    matches = get_close_matches(fold(word), by_fold, n=1, cutoff=0.6)
    return by_fold[matches[0]] if matches else None


class Term(StrEnum):
    """A stored code with its Swedish label and the other words people write for it."""

    label: str
    words: tuple[str, ...]

    def __new__(cls, code: str, label: str = "", *words: str) -> Self:
        """``CODE = "kod", "Etikett", "annat ord", …``."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.words = words
        return member

    # Enum's own is written in Python, and codes are looked for in sets and tables everywhere.
    __hash__ = str.__hash__

    @classmethod
    def named(cls, word: str, field: str) -> Self:
        """The code meant by ``word`` (code, label or synonym in any spelling).

        Raises:
            UnknownCode: no code is meant; the message suggests the nearest or lists all.
        """
        wanted = fold(word)
        for member in cls:
            if wanted in {fold(member.value), fold(member.label), *map(fold, member.words)}:
                return member
        spellings = {m.value: m.value for m in cls} | {w: m.value for m in cls for w in (m.label, *m.words)}
        near = nearest(word, spellings)
        raise UnknownCode(field, word, [m.value for m in cls], spellings[near] if near else None)


class CaseType(Term):
    """Typ: what kind of viewpoint it is."""

    COMPLAINT = "klagomal", "Klagomål"
    VIEWPOINT = "synpunkt", "Synpunkt"
    PROPOSAL = "forslag", "Förslag", "Förbättringsförslag", "Idé", "Tips"
    PRAISE = "berom", "Beröm"
    QUESTION = "fraga", "Fråga", "Förfrågan"
    FAULT = "felanmalan", "Felanmälan"
    DEVIATION = "avvikelse", "Avvikelse", "Problem"


class Status(Term):
    """Status: what is stored. "Försenad" is never stored, it follows from the day one asks."""

    RECEIVED = "inkommen", "Inkommen", "Inkommet", "Registrerad", "Öppen", "Ny"
    ASSIGNED = "tilldelad", "Tilldelad", "Tilldelat", "Pågående", "Under handläggning"
    CLOSED = "avslutad", "Avslutad", "Avslutat", "Stängd", "Klar"
    VOIDED = "makulerad", "Makulerad", "Makulerat"


class Contact(Term):
    """Kontakt: whether the sender can be answered (domain 3.5)."""

    POSSIBLE = "finns", "Kan besvaras"
    MISSING = "saknas", "Kan inte besvaras"
    DECLINED = "avstar", "Vill inte ha svar"


class Feedback(Term):
    """Återkopplingens slag: what the sender was told."""

    RECEIPT = "bekraftelse", "Bekräftelse", "Mottagningsbekräftelse"
    STATUS = "status", "Besked om status", "Statusbesked"
    INVESTIGATING = "utreds", "Besked att ärendet utreds"
    DELAY = "forsening", "Besked om försening"
    ANSWER = "slutsvar", "Slutsvar", "Svar"


class Means(Term):
    """Sätt: how the sender was told."""

    PHONE = "telefon", "Telefon", "Muntligt", "Samtal"
    EMAIL = "e-post", "E-post", "Epost", "Mejl", "Mail"
    LETTER = "brev", "Brev", "Post", "Skriftligt"
    MEETING = "mote", "Möte", "Besök", "Personligt möte"
    SMS = "sms", "Sms"
    E_SERVICE = "e-tjanst", "E-tjänst", "Webb"

    @property
    def manner(self) -> str:
        """Muntligt or skriftligt: how a decision was told (Osby 3.4.1)."""
        return "muntligt" if self in (Means.PHONE, Means.MEETING) else "skriftligt"


class Outcome(Term):
    """Utfall: what the case led to (domain 4.4)."""

    REMEDIED = "atgardad", "Åtgärd vidtagen", "Åtgärdat"
    MEASURE_DECIDED = "atgard_beslutad", "Åtgärd beslutad"
    PROPOSAL_FORWARDED = "forslag_overlamnat", "Förslag överlämnat till beslutande instans"
    IN_PREPARATION = "beredning", "Överlämnad till vidare beredning"
    POLITICAL_BODY = "politiskt_organ", "Överlämnad till politiskt organ"
    EXPLAINED = "forklaring", "Förklaring lämnad, ingen åtgärd"
    NO_MEASURE = "ingen_atgard", "Ingen åtgärd"
    REFERRED = "hanvisad", "Hänvisad (fel väg)"
    MERGED = "sammanford", "Sammanförd med annat ärende"
    PRAISE_PASSED_ON = "berom_formedlat", "Beröm förmedlat"
    WITHDRAWN = "aterkallad", "Återkallad av avsändaren", "Återtagen"


LED_TO_MEASURE = frozenset({Outcome.REMEDIED, Outcome.MEASURE_DECIDED, Outcome.PROPOSAL_FORWARDED})
"""Outcomes counted as "ledde till åtgärd" (domain 4.4)."""

OUTSIDE_MEASURE_SHARE = frozenset({Outcome.REFERRED, Outcome.MERGED, Outcome.PRAISE_PASSED_ON, Outcome.WITHDRAWN})
"""Outcomes left out of the denominator of "andel som ledde till åtgärd" (domain 7.2)."""


class NoAnswer(Term):
    """Utan svar: why a case is closed without a final answer."""

    ANONYMOUS = "anonym", "Avsändaren är anonym"
    NO_CONTACT = "kontakt_saknas", "Kontaktuppgift saknas"
    DECLINED = "avstar", "Avsändaren vill inte ha svar"
    PRAISE = "berom", "Beröm, svar behövs inte"


class SenderRole(Term):
    """Roll: who the sender is (domain 5; Osby 1; Kinda sida 3; Lomma; SOSFS 2011:9 5:3)."""

    PRIVATE = "enskild", "Enskild", "Enskild/brukare", "Privatperson"
    CITIZEN = "medborgare", "Medborgare", "Kommuninvånare", "Invånare"
    SERVICE_USER = "brukare", "Brukare", "Kund"
    CLIENT = "klient", "Klient"
    RELATIVE = "narstaende", "Närstående", "Anhörig"
    PUPIL = "elev", "Elev/vårdnadshavare", "Vårdnadshavare"
    STAFF = "medarbetare", "Medarbetare", "Personal"
    ASSOCIATION = "forening", "Förening", "Förening/organisation"
    ORGANISATION = "organisation", "Organisation"
    COMPANY = "foretag", "Företag"
    AUTHORITY = "myndighet", "Myndighet"
    OTHER = "annan", "Annan intressent", "Övrig"


class Route(Term):
    """Väg: where an analysed case is taken (Osby 3.4.1). A case may take several."""

    MEASURE = "atgard", "Åtgärd eller förbättring beslutas och vidtas", "Åtgärd"
    PROPOSAL = "forslag", "Förslag förs vidare till beslutande instans", "Förslag"
    PREPARATION = "beredning", "Vidare beredning av annan tjänsteman eller beredningsgrupp", "Beredning"
    POLITICAL_BODY = "politiskt_organ", "Behandling i politiskt organ", "Politiskt organ"


class MeasureKind(Term):
    """Åtgärdens slag: for the one who complained, for the organisation (Kinda sida 3), or a check afterwards."""

    REMEDY = "rattelse", "Rättelse för den enskilde", "Enskild"
    IMPROVEMENT = "forbattring", "Förbättring av verksamheten", "Förebyggande", "Organisation"
    FOLLOW_UP = "uppfoljning", "Uppföljning"


class Affects(Term):
    """Berör: whether one person or a group is affected (Kinda sida 3)."""

    ONE = "enskild", "En enskild"
    GROUP = "grupp", "En grupp"


class SurveyMethod(Term):
    """Hur de som använt synpunktshanteringen tillfrågades (Lomma, sista utgångspunkten)."""

    QUESTIONNAIRE = "enkat", "Enkät"
    INTERVIEW = "intervju", "Intervju"
    FOCUS_GROUP = "fokusgrupp", "Fokusgrupp"


class Satisfaction(Term):
    """Svaret: how content they were."""

    CONTENT = "nojd", "Nöjd"
    PARTLY = "delvis", "Delvis nöjd"
    DISCONTENT = "missnojd", "Missnöjd", "Inte nöjd"


class Attained(Term):
    """Uppnått: the three columns of Lomma's egenkontroll."""

    FULLY = "helt", "Helt"
    PARTLY = "delvis", "Delvis"
    NOT = "ej", "Ej", "Inte"


class IdentityCheck(Term):
    """Identitetskontroll: what a likely identity in a text leads to (Nacka; domain 8 R2, R5)."""

    STOP = "stoppa", "Stoppa"
    WARN = "varna", "Varna"


class ErasureKind(Term):
    """Borttaget: identities masked in what is left, or everything that says what it was about (domain 1.9, R6)."""

    MASKED = "avidentifiering", "Avidentifierat"
    DESTROYED = "gallring", "Gallrat"


class Merit(Term):
    """Visas av: a fact of a case that ticks a step of a checklist (Enköping, gåvoprincipen)."""

    THANKED = "aterkopplad", "Avsändaren har fått återkoppling"
    TAKEN_ON = "omhandertagen", "Handläggare är utsedd, eller ärendet är avslutat"
    WHAT = "vad", "Beskrivningen säger vad som hände"
    WHEN = "nar", "Händelsedagen är angiven"
    HOW_TO_ANSWER = "hur_aterkoppla", "Önskat sätt är angivet, eller avsändaren kan inte få svar"
    DONE_AS_PROMISED = "gjort", "Alla utlovade åtgärder är genomförda"
    FOLLOWED_UP = "uppfoljd", "En uppföljning är gjord"
    PREVENTED = "forebyggd", "En förbättring av verksamheten är genomförd"


class State(Term):
    """Läge: a deadline as of a day."""

    WAITING = "vantar", "Väntar"
    IN_TIME = "i_tid", "I tid"
    LATE = "sen", "Sent"
    OVERDUE = "forsenad", "Försenad"
    NOT_APPLICABLE = "ej_tillamplig", "Ej tillämplig"


class CountedIn(Term):
    """Räknas i: the unit of a deadline's length."""

    DAYS = "dagar", "dagar"
    WORKDAYS = "arbetsdagar", "arbetsdagar"
    WEEKS = "veckor", "veckor"


class Shift(Term):
    """Förskjutning: what happens to a last day that is no working day."""

    NONE = "ingen", "flyttas inte"
    NEXT_WORKDAY = "nasta_arbetsdag", "flyttas till nästa arbetsdag"


class Fulfilment(Term):
    """Fullgörs av: the acts that can meet a deadline (the kinds of feedback, and two more)."""

    RECEIPT = Feedback.RECEIPT.value, Feedback.RECEIPT.label
    STATUS = Feedback.STATUS.value, Feedback.STATUS.label
    INVESTIGATING = Feedback.INVESTIGATING.value, Feedback.INVESTIGATING.label
    DELAY = Feedback.DELAY.value, Feedback.DELAY.label
    ANSWER = Feedback.ANSWER.value, Feedback.ANSWER.label
    MEASURE = "atgard", "Åtgärd genomförd"
    CLOSING = "avslut", "Ärendet avslutat"


class WithoutContact(Term):
    """Utan kontakt: what a contact-only deadline means for a case that cannot be answered."""

    NOT_APPLICABLE = "ej_tillamplig", "ej tillämplig"
    CLOSING = "avslut", "uppfylls när ärendet avslutas"


class Edition(Term):
    """Upplaga: for whom a sammanställning is written, and so what it may hold (domain 7.3)."""

    PUBLIC = "publik", "Publik", "Offentlig"
    BOARD = "namnd", "För nämnden", "Nämnd", "Nämnden"
    INTERNAL = "intern", "Intern"


class Nature(Term):
    """Art: a promise that can be broken, or a goal that can be missed (Nacka)."""

    REQUIREMENT = "krav", "Krav"
    GOAL = "mal", "Mål"


CHANNELS: dict[str, tuple[str, ...]] = {
    "e-tjanst": ("E-tjänst/webb", "Webb", "Hemsida", "Webbformulär", "Hemsidan", "Internet"),
    "e-post": ("E-post", "Epost", "Mejl", "Mail"),
    "telefon": ("Telefon", "Samtal"),
    "brev": ("Brev", "Post"),
    "blankett": ("Blankett/folder", "Folder"),
    "besok": ("Besök/möte", "Möte", "Personligt möte", "Personligen", "Muntligt"),
    "app": ("App", "Mobilapp"),
    "sociala_medier": ("Sociala medier", "Facebook"),
    "kontaktcenter": ("Kontaktcenter", "Kundcenter", "Medborgarkontor"),
    "sms": ("Sms",),
    "fax": ("Fax",),
    "ovrigt": ("Övrigt", "Annat"),
}
"""Kanaler that every profile starts from: code → label and other words (domain 5)."""

AREAS: dict[str, tuple[str, ...]] = {
    "bemotande": ("Bemötande",),
    "information": ("Information och kommunikation", "Kommunikation", "Bristande information"),
    "tillganglighet": ("Tillgänglighet",),
    "handlaggningstid": ("Handläggningstid",),
    "innehall": ("Innehåll/utförande av tjänst", "Utförande", "Innehåll i tjänsten"),
    "kompetens": ("Kompetens/personal", "Personal"),
    "kontinuitet": ("Kontinuitet",),
    "trygghet": ("Trygghet och säkerhet", "Säkerhet"),
    "lokaler": ("Lokaler och utemiljö", "Utemiljö"),
    "trafik": ("Trafik, gator och renhållning", "Gator", "Renhållning"),
    "mat": ("Mat och måltider", "Måltider", "Skolmat"),
    "avgifter": ("Avgifter och kostnader", "Kostnader"),
    "rattssakerhet": ("Rättssäkerhet/beslut", "Beslut"),
    "krankande_behandling": ("Kränkande behandling",),
    "ovrigt": ("Övrigt", "Annat"),
}
"""Områden that every profile starts from (domain 5). No sensitive traits (dataskyddslagen 3:3)."""


class Field(NamedTuple):
    """A field of a case: its English attribute, its key in JSON and options, its heading in tables."""

    name: str
    key: str
    heading: str
    personal: bool = False
    """Values never enter the log."""


FIELDS: tuple[Field, ...] = (
    Field("number", "arendenummer", "Ärendenummer"),
    Field("diary_number", "diarienummer", "Diarienummer"),
    Field("type", "typ", "Typ"),
    Field("status", "status", "Status"),
    Field("received", "inkommen", "Inkommen"),
    Field("registered_at", "registrerad", "Registrerad"),
    Field("registered_by", "registrerad_av", "Registrerad av"),
    Field("channel", "kanal", "Kanal"),
    Field("board", "namnd", "Nämnd"),
    Field("unit", "enhet", "Enhet"),
    Field("area", "omrade", "Område"),
    Field("title", "rubrik", "Offentlig rubrik"),
    Field("description", "beskrivning", "Beskrivning"),
    Field("proposal", "forslag", "Förslag till förbättring"),
    Field("anonymous", "anonym", "Anonym"),
    Field("contact", "kontakt", "Kontakt"),
    Field("secrecy", "sekretess", "Sekretess"),
    Field("handler", "handlaggare", "Handläggare"),
    Field("route", "vag", "Väg"),
    Field("routes", "vagar", "Vägar"),
    Field("outcome", "utfall", "Utfall"),
    Field("closed", "avslutad", "Avslutad"),
    Field("answer", "svar", "Svar"),
    Field("deadlines", "frister", "Frister"),
    Field("feedback", "aterkopplingar", "Återkopplingar"),
    Field("measures", "atgarder", "Åtgärder"),
    Field("handovers", "overlamningar", "Överlämnat"),
    Field("stamps", "ankomststamplar", "Ankomststämplar"),
    Field("copies", "kopior", "Kopior"),
    Field("referrals", "hanvisningar", "Hänvisningar"),
    Field("participants", "deltagare", "Deltagare"),
    Field("received_by", "mottagen_av", "Mottagen av"),
    Field("occurred_on", "handelsedag", "Hände"),
    Field("provider", "utforare", "Utförare"),
    Field("affects", "beror", "Berör"),
    Field("general", "allman", "Av allmän karaktär"),
    Field("kept_elsewhere", "i_efterhand", "Registrerat i efterhand från"),
    Field("individual", "ror_enskild", "Rör enskild elev eller personal"),
    Field("lesson", "lardom", "Lärdom"),
    Field("publication", "publicering", "Publicering"),
    Field("protected", "skyddad", "Skyddade personuppgifter"),
    Field("erasures", "borttaget", "Borttaget"),
    Field("sender", "avsandare", "Avsändare"),
    Field("role", "roll", "Roll", personal=True),
    Field("name", "namn", "Namn", personal=True),
    Field("email", "epost", "E-postadress", personal=True),
    Field("phone", "telefon", "Telefon", personal=True),
    Field("address", "adress", "Adress", personal=True),
    Field("preferred", "onskat_satt", "Önskat sätt", personal=True),
    Field("case_file", "personakt", "Personakt", personal=True),
)
"""The one mapping between code, keys and headings; ``tests/test_docs.py`` holds the README's glossary to it."""

PART_KEYS = {
    # återkoppling
    "given_on": "datum",
    "kind": "slag",
    "means": "satt",
    "by": "av",
    "handler_was_named": "handlaggare_utsedd",
    "reason": "orsak",
    # åtgärd
    "number": "nr",
    "text": "text",
    "responsible": "ansvarig",
    "due_on": "klar_senast",
    "done_on": "genomford",
    # frist
    "due": "senast",
    "original_due": "ursprunglig",
    "extended_on": "forlangd",
    "met_on": "fullgjord",
    "settled_on": "avgjord",
    # avslut
    "closed_on": "avslutad",
    "outcome": "utfall",
    "no_answer": "utan_svar",
    "reopened_on": "aterupptagen",
    # överlämning
    "handed_on": "datum",
    "from_board": "fran_namnd",
    "from_unit": "fran_enhet",
    "to_board": "till_namnd",
    "to_unit": "till_enhet",
    "told": "meddelad",
    "handler_named_on": "handlaggare_utsedd",
    # väg, ankomststämpel, kopia, hänvisning
    "taken_on": "datum",
    "route": "vag",
    "body": "till",
    "stamped_on": "datum",
    "stamped_at": "klockslag",
    "desk": "mottagare",
    "copied_on": "datum",
    "to": "till",
    "referred_on": "datum",
    "label": "rubrik",
    "reference": "referens",
    # åtgärd
    "promised_on": "utlovad",
    # publicering
    "approved_on": "godkand",
    "approved_by": "godkand_av",
    "public_answer": "svar",
    "improvement": "forbattring",
    # sekretessmarkering
    "marked_on": "datum",
    "statute": "lagrum",
    "marked_by": "av",
    "until": "till",
    "lifted_on": "havd",
    # borttaget
    "erased_on": "datum",
    "decision": "beslut",
    "erased_by": "av",
}
"""Keys of what is inside a case's parts, in JSON and in the log."""

BY_NAME = {field.name: field for field in FIELDS}
BY_KEY = {field.key: field for field in FIELDS}

T = TypeVar("T", bound=Term)


def labelled(codes: type[T]) -> dict[str, str]:
    """Code → label of a vocabulary, in its own order."""
    return {member.value: member.label for member in codes}
