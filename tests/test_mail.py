"""E-mail drafts, read back by a mail program's own eyes: what was written arrives, and nothing else."""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klagreg.errors import BadValue
from klagreg.letters import Letter
from klagreg.render.mail import Party, message
from klagreg.render.terminal import clean, clean_prose

MOMENT = datetime(2026, 11, 2, 9, 14, 7, tzinfo=timezone(timedelta(hours=1)))
FROM_US = ["From", "To", "Subject", "Date", "Content-Language", "X-Unsent", "MIME-Version", "Content-Type",
           "Content-Transfer-Encoding"]  # fmt: skip


def draft(
    subject: str = "Hej",
    body: str = "Hej!",
    sender: str | None = "eva.lind@enkoping.se",
    to: str | None = "test.person@example.se",
    name: str | None = None,
) -> bytes:
    """``name``: of both the one who writes and the one who gets it."""
    parties = [Party(address, name) if address is not None else None for address in (sender, to)]
    return message(Letter(subject, body), sender=parties[0], to=parties[1], moment=MOMENT)


def party(mail: bytes, header: str) -> tuple[str, str]:
    """Name and address as a mail program shows them (RFC 2047: blanks between encoded words are none)."""
    (found,) = email.utils.getaddresses([str(email.message_from_bytes(mail)[header])])
    return str(email.header.make_header(email.header.decode_header(found[0]))), found[1]


def opened(mail: bytes) -> EmailMessage:
    """The draft in a mail program."""
    found = email.message_from_bytes(mail, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def text(mail: bytes) -> str:
    return str(opened(mail).get_content()).replace("\r\n", "\n")


def longest_line(mail: bytes) -> int:
    return max(map(len, mail.split(b"\r\n")))


def test_a_whole_draft() -> None:
    assert draft("Återkoppling på ditt ärende SYN-2026-00012", "Tack för att du hör av dig!\n\nEva Lind") == (
        b"From: eva.lind@enkoping.se\r\n"
        b"To: test.person@example.se\r\n"
        b"Subject: =?utf-8?q?=C3=85terkoppling_p=C3=A5_ditt_=C3=A4rende_SYN-2026-000?=\r\n"
        b" =?utf-8?q?12?=\r\n"
        b"Date: Mon, 02 Nov 2026 09:14:07 +0100\r\n"
        b"Content-Language: sv\r\n"
        b"X-Unsent: 1\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: text/plain; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"\r\n"
        b"Tack f=C3=B6r att du h=C3=B6r av dig!\r\n"
        b"\r\n"
        b"Eva Lind\r\n"
    )


def test_a_draft_without_addresses_is_for_the_clerk_to_fill_in() -> None:
    assert opened(draft(sender=None, to=None)).keys() == FROM_US[2:]


@pytest.mark.parametrize(
    "body",
    [
        "Åsa – ”Kö” i matsalen… 100 % é ñ 中 😀",
        unicodedata.normalize("NFD", "Åäö på ärendet"),
        "From oss alla\n>From början",
        "Rad\n.\n..\n. slut",
        "Blanksteg sist \n \n  först",
        "=C3=A5 =\n?=",
        "x" * 5000,
        "--\nEva Lind",
        "Bcc: alla@example.se\n\nHej",
        "\n\nTomt före och efter\n\n",
    ],
)
def test_the_body_arrives_letter_by_letter(body: str) -> None:
    assert text(draft(body=body)) == f"{body}\n"


def test_what_would_steer_a_screen_is_made_visible() -> None:
    mail = draft(subject="\x1b[31mRöd\u202e", body="\x1b[31mRöd\r\n\u202eomvänd\0")
    assert opened(mail)["Subject"] == "�[31mRöd�"
    assert text(mail) == "�[31mRöd�\n�omvänd�\n"


@pytest.mark.parametrize(
    "subject",
    [
        "Hej\nBcc: alla@example.se",
        "Hej\r\nBcc: alla@example.se",
        "Hej\r\n\r\nEn annan text",
        "=?utf-8?q?Hej=0D=0ABcc:_alla@example.se?=",
        "Hej\u2028Bcc: alla@example.se",
    ],
)
def test_a_subject_adds_no_line(subject: str) -> None:
    found = opened(draft(subject))
    assert found.keys() == FROM_US
    assert found["Subject"] == clean(subject)
    assert found.get_content() == "Hej!\r\n"


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        ["test.person@example.se", "o'brien+klagomal@post.example.se", "INFO@Example.SE", "a@b.se", "a_b-c@1-2.se"],
    )
    def test_ordinary_ones(self, address: str) -> None:
        found = opened(draft(sender=address, to=address))
        assert found["From"].addresses[0].addr_spec == found["To"].addresses[0].addr_spec == address

    def test_a_swedish_domain_is_written_for_mail_servers(self) -> None:
        assert opened(draft(to="info@malmö.se"))["To"] == "info@xn--malm-8qa.se"

    @pytest.mark.parametrize(
        "address",
        ["", "@", "test", "test@", "@example.se", "test@example", "a@b@example.se", "a b@example.se", "a@example.se ",
         "a@example.se\n", "a@example.se\r\nBcc: b@example.se", "a@example.se, b@example.se",
         "a@example.se;b@example.se", "Test <a@example.se>", "<a@example.se>", '"a b"@example.se', "a@[127.0.0.1]",
         "a(b)@example.se", "a..b@example.se", ".a@example.se", "a@example..se", "åsa@example.se", "\u212a@example.se",
         "a\u202e@example.se", "a@exa\u200bmple.se", "a@ſtad.se", "a@straße.de", "a\0@example.se", "a@\udcff.se",
         "=?utf-8?q?a=0D=0ABcc:_b?=@example.se", "a" * 250 + "@example.se", "a@" + "å" * 300 + ".se"],
    )  # fmt: skip
    def test_what_is_no_address_is_refused_and_not_repeated(self, address: str) -> None:
        with pytest.raises(BadValue) as refusal:
            draft(to=address)
        assert str(refusal.value) == (
            "--epost: avsändarens adress går inte att använda för e-post. "
            "Rätta den med: klagreg uppdatera ÄRENDE --epost …"
        )
        with pytest.raises(BadValue) as refusal:
            draft(sender=address)
        assert str(refusal.value) == (
            "--epost: handläggarens adress går inte att använda för e-post. "
            "Rätta den med: klagreg handlaggare andra NAMN --epost …"
        )


class TestNames:
    def test_as_they_stand_in_the_draft(self) -> None:
        assert draft(name="Eva Lind").startswith(
            b"From: Eva Lind <eva.lind@enkoping.se>\r\nTo: Eva Lind <test.person@example.se>\r\nSubject: "
        )
        assert draft(name="Åsa Öst").startswith(
            b"From: =?utf-8?b?w4VzYSDDlnN0?= <eva.lind@enkoping.se>\r\n"
            b"To: =?utf-8?b?w4VzYSDDlnN0?= <test.person@example.se>\r\nSubject: "
        )

    @pytest.mark.parametrize("name", [None, "", "  ", "\n"])
    def test_no_name_is_an_address_alone(self, name: str | None) -> None:
        assert draft(name=name) == draft()

    @pytest.mark.parametrize(
        "name",
        ["Eva\r\nBcc: alla@example.se", "Eva\nBcc: alla@example.se", "Eva, Bo <bo@example.se>",
         'Eva" <bo@example.se>, "', "kommunen@example.se", "=?utf-8?q?Bo=0D=0ABcc:_alla@example.se?=",
         "=?us-ascii?q?Bo?= <bo@example.se>", "Eva (chef)", "Eva; Bo: x;", "J. Berg", "\x1b[31mEva\u202e", "å" * 200,
         "a" * 200, "Eva " * 50, "\udcff"],
    )  # fmt: skip
    def test_a_name_is_never_an_address_or_a_line(self, name: str) -> None:
        mail = draft(name=name)
        shown = " ".join(clean(name).split())
        assert opened(mail).keys() == FROM_US
        assert party(mail, "From") == (shown, "eva.lind@enkoping.se")
        assert party(mail, "To") == (shown, "test.person@example.se")
        assert longest_line(mail) <= 76

    @given(st.text() | st.text(alphabet='ab@. \r\n,;:<>"=?()åK\\\u202e'))
    @settings(max_examples=150, deadline=None)
    def test_any_name(self, name: str) -> None:
        self.test_a_name_is_never_an_address_or_a_line(name)


@pytest.mark.parametrize("body", ["x" * 1_000_000, "å" * 500_000, "åäö 😀\n" * 60_000], ids=["ascii", "å", "rader"])
def test_a_very_long_letter_has_short_lines(body: str) -> None:
    mail = draft("Å" * 200, body)
    assert longest_line(mail) <= 76
    assert text(mail) == f"{body}\n"


@given(subject=st.text(max_size=200), body=st.text())
@settings(max_examples=150, deadline=None)
def test_any_text_comes_back_as_it_passed_the_gate(subject: str, body: str) -> None:
    mail = draft(subject, body)
    found = opened(mail)
    assert found.keys() == FROM_US
    assert found["Subject"] == clean(subject)
    assert text(mail) == clean_prose(body) + "\n"
    assert longest_line(mail) <= 76
    assert mail == draft(subject, body)


@given(st.text(alphabet='ab@. \r\n,;<>"=?åK\u202e') | st.emails())
@settings(max_examples=150, deadline=None)
def test_an_address_is_used_whole_or_refused(address: str) -> None:
    try:
        mail = draft(to=address)
    except BadValue:
        return
    assert opened(mail).keys() == FROM_US
    assert opened(mail)["To"].addresses[0].addr_spec == address


def test_the_moment_is_told_in_its_own_zone() -> None:
    mail = message(Letter("Hej", "Hej!"), sender=None, to=None, moment=datetime(2026, 7, 1, 6, 0, tzinfo=UTC))
    assert opened(mail)["Date"] == "Wed, 01 Jul 2026 06:00:00 +0000"
