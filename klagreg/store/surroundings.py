"""Where a register lies: what may befall it there that SQLite and the program cannot help.

File modes are looked at where the system has them, the kind of disk where it tells (Linux). Each remark says in Swedish
what is risky and what to do about it. Nothing is refused here; the door refuses a disk on another machine.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

NETWORK = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "fuse.beegfs", "fuse.ceph", "fuse.ceph-fuse",
        "fuse.davfs", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.kio-fuse", "fuse.rclone", "fuse.s3fs",
        "fuse.smbnetfs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs3", "nfs4", "smb2", "smb3",
        "smbfs", "vboxsf",
    }
)  # fmt: skip
"""Kinds of file systems on another machine, where locks and the order of writes cannot be relied on.

https://www.sqlite.org/useovernet.html
"""

MEMORY = frozenset({"ramfs", "tmpfs"})
"""Kinds of file systems that are gone when the machine starts again."""

_SYNCED = r"(?i)(onedrive|dropbox|nextcloud|owncloud|google ?drive|icloud)(?: ?drive)?(?![^\W\d_])"
"""Folders that a program keeps alike on several machines: ``OneDrive - Osby kommun``, ``GoogleDrive-namn@…``.

A text, since every command loads this module and few look at the name of a folder.
"""

_MOUNTS = Path("/proc/self/mountinfo")


def remarks(path: Path) -> list[str]:
    """What is risky where a register lies, as Swedish sentences; nothing for a file that is not there."""
    real = Path(os.path.realpath(path))
    if not os.path.lexists(real):
        return []
    return [*_modes(real), *_disk(real), *_sync(real)]


# -- who may open it ----------------------------------------------------------------------------


def _modes(file: Path) -> Iterator[str]:
    if os.name == "nt":  # no such modes there
        return
    folder = _mode(file.parent)
    for one in (file, file.with_name(f"{file.name}-journal")):
        yield from open_to_others(one, _mode(one), folder)
    yield from risky_folder(file.parent, folder, shared=bool(_mode(file) & stat.S_IWGRP))


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def open_to_others(file: Path, mode: int, folder: int) -> Iterator[str]:
    """A file that everyone on the machine may read or write; ``folder``: the mode of the folder that it lies in."""
    rights = {stat.S_IROTH: "läsa", stat.S_IWOTH: "ändra", stat.S_IROTH | stat.S_IWOTH: "läsa och ändra"}
    may = rights.get(mode & (stat.S_IROTH | stat.S_IWOTH))
    if may is None:
        return
    closed = "" if folder & stat.S_IXOTH else " om mappen öppnas"
    wanted = "660" if mode & stat.S_IWGRP else "600"
    yield f"Alla på datorn kan {may} {file}{closed}. Stäng filen: chmod {wanted} {_quoted(file)}"


def risky_folder(folder: Path, mode: int, *, shared: bool) -> Iterator[str]:
    """A folder where others may take the register away, or where one registrator stops the next.

    ``shared``: a group writes in the register. With the sticky bit nobody may finish what another's crash left
    unfinished, so that the next one gets an error of the disk.
    """
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        yield (
            f"Alla på datorn kan ta bort eller byta ut filer i mappen {folder}."
            f" Stäng mappen: chmod o-w {_quoted(folder)}"
        )
    elif mode & stat.S_IWOTH:
        yield (
            f"Mappen {folder} är gemensam för alla på datorn. Flytta registret till en egen mapp som inte är det,"
            " med filen -journal, när ingen arbetar i det."
        )
    elif mode & stat.S_ISVTX and shared:
        yield (
            f"I mappen {folder} får bara den som gjort en fil ta bort den (sticky). Avbryts en registrator kommer nästa"
            f" inte åt registret. Ta bort märket: chmod -t {_quoted(folder)}"
        )


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))


# -- what it lies on ----------------------------------------------------------------------------


def network_kind(path: Path) -> str:
    """On what kind of disk on another machine a path lies, whether there is a file or not yet; empty for none.

    ``nfs4``, ``cifs`` … on Linux, a share on a server on Windows; empty also where the system does not tell. Every
    command asks: a fraction of a millisecond.
    """
    real = os.path.realpath(path)
    if _on_a_server(real):
        return "delad mapp på en server"
    kind = file_system(_mounts(), real)
    return kind if kind in NETWORK else ""


def _on_a_server(real: str) -> bool:
    r"""A path of Windows as ``\\server\delad\klagreg.db``; ``\\?\C:\klagreg.db`` is on the computer itself."""
    own = real.startswith(("\\\\?\\", "\\\\.\\")) and not real.upper().startswith("\\\\?\\UNC\\")
    return real.startswith("\\\\") and not own


def _mounts() -> str:
    """What is mounted where (proc(5)), in the encoding of file names; empty where the system does not tell."""
    try:
        return os.fsdecode(_MOUNTS.read_bytes())
    except OSError:
        return ""


def _disk(file: Path) -> Iterator[str]:
    if kind := network_kind(file):
        yield _on_a_network(file, kind)
    elif (kind := file_system(_mounts(), str(file))) in MEMORY:
        yield (
            f"{file} ligger på en minnesdisk ({kind}) och försvinner när datorn startas om."
            " Flytta registret till en vanlig disk, när ingen arbetar i det."
        )


def _on_a_network(file: Path, kind: str) -> str:
    return (
        f"{file} ligger på en nätverksdisk ({kind}). Skriver två samtidigt, eller bryts förbindelsen, kan registret"
        " skadas. Flytta det till en egen disk på den dator där klagreg körs, när ingen arbetar i det."
    )


def file_system(mountinfo: str, path: str) -> str:
    """The kind of file system that an absolute path without links lies on: ``ext4``, ``nfs4`` …; empty when unknown.

    ``mountinfo``: the text of ``/proc/self/mountinfo`` (proc(5)). Of several mounts the one with the longest mount
    point holds, and of those at the same point the last.
    """
    longest, kind = "", ""
    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 5 or not after:
            continue
        point = fields[4]
        if "\\" in point:  # a space is written \040
            point = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(longest):
            longest, kind = point, after.split(" ")[0]
    return kind


def _sync(file: Path) -> Iterator[str]:
    for part in file.parts[:-1]:
        if re.match(_SYNCED, part):
            yield (
                f"{file} ligger i en mapp som synkas ({part}). Synkningen kan skada registret, och personuppgifterna"
                " lagras hos en molntjänst. Flytta registret till en mapp som inte synkas, när ingen arbetar i det."
            )
            return
