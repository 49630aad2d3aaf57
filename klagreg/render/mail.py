"""E-mail: the gate that a letter passes on its way into an .eml file, a draft that every mail program opens.

Nothing is sent from here. The draft has no Message-ID, which would tell the computer's name; the program that sends
it sets one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime

from klagreg.errors import BadValue
from klagreg.letters import Letter
from klagreg.render.terminal import clean, clean_prose

# email's newer policies read =?…?= in a text we set as an encoded header, line ends and all (CVE-2024-6923), and let
# quoted-printable lines grow past 76 characters. The old one writes what it is given.
_POLICY = compat32.clone(linesep="\r\n", max_line_length=76)

_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP  # readable in the file, and no line is ever too long for a mail server

# What addresses look like in practice. Quoted names, comments and ? (which begins =?…?=) are no one's address.
_ADDRESS = re.compile(r"[\w!#$%&'*+/=^`{|}~-]+(\.[\w!#$%&'*+/=^`{|}~-]+)*@[\w-]+(\.[\w-]+)+", re.ASCII)
_ADDRESS_LIMIT = 254
"""Characters in an address (RFC 5321)."""

# A name that needs no encoding. What looks like =?…?=, an address or a quotation is encoded, and so is what is long: it
# can be broken over lines then.
_PLAIN_NAME = re.compile(r"(?!.{41})[A-Za-z0-9]+([ '-][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a draft is from or to: the address, and the name that a mail program shows beside it."""

    address: str
    name: str | None = None


def message(letter: Letter, *, sender: Party | None, to: Party | None, moment: datetime) -> bytes:
    """The letter as an e-mail draft (RFC 5322), from the handler's own address to the one who wrote to us.

    The same letter at the same moment is the same bytes. What the terminal's gate stops is stopped here too.

    Raises:
        BadValue: an address that no mail can be sent to or from. The message does not repeat it.
    """
    draft: Message[str, str | Header] = Message(_POLICY)
    if sender is not None:
        draft["From"] = _party("From", sender, "handläggarens", "klagreg handlaggare andra NAMN --epost …")
    if to is not None:
        draft["To"] = _party("To", to, "avsändarens", "klagreg uppdatera ÄRENDE --epost …")
    draft["Subject"] = Header(clean(letter.subject), "utf-8", header_name="Subject")
    draft["Date"] = format_datetime(moment)
    draft["Content-Language"] = "sv"
    draft["X-Unsent"] = "1"  # Outlook opens it as a draft and not as received mail
    draft.set_payload(clean_prose(letter.body) + "\n", _UTF8)
    return draft.as_bytes()


def _party(header: str, party: Party, whose: str, way_out: str) -> str | Header:
    """``Eva Lind <eva.lind@example.se>``. The name is one line and encoded, so that it is never read as an address."""
    address, name = _address(party.address, whose, way_out), " ".join(clean(party.name or "").split())
    if not name:
        return address
    shown = Header(header_name=header)
    shown.append(name, "us-ascii" if _PLAIN_NAME.fullmatch(name) else "utf-8")
    shown.append(f"<{address}>", "us-ascii")
    return shown


def _address(written: str, whose: str, way_out: str) -> str:
    name, _, domain = written.rpartition("@")
    address = f"{name}@{_in_ascii(domain)}"
    if len(address) > _ADDRESS_LIMIT or not _ADDRESS.fullmatch(address):
        raise BadValue("--epost", f"{whose} adress går inte att använda för e-post.", f"Rätta den med: {way_out}")
    return address


def _in_ascii(domain: str) -> str:
    """``malmö.se`` as mail servers know it, ``xn--malm-8qa.se``; nothing when there is no such spelling."""
    if domain.isascii() or len(domain) > _ADDRESS_LIMIT:
        return domain
    try:
        encoded = domain.encode("idna")
        # Python's rules are those of 2003: straße.de would become strasse.de, which is somebody else.
        return encoded.decode("ascii") if encoded.decode("idna") == domain.lower() else ""
    except UnicodeError:
        return ""
