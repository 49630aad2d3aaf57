"""What leaves the register on paper or on the web: letters to the sender, the blank form, the public page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from klagreg import advice, border, days, letters
from klagreg import profile as profiles
from klagreg.casework import not_in_future
from klagreg.cli import options as o
from klagreg.cli.declared import Argument, Option
from klagreg.cli.edge import Edge, asked_for, is_terminal, opened, told
from klagreg.days import Period
from klagreg.desk import Changes
from klagreg.errors import BadValue, MissingValue, Refused, UnknownCode, WrongUse, os_reason, shorten
from klagreg.letters import Letter, LetterTemplate
from klagreg.model import Case, Measure
from klagreg.register import Register
from klagreg.render.files import written_beside
from klagreg.render.terminal import Column, clean, clean_prose, notice, say, table, verbatim
from klagreg.staff import Handler
from klagreg.store.cases import Filter, RuleSet
from klagreg.terms import CaseType, Contact, Feedback, Means, fold, nearest

Replace = Annotated[bool, Option("--ersatt", help="Skriv över filen om den finns.")]


def letter(
    edge: Edge,
    ref: o.Ref = None,
    template: Annotated[
        str | None, Argument(metavar="MALL", help="Brevmallen i regelverket; --lista visar vilka som finns.")
    ] = None,
    branch: Annotated[
        str | None, Option("--gren", metavar="GREN", help="Vilken del av mallen som gäller, till exempel A.")
    ] = None,
    fields: Annotated[
        list[str] | None,
        Option("--falt", metavar="NAMN=TEXT", help="Något som mallen vill ha; - läser stdin, @fil en fil."),
    ] = None,
    signer: Annotated[
        str | None,
        Option("--fran", metavar="HANDLÄGGARE", help="Vem som skriver under (annars du, eller handläggaren)."),
    ] = None,
    output: Annotated[
        Path | None,
        Option("--ut", "-o", metavar="FIL", help="Brevet som .txt, eller som e-postutkast med .eml."),
    ] = None,
    replace: Replace = False,
    listed: Annotated[
        bool, Option("--lista", help="Visa vilka mallar som finns, och vad som saknas i ärendet för dem.")
    ] = False,
    secret: o.Secret = False,
    as_json: o.Json = False,
) -> None:
    """Skriv ett brev till avsändaren efter en mall i regelverket.

    klagreg brev 12 aterkoppling --falt problem="kön i matsalen" -o brev.eml

    klagreg brev --lista

    Utan --gren väljs den gren som det finns uppgifter till i ärendet, till exempel den om åtgärder när någon är lovad.
    Brevet skrivs bara när inget saknas i det. Ingenting skickas, och återkopplingen antecknas först när du gör det.
    """
    if listed:
        _list_templates(edge, ref, secret, as_json)
        return
    _must_end_with(output, (".txt", ".eml"), "ett brev")
    reference = asked_for(ref, "ÄRENDE", "Ärende")
    with opened(edge) as register:
        case = _readable(register, reference, secret)
        of_rules, people = _templates(register, case), _people(register, case, signer)
        practice = _rules_of(register, case).practice
    draft = _drafted(edge, case, people, _chosen(of_rules, template), branch, fields or ())
    for remark in advice.on_excuse(draft.told.get("orsak") or "", practice):
        notice(remark)
    _hand_over(edge, draft, output, replace, secret)
    _show(draft, output, as_json)
    _remind(draft, output)


def blank_form(
    edge: Edge,
    output: Annotated[
        Path | None, Option("--ut", "-o", metavar="FIL.html", help="Filen att skriva (annars stdout).")
    ] = None,
    with_areas: Annotated[
        bool | None,
        Option("--omraden/--utan-omraden", help="Områden att kryssa för, eller en rad att skriva på."),
    ] = None,
    profile: Annotated[
        str | None,
        Option("--regler", metavar="NAMN|FIL", help="Ett regelverk, för en blankett utan register."),
    ] = None,
    replace: Replace = False,
) -> None:
    """Gör en tom blankett, en A4-sida att öppna i en webbläsare och skriva ut eller lägga på hemsidan.

    klagreg blankett -o blankett.html

    Texten står i regelverket, under [blankett].
    """
    _must_end_with(output, (".html", ".htm"), "en webbsida")
    html = _form_of_profile(profile, with_areas) if profile else _form_of_register(edge, with_areas)
    if output is None:
        verbatim(html.rstrip())
        return
    with written_beside(output, replace=replace) as beside:
        _write_for_all(beside, html)
    say(f"Blanketten är skriven till {clean(str(output))}.")


def publish(
    edge: Edge,
    folder: Annotated[Path | None, Argument(metavar="MAPP", help="Mappen att lägga index.html i.")] = None,
    year: Annotated[int | None, Option("--ar", metavar="ÅR", help="Årets svar och siffror (annars i år).")] = None,
    as_of: Annotated[str | None, Option("--per", metavar="DATUM", help="Dagen siffrorna gäller (annars idag).")] = None,
    reviewed: Annotated[
        list[str] | None,
        Option("--granskad", metavar="ÄRENDE", help="Det som liknar en identitet pekar inte ut någon; kan upprepas."),
    ] = None,
    replace: Replace = False,
) -> None:
    """Gör webbsidan med årets godkända svar och siffror: en fil som fungerar utan något annat.

    klagreg publicera webb --ar 2026

    Bara svar som är godkända med klagreg godkann visas, utan ärendenummer, namn och dag. Texterna kontrolleras en
    gång till: det som liknar en identitet visas inte. Ingenting skickas; filen läggs på kommunens webbplats av er.
    """
    where = Path(asked_for(str(folder) if folder else None, "MAPP", "Mapp att lägga webbsidan i"))
    taken_on = o.the_day(edge, as_of, "--per")
    not_in_future(taken_on, edge.env.today, "--per")
    period = _year(year, taken_on)
    from klagreg import publication
    from klagreg.render import page

    # One act, so that nothing is marked secret or withdrawn between being read and being logged as shown. It is the
    # innermost, stored before the page takes its place: a page that the log does not know of must not be.
    with (
        opened(edge) as register,
        _folder(where),
        written_beside(where / "index.html", replace=replace) as beside,
        register.act(),
    ):
        confirmed = {register.case(ref).number for ref in reviewed or ()}
        shown, left_out = _approved(register, period, taken_on, confirmed)
        contents = publication.publication(register.report(period, taken_on), shown, edge.env.today)
        _write_for_all(beside, page.publication(contents))
        register.log("publicerad", register.env.today, _what_was_published(period, shown, confirmed))
    for remark in left_out:
        notice(remark)
    say(f"Webbsidan för {contents.period} är skriven till {clean(str(where / 'index.html'))}.")
    say(f"  {len(shown)} svar och årets siffror.")


# -- letters: what they are made of ---------------------------------------------------------------


def _readable(register: Register, reference: str, secret: bool) -> Case:
    """The case that a letter will tell of. The reading of a secret one is logged when it is seen.

    Raises:
        Refused: it is marked secret, and ``secret`` was not asked for.
    """
    return register.case(reference) if secret else register.read(reference)


def _rules_of(register: Register, case: Case | None) -> RuleSet:
    """The rules that a case was given; without a case, those in force today."""
    today = register.rules_on(register.env.today)
    return next((rs for rs in register.store.rule_sets() if case and rs.id == case.rule_set), today)


def _templates(register: Register, case: Case | None) -> tuple[LetterTemplate, ...]:
    """The letters of the case's own rules; if those have none, of the rules in force today.

    Raises:
        WrongUse: there are none.
    """
    own = _rules_of(register, case)
    for rule_set in (own, register.rules_on(register.env.today)):
        if found := profiles.parse(rule_set.toml, rule_set.name).letters:
            return found
    raise WrongUse(
        f"Regelverket {own.name} har inga brevmallar.",
        "Skriv en som [[brev]] i regelverkets fil (regler visa --toml) och byt till den med: "
        "klagreg regler andra FIL.toml --fran idag",
    )


def _chosen(of_rules: Sequence[LetterTemplate], word: str | None) -> LetterTemplate:
    by_key = {template.key: template for template in of_rules}
    if word is None and is_terminal():
        from klagreg.cli import dialog

        word = dialog.ask("Vilken mall", {key: f"{key}: {t.subject}" for key, t in by_key.items()})
    if word is None:
        raise MissingValue("MALL", f"Välj {'|'.join(by_key)}.")
    if fold(word) not in by_key:
        raise UnknownCode("MALL", word, list(by_key), nearest(word, by_key))
    return by_key[fold(word)]


def _typed(fields: Sequence[str], template: LetterTemplate) -> dict[str, str]:
    """What was told with ``--falt``. What may be a part of the letter is never quoted in a refusal."""
    found = {}
    for number, field in enumerate(fields, start=1):
        name, equals, text = field.partition("=")
        if not equals:
            raise WrongUse(f"--falt nummer {number} saknar likhetstecken: skriv namn=text.")
        key, option = fold(name), f"--falt {shorten(name)}"
        if key not in template.placeholders and len(name.split()) > 1:
            raise WrongUse(
                f"--falt nummer {number} börjar inte med ett namn: skriv namn=text.",
                f"Välj bland: {', '.join(template.placeholders)}.",
            )
        if key not in template.placeholders:
            raise UnknownCode("--falt", name, template.placeholders, nearest(name, template.placeholders))
        found[key] = border.prose(told(text, option) or "", option)
    return found


def _branch(
    template: LetterTemplate, given: str | None, people: _People, facts: Mapping[str, str | None]
) -> str | None:
    """The branch that was named, else that the facts choose, else that the person at the terminal chooses.

    A and B are Enköping's words for who does something about it: B when somebody else than the signer has the case.
    What the facts choose, whatever the branches are called, is said in :func:`klagreg.letters.branch_told_by`.
    """
    if given is not None or not template.branches:
        return given
    if {fold(code) for code in template.branches} == {"a", "b"}:
        return "B" if people.handler and people.handler != people.signer else "A"
    if found := letters.branch_told_by(template, facts):
        return found
    if is_terminal():
        from klagreg.cli import dialog

        return dialog.ask("Vilken gren", {code: code for code in template.branches})
    return None


@dataclass(frozen=True, slots=True)
class _People:
    """Who a letter speaks of beside the sender."""

    handler: Handler | None
    signer: Handler | None
    boards: Mapping[str, str]
    """What a unit belongs to, as a citizen knows it: its nämnd, else the unit itself."""


def _people(register: Register, case: Case, signer: str | None) -> _People:
    """The case's handler and who signs: who was named, else the handler who sits here, else the case's own."""
    handler = register.directory.handler(case.handler) if case.handler else None
    here = [known for known in register.store.handlers() if fold(known.name) == fold(register.env.actor)]
    by = register.directory.handler(signer) if signer else here[0] if here else handler
    return _People(handler, by, {unit.name: unit.board or unit.name for unit in register.store.units()})


@dataclass(frozen=True, slots=True)
class _Draft:
    """A letter that lacks nothing, and what it was made from."""

    case: Case
    template: LetterTemplate
    branch: str | None
    letter: Letter
    told: Mapping[str, str | None]
    """The facts that it speaks of."""
    signer: tuple[str | None, str | None]
    """Address and name of who signs it."""
    by: str | None
    """The handler who signs it, if another than who types."""
    reads_sender: bool
    """Something in it was read from what is kept about the sender."""


def _drafted(
    edge: Edge,
    case: Case,
    people: _People,
    template: LetterTemplate,
    branch: str | None,
    fields: Sequence[str],
) -> _Draft:
    typed = _typed(fields, template)
    facts = _facts(case, people, edge.env.today)
    part = _branch(template, branch, people, facts | typed)
    needed = letters.needed(template, part)
    asked = [name for name in needed if name not in typed]
    _must_be_known(asked, case, people, edge.actor)
    typed |= _told_at_the_terminal(name for name in asked if not facts.get(name))
    known = facts | typed
    written = letters.compose(template, known, part)
    return _Draft(
        case,
        template,
        part,
        written,
        told={name: known[name] for name in needed},
        signer=(known["min_epost"], known["mitt_namn"]),
        by=_other_than(edge.actor, people.signer),
        reads_sender=any(name.startswith("avsandare_") and name not in typed for name in asked),
    )


def _other_than(actor: str, signer: Handler | None) -> str | None:
    return signer.name if signer and fold(signer.name) != fold(actor) else None


def _told_at_the_terminal(names: Iterable[str]) -> dict[str, str]:
    """What is missing, asked for where there is a person who knows."""
    if not is_terminal():
        return {}
    from klagreg.cli import dialog

    questions = {name: letters.in_words(name).capitalize() for name in names}
    return {name: border.line(dialog.ask(question), question) for name, question in questions.items()}


def _must_be_known(asked: Sequence[str], case: Case, people: _People, actor: str) -> None:
    """Refuse a letter about a handler who is not there, or that nobody signs, before it is said what is missing."""
    if people.handler is None and any(name.startswith("handlaggare_") for name in asked):
        raise Refused(
            f"Brevet säger vem som är handläggare, men {case.number} har ingen.",
            f"Utse en först: klagreg tilldela {case.number} HANDLÄGGARE",
        )
    if people.signer is None and any(name.startswith(("mitt_", "min_")) for name in asked):
        raise Refused(
            f"Vem som skriver under är inte känt: {shorten(actor)} finns inte bland handläggarna.",
            "Ange --fran HANDLÄGGARE, eller lägg till dig med: klagreg handlaggare lagg-till",
        )


def _facts(case: Case, people: _People, today: date) -> dict[str, str | None]:
    """What the register knows that a letter may speak of."""
    delays = [given for given in case.feedback if given.kind is Feedback.DELAY]
    promised = [measure for measure in case.measures if measure.is_promise and not measure.done_on]
    signer, handler = people.signer or Handler(""), people.handler or Handler("")
    return {
        "arendenummer": case.number,
        "diarienummer": case.diary_number,
        "rubrik": case.title,
        "inkommen": days.day_in_words(case.received),
        "datum": days.day_in_words(today),
        "enhet": case.unit,
        "svar": case.answer,
        "atgarder": "\n".join(map(_promise, promised)),
        "orsak": max(reversed(delays), key=lambda given: given.given_on).reason if delays else None,
        "avsandare_namn": case.sender.name,
        "avsandare_adress": case.sender.address,
        "avsandare_epost": case.sender.email,
        "avsandare_telefon": case.sender.phone,
        "mitt_namn": signer.full_name,
        **_reached("min", signer, people.boards),
        "handlaggare_namn": handler.full_name,
        **_reached("handlaggare", handler, people.boards),
    }


def _reached(whose: str, person: Handler, boards: Mapping[str, str]) -> dict[str, str | None]:
    return {
        f"{whose}_titel": person.title,
        f"{whose}_telefon": person.phone,
        f"{whose}_epost": person.email,
        f"{whose}_adress": person.address,
        f"{whose}_forvaltning": boards.get(person.unit or ""),
    }


def _promise(measure: Measure) -> str:
    """``– Ny kassa (klar senast 1 december 2026)``."""
    text = " ".join(measure.text.split())
    if not measure.due_on:
        return f"– {text}"
    return f"– {text.removesuffix('.')} (klar senast {days.day_in_words(measure.due_on)})"


# -- letters: where they go -----------------------------------------------------------------------


def _hand_over(edge: Edge, draft: _Draft, output: Path | None, replace: bool, secret: bool) -> None:
    """Write the file, if one was named. What is read stands in the log before it is seen."""
    if output is None:
        _log_reading(edge, draft.case, draft.reads_sender, secret)
        return
    if _is_mail(output):
        from klagreg.render import mail

        (address, name), sender = draft.signer, draft.case.sender
        data = mail.message(
            draft.letter,
            sender=mail.Party(address, name) if address else None,
            to=mail.Party(sender.email, sender.name) if sender.email else None,
            moment=days.to_stockholm(edge.now),
        )
        reads_sender = draft.reads_sender or bool(sender.email)
    else:
        reads_sender, data = draft.reads_sender, f"{clean_prose(draft.letter.text)}\n".encode()
    with written_beside(output, replace=replace) as beside:
        beside.write_bytes(data)
        _log_reading(edge, draft.case, reads_sender, secret)
        with opened(edge) as register:
            register.letter_written(draft.case.number, output)


def _log_reading(edge: Edge, case: Case, reads_sender: bool, secret: bool) -> None:
    """Put into the log that somebody read who the sender is, and what is in a secret case."""
    if not (reads_sender or secret):
        return
    with opened(edge) as register:
        read = register.read_sender if reads_sender else register.read
        read(case.number, secret=secret)


def _is_mail(output: Path | None) -> bool:
    return output is not None and output.suffix.casefold() == ".eml"


def _show(draft: _Draft, output: Path | None, as_json: bool) -> None:
    if as_json:
        from klagreg.render import json

        of_letter = {"amne": draft.letter.subject, "text": draft.letter.body}
        of_template = {"mall": draft.template.key, "gren": draft.branch}
        json.show({"arendenummer": draft.case.number, **of_template, **of_letter})
    elif output is not None:
        say(f"Brevet är skrivet till {clean(str(output))}.")
    else:
        verbatim(draft.letter.text)


def _remind(draft: _Draft, output: Path | None) -> None:
    """Say how to note that the letter was sent. It may never be."""
    case = draft.case
    if case.contact is not Contact.POSSIBLE:
        notice(f"{case.number} kan inte besvaras enligt registret (kontakt: {case.contact.value}).")
    elif case.is_open:
        if _lacks_handler(case, draft.template):
            notice(f"Utse handläggare först: klagreg tilldela {case.number} NAMN")
        means = Means.EMAIL if _is_mail(output) else Means.LETTER
        kind = Feedback.STATUS if case.feedback else Feedback.RECEIPT
        by = f" --av {_as_a_word(draft.by)}" if draft.by else ""
        usual = f"aterkoppla {case.number} --slag {kind} --satt {means}{by}"
        of_kind = {
            Feedback.ANSWER.value: f"avsluta {case.number} --utfall … --svar … --satt {means}{by}",
            Feedback.DELAY.value: f"aterkoppla {case.number} --slag {Feedback.DELAY} --satt {means} --orsak …{by}",
        }
        notice(f"När brevet är skickat: klagreg {of_kind.get(draft.template.key, usual)}")


def _as_a_word(name: str) -> str:
    """A name as it is typed in a command: between quotes if there is a space in it."""
    return f'"{clean(name)}"' if len(name.split()) > 1 else clean(name)


def _lacks_handler(case: Case, template: LetterTemplate) -> bool:
    """Whether the letter would meet no promise, because a handler must have been named; a final answer needs none."""
    waits = any(deadline.rule.needs_handler and deadline.met_on is None for deadline in case.deadlines)
    return waits and case.handler is None and template.key != Feedback.ANSWER.value


def _list_templates(edge: Edge, ref: str | None, secret: bool, as_json: bool) -> None:
    """The templates, and what each speaks of that must be told because the case, or most cases, does not have it."""
    today = edge.env.today
    with opened(edge) as register:
        case = _readable(register, ref, secret) if ref else None
        of_rules = _templates(register, case)
    if case:
        _log_reading(edge, case, False, secret)
    known = _facts(case or Case(CaseType.VIEWPOINT, "", today, 0), _People(None, None, {}), today)
    typed = {
        t.key: [name for name in t.placeholders if letters.is_typed(name) and not known.get(name)] for t in of_rules
    }
    if as_json:
        from klagreg.render import json

        json.show(
            [{"mall": t.key, "amne": t.subject, "grenar": list(t.branches), "falt": typed[t.key]} for t in of_rules]
        )
        return
    columns = (Column("Mall"), Column("Ämne"), Column("Grenar"), Column("Anges med --falt"))
    rows = [(t.key, t.subject, ", ".join(t.branches) or "–", ", ".join(typed[t.key]) or "–") for t in of_rules]
    table(columns, rows)


# -- the blank form and the public page -----------------------------------------------------------


def _form_of_profile(name: str, with_areas: bool | None) -> str:
    from klagreg.render import page

    profile = profiles.load(name)
    ticks = profile.form.ticks_areas if with_areas is None else with_areas
    areas = [words[0] for words in profile.areas.values()] if ticks else []
    return page.form(profile.form, types=[t.label for t in profile.types], areas=areas)


def _form_of_register(edge: Edge, with_areas: bool | None) -> str:
    """The form of the rules in force today, with the register's own areas."""
    from klagreg.render import page

    with opened(edge) as register:
        rule_set = register.rules_on(register.env.today)
        vocabulary = register.store.vocabulary("omrade")
        municipality = register.store.meta().get("kommun", "")
    form = profiles.parse(rule_set.toml, rule_set.name).form
    ticks = form.ticks_areas if with_areas is None else with_areas
    return page.form(
        form,
        types=[t.label for t in rule_set.types],
        areas=[vocabulary.label(code) for code in vocabulary.codes] if ticks else [],
        municipality=municipality,
    )


def _year(year: int | None, taken_on: date) -> Period:
    chosen = taken_on.year if year is None else year
    if chosen > taken_on.year:
        raise BadValue("--ar", f"{chosen} har inte börjat {taken_on}.", "Ange ett år som har börjat.")
    return days.part_of_year(chosen, "ar")


def _approved(
    register: Register, period: Period, taken_on: date, confirmed: Collection[str]
) -> tuple[list[Case], list[str]]:
    """The cases whose answers are shown, and why others that were approved are not.

    ``confirmed``: numbers of cases of which a person says that what looks like an identity is none.
    """
    from klagreg import publication

    now = register.rules_on(register.env.today).practice
    practices = {rule_set.id: rule_set.practice for rule_set in register.store.rule_sets()}
    shown, left_out = [], []
    for case in publication.approved(register.find(Filter(published=True)), period, taken_on):
        why = publication.why_never(case, register.env.today, practices[case.rule_set], now)
        places = publication.likely_identities(case, publication.looked_through(register.events(case)))
        if why:
            left_out.append(f"{case.number} visas inte: {why}.")
        elif places and case.number not in confirmed:
            left_out.append(
                f"{case.number} visas inte: texten pekar troligen ut någon. {'; '.join(places)}. Skriv om den, "
                f"eller ange --granskad {case.number} om den inte pekar ut någon."
            )
        else:
            shown.append(case)
    return shown, left_out


def _what_was_published(period: Period, shown: Sequence[Case], confirmed: Collection[str]) -> Changes:
    """What the log tells of it."""
    reviewed = [case.number for case in shown if case.number in confirmed]
    told = f"{period.label}: {len(shown)} svar"
    return [("publicerad", None, told), ("granskad", None, ", ".join(reviewed) or None)]


def _must_end_with(output: Path | None, suffixes: tuple[str, ...], what: str) -> None:
    if output is not None and output.suffix.casefold() not in suffixes:
        raise WrongUse(f"{output.name} är inget namn på {what}.", f"Låt namnet sluta på {' eller '.join(suffixes)}.")


def _write_for_all(path: Path, html: str) -> None:
    """Write a page that everybody may read, whoever's web server it is put on."""
    path.write_text(html, "utf-8")
    path.chmod(0o644)


@contextmanager
def _folder(path: Path) -> Iterator[None]:
    """A folder, made if it is missing; if what follows fails it is gone again."""
    was_there = path.exists()
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError:
        raise WrongUse(f"{path} är ingen mapp.", "Ange en mapp att lägga index.html i.") from None
    except FileNotFoundError:
        raise WrongUse(f"Mappen {path.parent} finns inte.", "Skapa den, eller ange en annan mapp.") from None
    except OSError as error:
        raise WrongUse(f"Mappen {path} kan inte skapas ({os_reason(error)}).", "Välj en annan mapp.") from error
    try:
        yield
    except BaseException:
        if not was_there:
            with suppress(OSError):
                path.rmdir()
        raise
