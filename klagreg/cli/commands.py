"""The commands: where each stands, its line in the help, and what stands before every one of them."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from klagreg import __version__
from klagreg.cli.declared import Command, Option
from klagreg.cli.edge import Edge
from klagreg.errors import EXIT_OK

PROGRAM = "klagreg"
INTRO = "Register över synpunkter och klagomål. Utan kommando: dagens bild av vad som måste göras."
DAILY, WATCH, UPKEEP = "Dagligt arbete", "Bevaka och redovisa", "Registret"
RECORDS = "Allmänna handlingar och personuppgifter"


class Entry(NamedTuple):
    """A command that is loaded when it is run: where it stands, and its line in the help."""

    where: str
    summary: str
    panel: str = ""


class GroupEntry(NamedTuple):
    """A group of commands."""

    entries: Mapping[str, Entry]
    summary: str
    panel: str = ""


COMMANDS: dict[str, Entry | GroupEntry] = {
    "registrera": Entry("casework:register", "Registrera en synpunkt eller ett klagomål.", DAILY),
    "tilldela": Entry("casework:assign", "Utse handläggare för ett ärende.", DAILY),
    "aterkoppla": Entry("casework:feedback", "Anteckna en kontakt med avsändaren.", DAILY),
    "anteckna": Entry("casework:note", "Skriv en anteckning i ärendets logg.", DAILY),
    "atgarda": Entry("casework:measure", "Planera en åtgärd, eller bocka av en som är genomförd.", DAILY),
    "uppdatera": Entry("casework:update", "Rätta eller komplettera uppgifter i ett ärende.", DAILY),
    "overlamna": Entry("casework:hand_over", "Lämna över till en annan enhet eller nämnd.", DAILY),
    "forlang": Entry("casework:extend", "Förläng en frist och säg varför.", DAILY),
    "avsluta": Entry("casework:close", "Avsluta med utfall och svar.", DAILY),
    "ateruppta": Entry("casework:reopen", "Återuppta ett avslutat ärende.", DAILY),
    "vag": Entry("steps:take_route", "Anteckna vilken väg ett ärende tar: åtgärd, förslag, beredning, organ.", DAILY),
    "hanvisa": Entry("steps:refer", "Hänvisa det som hör hemma någon annanstans, i stället eller också.", DAILY),
    "kopia": Entry("steps:give_copy", "Anteckna att någon fått en kopia av ärendet.", DAILY),
    "ankomststampla": Entry("steps:stamp", "Ankomststämpla ett ärende hos en mottagare.", DAILY),
    "lardom": Entry("steps:learn", "Skriv vad ett ärende lärde er, utan att peka ut någon.", DAILY),
    "godkann": Entry("steps:approve", "Godkänn ett svar för publicering.", DAILY),
    "sekretess": Entry("steps:mark_secret", "Sekretessmarkera ett ärende, eller häv markeringen.", DAILY),
    "brev": Entry("papers:letter", "Skriv ett brev till avsändaren efter en mall.", DAILY),
    "makulera": Entry("casework:void", "Makulera en felaktig registrering; numret finns kvar.", DAILY),
    "visa": Entry("looking:show", "Visa ett ärende.", DAILY),
    "lista": Entry("looking:list_cases", "Lista ärenden.", DAILY),
    "sok": Entry("looking:search", "Sök i rubrik, beskrivning, förslag och svar.", DAILY),
    "senaste": Entry("looking:latest", "Visa vad som sparades senast, av vem och när.", DAILY),
    "logg": Entry("looking:log", "Visa ett ärendes logg: vem gjorde vad, när.", DAILY),
    "frist": Entry("looking:deadline", "Förklara en frist dag för dag.", DAILY),
    "bevaka": Entry("looking:watch", "Vad är försenat eller förfaller snart? För cron.", WATCH),
    "lardomar": Entry("steps:list_lessons", "Lista lärdomar, utan identiteter.", WATCH),
    "sammanstall": Entry("reporting:compile_report", "Gör sammanställningen för en period.", WATCH),
    "redovisa": Entry("yearly:present", "Anteckna när en period redovisades för nämnden.", WATCH),
    "egenkontroll": Entry("yearly:self_check", "Fyll i och visa årets egenkontroll.", WATCH),
    "enkat": Entry("yearly:survey", "Anteckna vad de som lämnat synpunkter tyckte.", WATCH),
    "arstext": Entry("yearly:write_year", "Skriv hur ni arbetat med synpunkter under året.", WATCH),
    "publicera": Entry("papers:publish", "Gör webbsidan med svar och siffror.", WATCH),
    "blankett": Entry("papers:blank_form", "Gör en tom blankett att skriva ut.", WATCH),
    "importera": Entry("importing:import_cases", "Läs in ärenden från CSV eller XLSX.", WATCH),
    "postlista": Entry("records:day_list", "Visa dagens lista: vad vem som helst får se.", RECORDS),
    "utlamna": Entry("records:hand_out", "Lämna ut ärenden till den som begärt dem.", RECORDS),
    "registerutdrag": Entry("extracts:extract", "Samla allt som finns om en person.", RECORDS),
    "avidentifiera": Entry("erasing:mask", "Ta bort identiteter ur avslutade ärenden, efter beslut.", RECORDS),
    "gallra": Entry("erasing:destroy", "Gallra avslutade ärenden, efter beslut.", RECORDS),
    "exportera": Entry("exporting:export", "Skriv ärendelistan till en fil.", RECORDS),
    "init": Entry("upkeep:init", "Skapa ett register.", UPKEEP),
    "skal": Entry("completion:shell_script", "Skriv det som ger tabbkomplettering i bash, zsh eller fish.", UPKEEP),
    "demo": Entry("upkeep:demo", "Gör ett exempelregister och gå igenom allt.", UPKEEP),
    "kontrollera": Entry("inspecting:inspect", "Kontrollera registret: fil, logg, nummer och innehåll.", UPKEEP),
    "sakerhetskopiera": Entry("safekeeping:back_up", "Gör en säkerhetskopia, även medan andra skriver.", UPKEEP),
    "aterstall": Entry("safekeeping:restore", "Återställ registret från en säkerhetskopia.", UPKEEP),
    "enhet": GroupEntry(
        {
            "lista": Entry("upkeep:list_units", "Lista enheter."),
            "lagg-till": Entry("upkeep:add_unit", "Lägg till en enhet."),
            "andra": Entry("upkeep:change_unit", "Ändra en enhet, eller ta upp den igen."),
            "avveckla": Entry("upkeep:retire_unit", "Avveckla en enhet; dess ärenden finns kvar."),
        },
        "Enheter som ärenden gäller.",
        UPKEEP,
    ),
    "handlaggare": GroupEntry(
        {
            "lista": Entry("upkeep:list_handlers", "Lista handläggare."),
            "lagg-till": Entry("upkeep:add_handler", "Lägg till en handläggare."),
            "andra": Entry("upkeep:change_handler", "Ändra en handläggare, eller ta upp igen."),
            "avveckla": Entry("upkeep:retire_handler", "Avveckla en handläggare; ärendena finns kvar."),
        },
        "Handläggare som ärenden tilldelas.",
        UPKEEP,
    ),
    "regler": GroupEntry(
        {
            "visa": Entry("upkeep:show_rules", "Visa regelverket: frister, kanaler, områden."),
            "lista": Entry("upkeep:list_profiles", "Lista de inbyggda regelverken."),
            "skarp": Entry("upkeep:tighten_rules", "Ge en enhet eller nämnd en strängare frist."),
            "beskrivning": Entry("records:describe", "Skriv registrets beskrivning enligt 4 kap. 2 § OSL."),
            "granska": Entry("upkeep:review_rules", "Anteckna att regelverket är genomgånget."),
            "andra": Entry("upkeep:change_rules", "Byt regelverk från en dag; äldre ärenden behåller sina frister."),
        },
        "Regelverk: frister och ordlistor.",
        UPKEEP,
    ),
}


def command_of(entry: Entry) -> Command:
    """The command, which is imported when it is run."""
    module, function = entry.where.split(":")
    found: Command = getattr(import_module(f"klagreg.cli.{module}"), function)
    return found


def root(
    edge: Edge,
    register: Annotated[
        Path | None, Option("--register", metavar="FIL", help="Registrets fil (annars KLAGREG_REGISTER, klagreg.db).")
    ] = None,
    network: Annotated[
        bool, Option("--tillat-natverk", help="Öppna registret också på en nätverksdisk, där det kan skadas.")
    ] = False,
    debug: Annotated[bool, Option("--felsok", help="Visa teknisk felspårning vid oväntade fel.")] = False,
    version: Annotated[bool, Option("--version", help="Visa klagregs version.")] = False,
) -> int | None:
    """Run before every command. A code: that was all that was asked for."""
    del debug  # shown in the help; frame.run() has taken it already
    edge.register = register or edge.register
    edge.network_allowed = edge.network_allowed or network
    if not version:
        return None
    print(f"{PROGRAM} {__version__}")
    return EXIT_OK


def run(edge: Edge, command: Command | None, values: Mapping[str, Any]) -> int:
    """Run a command with its values; without one, show the picture of today."""
    if command is None:
        from klagreg.cli.looking import picture_of_today

        command = picture_of_today
    edge.given = values
    return command(edge, **values) or EXIT_OK
