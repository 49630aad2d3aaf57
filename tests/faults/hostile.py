"""Hostile values: the corpus that grows by every string that ever did harm, and generators that mix it.

Nobody at a municipality writes these; the public can send any of them, and import files hold what they hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

STEERING = (
    "\x1b[5;41mblink\x1b[25m", "\x1b]0;titel\x07", "\x1b]8;;http://x\x1b\\länk\x1b]8;;\x1b\\", "\x1b]52;c;aGVq\x07",
    "\x1b[2J\x1b[H", "\x1b[8mgömt", "\x1bP+q544e\x1b\\", "\x1b(0lqk", "\x9b31mröd", "\x9d0;titel\x9c", "\x85rad",
    "\x07\x08\x0b\x0c", "SEKRETESS\rOFFENTLIG", "\x7f\x7fbort", "a\x08b", "\x0e\x0f", "\x1c\x1d\x1e\x1f",
    "rad ett\nrad två", "tabb\there", "\r\n\r\n",
)  # fmt: skip
"""What steers a terminal, or ends a line where none may end."""

HIDING = (
    "\u202eomvänd\u202c", "\u202d\u2066isolat\u2069", "\u061c\u200e\u200f", "nol\u200bbredd", "\u2060\ufeff",
    "a\u00adb", "\u2028rad\u2029", "\ufff9a\ufffab\ufffb", "\ufffe\uffff", "\U000e0041\U000e007f", "\U0001fffe",
    "\ue000privat", "👨\u200d👩\u200d👧", "\u180e", "\u3164", "\ufe0f",
)  # fmt: skip
"""What turns, hides or is no character at all."""

MARKUP = (
    "[bold]fet[/bold]", "[/]", "[/x]", "[link=http://x]y[/link]", "\\[", "[[x]]", ":bomb:", "[@click=app.bell]x[/]",
    "%s %d %(x)s %", "{0} {} {x}", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>', "' onmouseover='x", "</style><b>", "<!--", "]]>", "&amp;&lt;&#60;",
    "javascript:alert(1)", "<a href=//x>", "</title>", "<?php ?>", "`x`", "${x}", "{{7*7}}",
)  # fmt: skip
"""What rich, a browser or a template would read as more than text."""

FORMULAS = (
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", " =1",
    "＝1+1", "'=1", "'", "\u200b=1", "=", "-", "+", "@", "#N/A", "#REF!", "=1;=1", '"=1', '";=1', "_x0041_", "_x000D_",
    "_x005F_x0041_", "TRUE", "1E5", "007", "1/2", "1900-01-01", "http://x.se", "mailto:x@x.se", "\\\\server\\x",
    "[1]Blad!A1", "&A&D&\"x\"", "{=1}",
)  # fmt: skip
"""What a spreadsheet would run, look up, or turn into something else."""

HEADERS = (
    "Ämne\r\nBcc: x@x.se", "Ämne\nBcc: x@x.se\n\nkropp", "=?utf-8?q?=0D=0ABcc:_x?=", "=?utf-8?b?Qmxh?=",
    "x@x.se>, <y@y.se", '"x" <y@y.se>', "x;y,z:", "(kommentar)", "From: x", ".\r\n", "\n.\n", "--=_gräns", "a" * 1000,
)  # fmt: skip
"""What a mail header would end at."""

QUERIES = (
    "'", '"', "';--", "'; DROP TABLE cases; --", "x' OR '1'='1", "x' OR 1=1 --", '" OR ""="', "\\'", "%", "_", "%_%",
    "a%", "*", "NEAR", "a OR b", "NOT a", "a AND", '"a', "(a", "a)", "rubrik:a", "^a", "a*", "{a}", "a NEAR/2 b", ";",
    "--", "/*", "char(0)", "1) UNION SELECT 1,2,3--", "?", ":x", "@x", "$x", "\\", "%%", "[a-z]",
)  # fmt: skip
"""What a query would be changed by."""

WRITING = (
    "Å", "A\u030a", "Å", "å", "a\u030a", "ö", "o\u0308", "ı", "İ", "I", "i", "ß", "ẞ", "ﬁ", "Åsa", "ÅSA", "а", "е",
    "Ａ", "²", "①", "１２", "١٢", "Ǆ", "ŉ", "ΐ", "e\u0301\u0301\u0301", "a" + "\u0300" * 30, "z" + "\u0315\u0300" * 15,
    "日本語", "עברית", "العربية", "😀", "🇸🇪", "𝔸", "\u00a0", "\u2003", "…", "”citat”", "\u0301", "\ufe00",
)  # fmt: skip
"""The same word written in several ways, and writing that is not Swedish."""

NUMBERS = (
    "²", "١٢", "1" * 5000, "-0", "0", "-1", "1e9", "1.0", "0x10", "1_000", "+1", " 1", "1 ", "００1", "9" * 19,
    "9223372036854775808", "NaN", "inf", "1,5", "٣", "Ⅳ", "½",
)  # fmt: skip
"""What some program takes for a number."""

DATES = (
    "2026-02-30", "01/02/03", "20260102", "2026-W01-1", "2026-1-2", "igår", "idag", "imorgon", "måndag",
    "2026-11-02T10:00", "0000-00-00", "9999-12-31", "1899-12-31", "2100-12-31", "2101-01-01", "1999-12-31", "31/4",
    "29/2", "29/2 2025", "1/13", "٢٠٢٦-١١-٠٢", "2026-11-02 ", "2026–11–02", "2 nov", "2 növ", "32 jan", "-1/2", "now",
    "2026-11-0²", "2026",
)  # fmt: skip
"""What some program takes for a day."""

PATHS = (
    "../../x", "/etc/passwd", "/dev/null", "/dev/full", "~", "~root", ".", "..", "", "/", "a/b/c", "x" * 300, "-x",
    "--", "$HOME", "%TEMP%", "con", "nul", "a\nb", "a\tb", "\x1b[5m", "\u202efdp.exe", "a;b", "a|b", "a>b", "*", "?",
    "file:///etc/passwd", "file:x?mode=memory", ":memory:", "x.db?mode=rw", "å.xlsx", "a\u030a.csv", "a b.html", "'",
    '"',
)  # fmt: skip
"""What a program might open that it should not."""

UNTAKEABLE = ("a\0b", "\0", "\ud800", "a\udcffb", "z" + "\u0315\u0300" * 16)
"""What no text of the register may hold: it comes in files and on standard input only."""

TEXTS = (*STEERING, *HIDING, *MARKUP, *FORMULAS, *HEADERS, *QUERIES, *WRITING, *NUMBERS, *DATES, *PATHS)
"""Every one of them that a command line can carry."""

_RANGES = (
    (0x01, 0x20), (0x7F, 0xA0), (0x20, 0x7F), (0xC0, 0x250), (0x300, 0x370), (0x590, 0x700), (0x2000, 0x2070),
    (0xFE00, 0x10000), (0x1F300, 0x1F700), (0xE0000, 0xE0080),
)  # fmt: skip


def texts(random: Random, number: int, most: int = 200) -> Iterator[str]:
    """So many hostile texts: the corpus itself first, then mixes of it; each has at most ``most`` characters."""
    for place in range(number):
        yield (TEXTS[place] if place < len(TEXTS) else mixed(random))[:most]


def mixed(random: Random, corpus: Sequence[str] = TEXTS) -> str:
    """A text made of pieces of the corpus, ordinary words and any characters."""
    pieces = []
    for _ in range(random.randint(1, 4)):
        match random.randrange(4):
            case 0:
                pieces.append(random.choice(("Kö i matsalen", "Åsa Öberg", "vi väntar", " ", "", "1")))
            case 1:
                pieces.append(
                    "".join(chr(random.randrange(*random.choice(_RANGES))) for _ in range(random.randint(1, 8)))
                )
            case _:
                pieces.append(random.choice(corpus)[:150])
    return "".join(pieces)


def mutated(content: bytes, random: Random) -> bytes:
    """A file's bytes, damaged as files are: flipped, cut, doubled, moved, overwritten, strewn with odd ones."""
    bad = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        at = random.randrange(len(bad) + 1)
        length = random.choice((1, 1, 2, 4, 16, 256))
        match random.randrange(7):
            case 0 if at < len(bad):
                bad[at] ^= 1 << random.randrange(8)
            case 1:
                del bad[at:]
            case 2:
                del bad[at : at + length]
            case 3:
                bad[at:at] = bad[at : at + length]
            case 4:
                bad[at : at + length] = random.randbytes(length)
            case 5:
                bad[at:at] = random.choice(_ODD_BYTES)
            case _:
                bad[at : at + length] = b"\0" * length
    return bytes(bad)


_ODD_BYTES = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"\r", b"\n", b"\r\n", b";", b"\xe5\xe4\xf6", b"\xc3\x28",
    b"\xed\xa0\x80", b"=1+1", b"\x1a", b"<!DOCTYPE x>", b"PK\1\2", b"PK\3\4", b"<", b">", b"&x;", b"]]>", b"9" * 30,
    b"-1", b"\x1b[5m",
)  # fmt: skip
