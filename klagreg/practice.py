"""How a municipality works beside its deadlines: who takes over, what is checked, what is not a case at all.

Each setting comes from one of the five municipalities' documents. What stops or moves a case is off until a profile
turns it on. Settings are read from the profile's TOML once; daily commands find them in the register, as JSON.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from klagreg.errors import BadValue, WrongUse, shorten
from klagreg.terms import CaseType, IdentityCheck, Merit, SenderRole, fold
from klagreg.toml_table import TomlTable

KEYS = (
    "roller",
    "typgrupper",
    "klassas_ej",
    "hanvisningar",
    "enhet_utan_angivelse",
    "allmant_till",
    "kopia_till",
    "identitetskontroll",
    "meddela_overlamning",
    "beslut_vid_avslut",
    "egen_enhet_forst",
    "undvik_i_forsening",
    "granskas_manader",
    "checklista",
    "publicera_anonyma",
    "rojandeskydd",
    "gallring",
)
"""The profile's keys that are settings of how it works."""

REFERRALS: dict[str, tuple[str, ...]] = {
    "overklagande": ("Överklagande av beslut", "Överklaga"),
    "arbetsgivare": ("Arbetsgivarfråga", "Arbetsgivaransvar", "HR"),
    "lex_sarah": ("Lex Sarah",),
    "lex_maria": ("Lex Maria",),
    "avvikelse_hsl": ("Avvikelse enligt HSL", "Avvikelse"),
    "kommunovergripande": ("Kommunövergripande synpunktshantering", "Kommunens rutin"),
    "annan_huvudman": ("Annan huvudman", "Region", "Privat utförare"),
    "felanmalan": ("Felanmälan",),
}
"""Where a matter may belong instead, or as well: code → label and other words (Enköping; Kinda sida 2)."""


class Exclusion(NamedTuple):
    """Klassas ej: a way of hearing something that does not make it a case (Osby 3.3.1)."""

    code: str
    label: str
    words: tuple[str, ...]
    """Everything people write for it as the channel, the label included."""
    reason: str
    instead: str
    """What to do with it instead."""


class Step(NamedTuple):
    """A step of the checklist in ``visa``, and the fact of the case that ticks it (Enköping, gåvoprincipen)."""

    label: str
    merit: Merit


class Disclosure(NamedTuple):
    """Röjandeskydd: which numbers the public edition of a report does not tell (domain 8 R7 and R8)."""

    threshold: int = 5
    """The smallest number that is no secret."""
    boards: tuple[str, ...] = ()
    """Sekretesskänsliga nämnder, by name or code."""
    by_name: bool = True
    """Whether a nämnd is sekretesskänslig, too, if its name says that it cares, teaches or is a guardian."""


class Retention(NamedTuple):
    """Gallring: how long the cases of each typ are kept, as the nämnd has decided (arkivlagen 10 §; domain 1.9)."""

    decision: str | None = None
    """The decision, as the profile names it; what is said when something is destroyed is said each time."""
    years: Mapping[CaseType, int | None] = MappingProxyType({})
    """Whole years after the case was closed or voided; None: kept for ever. A typ that is not here has no rule."""

    def destroyed_from(self, kind: CaseType, ended_on: date) -> date | None:
        """The first day that a case may be destroyed; None when its typ has no rule or is kept for ever.

        The years end on the day with the same number, or on the last of its month where there is none (lag 1930:173
        1 §), and that day is a day of keeping still.
        """
        years = self.years.get(kind)
        return None if years is None else _years_after(ended_on, years) + timedelta(days=1)


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February, in a year without it
        return day.replace(year=day.year + years, day=28)


class Practice(NamedTuple):
    """The settings of a profile."""

    roles: tuple[SenderRole, ...] = tuple(SenderRole)
    type_groups: Mapping[CaseType, tuple[CaseType, ...]] = MappingProxyType({})
    """What the document calls klagomål and synpunkt → the types that are counted as such (Osby 3.1)."""
    exclusions: tuple[Exclusion, ...] = ()
    referrals: Mapping[str, tuple[str, ...]] = MappingProxyType(REFERRALS)
    default_unit: str | None = None
    """Where a case lies when no unit was named (Osby 3.4: kansliets registrator)."""
    general_to: str | None = None
    """The handler of matters of general kind (Kinda, sida 4: förvaltningschefen)."""
    copy_to: str | None = None
    """Who shall have a copy of a complaint that its unit could not settle (Kinda, sida 4)."""
    identity_check: IdentityCheck = IdentityCheck.WARN
    """Whether a likely identity in a text stops the act (Nacka) or, in the public title, is remarked on."""
    tells_of_handover: bool = False
    """The sender shall be told who takes over, and never be sent around (Nacka)."""
    decides_at_closing: bool = False
    """A closing tells the decision and the planned measures (Osby 3.4.1)."""
    own_unit_first: bool = False
    """Lists show the registrator's own unit unless all are asked for (Nacka: varje verksamhet sina klagomål)."""
    poor_excuses: tuple[str, ...] = ()
    """Beginnings of words that should not explain a delay (Nacka: semestrar, vikarier, resurser)."""
    review_months: int = 0
    """How often the rules shall be looked over; 0 when the document does not say (Osby 3.5, Enköping: yearly)."""
    checklist: tuple[Step, ...] = ()
    publishes_anonymous: bool = True
    """Whether answers in anonymous cases may be published (Lomma: "bör övervägas")."""
    disclosure: Disclosure = Disclosure()
    retention: Retention = Retention()

    def exclusion(self, word: str) -> Exclusion | None:
        """The exclusion that a word for a channel means, if any."""
        wanted = fold(word)
        return next((e for e in self.exclusions if wanted in (e.code, *map(fold, e.words))), None)


def read(table: TomlTable) -> Practice:
    """The settings of a profile's table.

    Raises:
        WrongUse: a value that cannot be used; the table's own error, which names the key.
    """
    return Practice(
        roles=tuple(table.codes("roller", SenderRole)) or tuple(SenderRole),
        type_groups=_type_groups(table.table("typgrupper")),
        exclusions=tuple(_exclusion(code, entry) for code, entry in table.table("klassas_ej").tables_by_key().items()),
        referrals=table.table("hanvisningar").words(REFERRALS),
        default_unit=table.text("enhet_utan_angivelse", "") or None,
        general_to=table.text("allmant_till", "") or None,
        copy_to=table.text("kopia_till", "") or None,
        identity_check=table.code("identitetskontroll", IdentityCheck, IdentityCheck.WARN),
        tells_of_handover=table.flag("meddela_overlamning"),
        decides_at_closing=table.flag("beslut_vid_avslut"),
        own_unit_first=table.flag("egen_enhet_forst"),
        poor_excuses=tuple(fold(word) for word in table.texts("undvik_i_forsening")),
        review_months=table.number("granskas_manader", 1, 120, 0),
        checklist=tuple(_step(entry) for entry in table.tables("checklista")),
        publishes_anonymous=table.flag("publicera_anonyma", default=True),
        disclosure=_disclosure(table.table("rojandeskydd")),
        retention=_retention(table.table("gallring")),
    )


def stored(table: TomlTable) -> str:
    """The settings of a profile's table as the register keeps them."""
    return json.dumps(table.written(KEYS), ensure_ascii=False)


@cache
def restored(text: str) -> Practice:
    """The settings that a register keeps."""
    return read(TomlTable(json.loads(text), "i registret", _damaged))


def _damaged(source: str, key: str, problem: str) -> WrongUse:
    return WrongUse(f"Regelverket {source}, nyckeln {shorten(key)}: {problem}")


def _type_groups(table: TomlTable) -> dict[CaseType, tuple[CaseType, ...]]:
    groups = {CaseType.named(key, "typgrupper"): tuple(table.codes(key, CaseType)) for key in table.unread()}
    members = [member for group in groups.values() for member in group]
    if len(members) != len(set(members)):
        table.fail("", "en typ kan bara höra till en grupp.")
    return groups


def _exclusion(code: str, table: TomlTable) -> Exclusion:
    label = table.text("rubrik")
    found = Exclusion(fold(code), label, (label, *table.texts("ord")), table.text("skal"), table.text("i_stallet"))
    table.finish()
    return found


def _step(table: TomlTable) -> Step:
    found = Step(table.text("steg"), table.code("visas_av", Merit))
    table.finish()
    return found


def _disclosure(table: TomlTable) -> Disclosure:
    # An empty list is an answer: no nämnd is. Only where nothing is said do the names decide.
    by_name = "sekretesskansliga" not in table.unread()
    found = Disclosure(table.number("troskel", 3, 50, 5), table.texts("sekretesskansliga"), by_name)
    table.finish()
    return found


KEPT = "bevaras"
LONGEST_KEPT = 100
"""Years; what is kept longer is kept for ever."""


def _retention(table: TomlTable) -> Retention:
    decision = table.text("beslut", "") or None
    years: dict[CaseType, int | None] = {}
    for key in table.unread():
        kind, found = _type(table, key), table.take(key, None)
        if kind in years:
            table.fail(key, f"{kind.value} står redan.")
        kept = isinstance(found, str) and fold(found) == KEPT
        if not kept and (type(found) is not int or not 1 <= found <= LONGEST_KEPT):
            table.fail(key, f'ska vara "{KEPT}", eller ett antal år 1–{LONGEST_KEPT} utan citattecken.')
        years[kind] = None if kept else found
    return Retention(decision, years)


def _type(table: TomlTable, key: str) -> CaseType:
    try:
        return CaseType.named(key, key)
    except BadValue as error:
        return table.fail(key, f"{error.problem} {error.hint}")  # type: ignore[no-any-return]
