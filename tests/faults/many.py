"""Many at once in one register, a lock that is never let go, and two users: R9, R10, R11 and R12 of the plan."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from klagreg.desk import Env
from klagreg.model import Case
from klagreg.register import Register
from klagreg.store import door
from klagreg.store.cases import Store
from klagreg.terms import CaseType
from tests.faults.forked import AS_ROOT, enterable, forked, loaded, nothing
from tests.faults.frame import Trial, fault
from tests.faults.instruments import Finished, klagreg
from tests.faults.sound import answer_faults, register_faults

PEOPLE = 32
LONGEST = 2.0
"""Seconds that somebody may wait for the register."""
LONGEST_OF_PROCESSES = 5.0
"""The same where 32 programs that start share the cores: most of it is the machine's time, and none of the lock's."""

Told = dict[str, Any]
Tell = Callable[[Told], None]
Prepare = Callable[[], object]


# -- workers ------------------------------------------------------------------------------------


@dataclass
class Crowd:
    """Processes that begin at the same moment; each tells what happened, one line at a time."""

    folder: Path

    def __post_init__(self) -> None:
        loaded()
        self._barrier, self._begin = os.pipe()
        self.workers: list[int] = []

    def add(self, work: Callable[[Tell], None]) -> Path:
        """One more, that waits for the others; gives the file of what it tells."""
        told = self.folder / f"worker-{len(self.workers)}.jsonl"
        told.touch()
        worker = os.fork()
        if worker == 0:
            self._become_worker(work, told)
        self.workers.append(worker)
        return told

    def begin(self) -> None:
        """Let all of them go."""
        os.close(self._begin)
        os.close(self._barrier)

    def end(self, workers: Sequence[int] | None = None) -> list[int]:
        """Wait for these, or all; gives how they ended."""
        return [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in workers or self.workers]

    def _become_worker(self, work: Callable[[Tell], None], told: Path) -> None:
        code = 1
        try:
            os.close(self._begin)
            os.read(self._barrier, 1)
            with told.open("a", encoding="utf-8") as file:
                work(lambda what: print(json.dumps(what), file=file, flush=True))
            code = 0
        except BaseException as error:
            told.write_text(json.dumps({"code": 1, "err": f"the worker: {error!r}"}) + "\n")
        finally:
            os._exit(code)


def _lines(file: Path) -> list[Told]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _tell_of_waits(tell: Callable[[float], object]) -> None:
    """From now on tell of each writing transaction how long it waited: for the lock, and for readers at its COMMIT.

    The patch stays: this process is a worker's own, or a klagreg's.
    """
    writing = door.writing

    @contextmanager
    def timed(*of: Any) -> Iterator[None]:
        begun = time.monotonic()
        with writing(*of):
            entered = time.monotonic()
            yield
            done = time.monotonic()
        tell(entered - begun + time.monotonic() - done)

    door.writing = timed


def _begun(folder: Path, *words: str) -> Path:
    """A register with two units and a handler."""
    register = folder / "klagreg.db"
    for line in (
        ("init", "--namnd", "BUN", *words), ("enhet", "lagg-till", "Parkskolan"), ("enhet", "lagg-till", "Köket"),
        ("handlaggare", "lagg-till", "eva.lind"),
    ):  # fmt: skip
        answer = forked(*line, register=register)
        assert answer.code == 0, answer
    return register


# -- R9: many who register ----------------------------------------------------------------------


def _as_processes(register: Path, times: int, name: int, tell: Tell) -> None:
    """Register so many times, each time as a process."""
    waits = register.with_name(f"waits-{name}")

    def tell_wait(wait: float) -> None:
        waits.write_text(str(wait))

    for number in range(times):
        begun = time.monotonic()
        answer = forked(
            "registrera", "--typ", "klagomal", "--enhet", "Parkskolan", "--rubrik", f"Kö {name}-{number}",
            register=register, prepare=partial(_tell_of_waits, tell_wait),
        )  # fmt: skip
        took = time.monotonic() - begun
        wait = float(waits.read_text())
        tell({"took": took, "wait": wait, "code": answer.code, "number": answer.out[:14], "err": answer.err})


def _with_register_open(register: Path, times: int, name: int, tell: Tell) -> None:
    """Register so many times in one process that keeps the register open: it waits for the lock alone."""
    waits: list[float] = []
    env = Env(datetime.now(UTC), f"worker.{name}")
    _tell_of_waits(waits.append)
    with Register.open(register, env) as opened:
        for number in range(times):
            case = Case(
                CaseType.COMPLAINT, f"Kö {name}-{number}", env.today, rule_set=0, unit="Parkskolan", board="BUN"
            )
            begun = time.monotonic()
            change = opened.register(case)
            took = time.monotonic() - begun
            tell({"took": took, "wait": waits[-1], "code": 0, "number": change.after.number, "err": ""})


def _over_and_over(register: Path, stop: Path, pause: float, words: tuple[str, ...], tell: Tell) -> None:
    """The same command until the others are done."""
    while not stop.exists():
        begun = time.monotonic()
        answer = forked(*words, register=register)
        tell({"took": time.monotonic() - begun, "code": answer.code, "err": answer.err})
        time.sleep(pause)


def _beside(folder: Path) -> list[tuple[str, float, tuple[str, ...]]]:
    """Who else is at the register: a watcher, two who report, a backup; with their pauses, far shorter than cron's."""
    return [
        ("watcher", 2.0, ("bevaka",)),
        ("list", 3.0, ("lista", "--json")),
        ("report", 5.0, ("sammanstall", "2026", "-o", str(folder / "2026.xlsx"), "--ersatt")),
        ("backup", 5.0, ("sakerhetskopiera", str(folder / "kopia.db"), "--ersatt")),
    ]


def _all_at_once(trial: Trial, work: Callable[[Path, int, int, Tell], None], longest: float) -> None:
    register = _begun(trial.folder)
    crowd, stop = Crowd(trial.folder), trial.folder / "stop"
    writers = [crowd.add(partial(work, register, trial.budget // PEOPLE, n)) for n in range(PEOPLE)]
    others = {
        name: crowd.add(partial(_over_and_over, register, stop, pause, words))
        for name, pause, words in _beside(trial.folder)
    }
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    crowd.begin()
    crowd.end(crowd.workers[:PEOPLE])
    seconds = time.monotonic() - begun
    stop.touch()
    crowd.end(crowd.workers[PEOPLE:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = [line for file in writers for line in _lines(file)]
    trial.tried(len(done))
    _judge_registrations(trial, register, done, longest)
    for name, file in others.items():
        lines = _lines(file)
        trial.violated(*(f"{name}: {line}" for line in lines if line["code"] not in (0, 10)))
        trial.figures[name] = f"{len(lines)} times, longest {max((line['took'] for line in lines), default=0):.2f} s"
    if (trial.folder / "kopia.db").exists():
        trial.hold(register_faults(trial.folder / "kopia.db"), at="the backup")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    trial.figures |= {"rate": f"{len(done) / seconds:.0f}/s", "cores busy": f"{cpu / seconds:.1f}"}


def _judge_registrations(trial: Trial, register: Path, done: list[Told], longest: float) -> None:
    numbers = [line["number"] for line in done if line["code"] == 0]
    trial.violated(*(f"refused: {line}" for line in done if line["code"] != 0))
    if len(done) != trial.budget // PEOPLE * PEOPLE:
        trial.violated(f"only {len(done)} registrations of {trial.budget} ended")
    if len(set(numbers)) != len(numbers):
        trial.violated("two were told the same number")
    trial.hold(register_faults(register, numbers), at="afterwards")
    for name, key in (("wait for others", "wait"), ("whole registration", "took")):
        times = sorted(line[key] for line in done)
        trial.figures[name] = _longest(times)
        # Where the machine does other things too everybody waits longer: a queue promises that nobody waits longest.
        if times[-1] >= max(longest, 5 * times[len(times) // 2]):
            trial.violated(f"{name}: {times[-1]:.2f} s")


def _longest(times: Sequence[float]) -> str:
    """Of times in order."""
    return f"longest {times[-1]:.2f} s, p99 {times[len(times) * 99 // 100]:.2f} s"


@fault("R9a", f"{PEOPLE} processes that register, beside watcher, reports, backup", commit=PEOPLE * 5, release=6400)
def many_processes(trial: Trial) -> None:
    """32 loops run ``klagreg registrera`` as fast as they can, a process each time.

    None is refused, no number is doubled or skipped, and nobody waits for five seconds. 32 programs that start share
    the machine's cores, and so does whoever has the lock: R9b tells how long the lock itself lets one wait.
    """
    _all_at_once(trial, _as_processes, LONGEST_OF_PROCESSES)


@fault("R9b", f"{PEOPLE} workers with the register open, beside the same", commit=PEOPLE * 20, release=6400)
def many_with_the_register_open(trial: Trial) -> None:
    """32 workers that keep the register open register as fast as the lock lets them: none waits for two seconds."""
    _all_at_once(trial, _with_register_open, LONGEST)


def _without_queue(work: Callable[..., None], *given: Any) -> None:
    from klagreg.store import queue

    @contextmanager
    def nobody_waits(_: Path, seconds: float) -> Iterator[float]:
        yield seconds

    queue.in_turn = nobody_waits
    work(*given)


@fault("R9-0", "control: as R9b, without the fair queue", commit=0, release=6400, control=True)
def many_without_queue(trial: Trial) -> None:
    """SQLite's own waiting lets some wait long; what is promised of the longest wait must not hold then."""
    _all_at_once(trial, partial(_without_queue, _with_register_open), LONGEST)


# -- R10: everything at once --------------------------------------------------------------------

SLOWEST_AFTER_STOP = 5.0 + 3.0
"""Seconds that a writer may wait when another is stopped for three with the lock in its hand."""


def _into_sleep() -> None:
    """A reader that has gone for coffee: takes a first block, and nothing for five seconds."""
    reading, writing = os.pipe()
    subprocess.Popen(["sleep", "5"], stdin=reading)
    os.dup2(writing, 1)
    os.close(writing)
    os.close(reading)


def _registrar(register: Path, stop: Path, name: int, tell: Tell) -> None:
    number = 0
    while not stop.exists():
        number += 1
        words = ("registrera", "--typ", "klagomal", "--enhet", "Parkskolan", "--rubrik", f"Kö {name}-{number}")
        _timed(register, words, "registered", tell)


def _changer(register: Path, stop: Path, name: int, tell: Tell) -> None:
    random, number = Random(name), 0
    while not stop.exists():
        number += 1
        case = str(random.randint(1, 100))
        words = random.choice(
            [
                ("anteckna", case, f"Ringde {name}-{number}"),
                ("uppdatera", case, "--rubrik", f"Rättad {name}-{number}"),
                ("aterkoppla", case, "--slag", "status", "--satt", "telefon"),
                ("tilldela", case, "eva.lind"),
            ]
        )
        _timed(register, words, "changed", tell)


def _timed(
    register: Path, words: Sequence[str], kind: str, tell: Tell, prepare: Callable[[], object] = nothing
) -> None:
    begun = time.monotonic()
    answer = forked(*words, register=register, prepare=prepare)
    took = time.monotonic() - begun
    tell({"kind": kind, "took": took, "code": answer.code, "number": answer.out[:14], "err": answer.err})


def _reader(register: Path, stop: Path, tell: Tell) -> None:
    while not stop.exists():
        _timed(register, ("lista", "--json", "--antal", "100000"), "list into sleep", tell, _into_sleep)


def _nemesis(workers: list[int], stop: Path, tell: Tell) -> None:
    """Kill a klagreg now and then, or stop it for three seconds."""
    random = Random(10)
    while not stop.exists():
        time.sleep(random.uniform(0.1, 0.6))
        worker = random.choice(workers)
        with suppress(OSError, IndexError):  # nobody is at work there just now
            victim = int(Path(f"/proc/{worker}/task/{worker}/children").read_text().split()[0])
            if random.random() < 0.8:
                os.kill(victim, signal.SIGKILL)
                tell({"kind": "killed", "took": 0, "code": 0})
            else:
                os.kill(victim, signal.SIGSTOP)
                time.sleep(3)
                os.kill(victim, signal.SIGCONT)
                tell({"kind": "stopped", "took": 0, "code": 0})


@fault("R10", "everything at once, with kills and stops; tries are seconds", commit=0, release=180)
def mixed_load(trial: Trial) -> None:
    """16 who register, 8 who change, 4 long lists into a pipe that nobody reads, reports, backups, kills and stops.

    For so many seconds. All that was told is stored, nobody is refused, and a writer waits for no reader: not longer
    than it takes when the one with the lock is stopped for three seconds.
    """
    register = _begun(trial.folder)
    rows = [f"klagomal;2026-01-05;Parkskolan;Kö {n};{'Lång text. ' * 30}" for n in range(1500)]
    (trial.folder / "rader.csv").write_text("Typ;Inkommen;Enhet;Rubrik;Beskrivning\n" + "\n".join(rows), "utf-8")
    assert forked("importera", str(trial.folder / "rader.csv"), register=register).code == 0
    crowd, stop = Crowd(trial.folder), trial.folder / "stop"
    files = [crowd.add(partial(_registrar, register, stop, n)) for n in range(16)]
    files += [crowd.add(partial(_changer, register, stop, n)) for n in range(8)]
    writers = list(crowd.workers)
    files += [crowd.add(partial(_reader, register, stop)) for _ in range(4)]
    files += [crowd.add(partial(_over_and_over, register, stop, p, words)) for _, p, words in _beside(trial.folder)]
    files.append(crowd.add(partial(_nemesis, writers, stop)))
    crowd.begin()
    time.sleep(trial.budget)
    stop.touch()
    crowd.end()
    lines = [line for file in files for line in _lines(file)]
    trial.tried(len(lines))
    _judge_mixed(trial, register, lines)


def _judge_mixed(trial: Trial, register: Path, lines: list[Told]) -> None:
    killed = -signal.SIGKILL
    trial.violated(*(str(line) for line in lines if line["code"] not in (0, 10, killed)))
    told = [line["number"] for line in lines if line.get("kind") == "registered" and line["number"].startswith("SYN-")]
    if len(set(told)) != len(told):
        trial.violated("two were told the same number")
    trial.hold(register_faults(register, told), at="afterwards")
    trial.hold(register_faults(register.with_name("kopia.db")), at="the backup")
    for kind in ("registered", "changed", "list into sleep", "killed", "stopped"):
        times = sorted(line["took"] for line in lines if line.get("kind") == kind)
        if times:
            trial.figures[kind] = (
                f"{len(times):,}, longest {times[-1]:.1f} s, p99 {times[len(times) * 99 // 100]:.2f} s"
            )
        if kind in ("registered", "changed") and times and times[-1] > SLOWEST_AFTER_STOP:
            trial.violated(f"{kind}: {times[-1]:.1f} s")


# -- R11: a lock that is never let go -----------------------------------------------------------


def _patient_for(seconds: int) -> None:
    door.BUSY_SECONDS = seconds


@contextmanager
def _shell(register: Path, *statements: str) -> Iterator[tuple[str, int]]:
    """SQLite's own shell with a transaction that it does not end."""
    with subprocess.Popen(
        ["sqlite3", str(register)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as shell:  # fmt: skip
        assert shell.stdin is not None
        assert shell.stdout is not None
        print(*statements, "select 'held';", sep="\n", file=shell.stdin, flush=True)
        while shell.stdout.readline() not in ("held\n", ""):
            pass
        yield "sqlite3", shell.pid
        shell.kill()


@contextmanager
def _stopped_klagreg(register: Path, method: str = "insert") -> Iterator[tuple[str, int]]:
    """A klagreg that is stopped (Ctrl-Z) in the midst of storing a case."""
    loaded()
    child = os.fork()
    if child == 0:

        def stop(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGSTOP)

        setattr(Store, method, stop)
        forked("registrera", "--typ", "klagomal", "--enhet", "Köket", register=register, prepare=nothing)
        os._exit(0)
    children = Path(f"/proc/{child}/task/{child}/children")
    deadline = time.monotonic() + 20
    while not (victim := children.read_text().split()) or _state(int(victim[0])) != "T":
        assert time.monotonic() < deadline, "it never got the lock"
        time.sleep(0.01)
    try:
        yield Path("/proc/self/comm").read_text().strip(), int(victim[0])
    finally:
        os.kill(int(victim[0]), signal.SIGKILL)
        os.waitpid(child, 0)


def _state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0]


HOLDERS: dict[str, Callable[[Path], Any]] = {
    "the shell writes": lambda register: _shell(register, "begin immediate;"),
    "the shell has it for itself": lambda register: _shell(register, "begin exclusive;"),
    "the shell reads": lambda register: _shell(register, "begin;", "select count(*) from cases;"),
    "the shell has changed something": lambda register: _shell(
        register, "begin immediate;", "update meta set value = value;"
    ),
    "a stopped klagreg": _stopped_klagreg,
}
WRITES = (
    ("registrera", "--typ", "klagomal", "--enhet", "Parkskolan", "--rubrik", "Kö"),
    ("anteckna", "1", "Ringde."),
)


@fault("R11", "a lock that is held for ever, by SQLite's shell and a stopped klagreg", commit=5, release=10,
       needs=("sqlite3",))  # fmt: skip
def lock_held_for_ever(trial: Trial) -> None:
    """Somebody else has the register's lock and keeps it: ``upptaget`` and by whom, exit 5, nothing stored.

    Waits one second here and thirty in earnest (release: one of the tries waits them). Afterwards the same command is
    done.
    """
    register = _begun(trial.folder)
    assert forked("registrera", "--typ", "synpunkt", "--enhet", "Köket", register=register).code == 0
    for number, (name, held) in enumerate(HOLDERS.items()):
        for words in WRITES if trial.budget > len(HOLDERS) else WRITES[number % 2 :][:1]:
            before = _log(register)
            with held(register) as (program, process):
                answer, took = _waited(register, words, 1)
            trial.tried()
            trial.hold(_not_busy(answer, took, program, process), at=f"{name}, {words[0]}")
            if _log(register) != before:
                trial.violated(f"{name}, {words[0]}: exit {answer.code}, and something is stored")
            trial.hold(register_faults(register), at=f"{name}, {words[0]}")
            after = forked(*words, register=register)
            trial.hold([f"not done afterwards: {after}"] * bool(after.code), at=f"{name}, {words[0]}")
    if trial.budget > len(HOLDERS):
        with _shell(register, "begin immediate;") as (program, process):
            begun = time.monotonic()
            answer = klagreg(*WRITES[0][:-1], "Ännu en", register=register)
            took = time.monotonic() - begun
        trial.tried()
        trial.hold(_not_busy(answer, took - 29, program, process), at="thirty seconds")
        trial.figures["in earnest"] = f"{took:.1f} s"


def _waited(register: Path, words: tuple[str, ...], seconds: int) -> tuple[Finished, float]:
    begun = time.monotonic()
    answer = forked(*words, register=register, prepare=partial(_patient_for, seconds))
    return answer, time.monotonic() - begun


def _not_busy(answer: Finished, took: float, program: str, process: int) -> Iterator[str]:
    yield from answer_faults(answer)
    if answer.code != 5 or "upptaget" not in answer.err:
        yield f"exit {answer.code}: {answer.err}"
    elif f"{program} (process {process}" not in answer.err:
        yield f"it did not say that {program} ({process}) has it: {answer.err}"
    if not 0.5 < took < 20:
        yield f"it waited {took:.1f} s"


def _log(register: Path) -> list[Any]:
    """What is stored: cases and acts."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(f"{register.as_uri()}?mode=rw", uri=True)) as db:
        return db.execute("SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM event)").fetchall()


# -- R12: two users -----------------------------------------------------------------------------

OWNER, COLLEAGUE, OUTSIDER, GROUP = 60001, 60002, 60003, 60000


def _be(user: int, *groups: int) -> None:
    os.setgroups(groups)
    os.setresgid(*[groups[0] if groups else user] * 3)
    os.setresuid(user, user, user)


def _be_killed(user: int) -> None:
    """Be killed with half of a case in the file: its pages are written before the end, as when memory is short."""
    _be(user, GROUP)
    writing = door.writing
    door._PRAGMAS = (*door._PRAGMAS, "cache_size = 1")

    @contextmanager
    def killed(*given: Any) -> Iterator[None]:
        with writing(*given):
            yield
            given[0].execute("CREATE TABLE spill (x)")
            given[0].executemany("INSERT INTO spill VALUES (?)", [("x" * 3000,)] * 40)
            os.kill(os.getpid(), signal.SIGKILL)

    door.writing = killed


MODES = {
    (0o660, 0o2770): "",
    (0o660, 0o770): "",
    (0o600, 0o700): "",
    (0o640, 0o2750): "",
    (0o644, 0o755): "kan läsa",
    (0o660, 0o3770): "sticky",
    (0o666, 0o777): "kan läsa och ändra",
}
"""Modes of the file and its folder, and what ``kontrollera`` must say of them."""


@fault("R12", "two users, the first killed in the midst of a case; and an outsider", commit=len(MODES) * 3,
       release=len(MODES) * 3, needs=AS_ROOT)  # fmt: skip
def two_users(trial: Trial) -> None:
    """A colleague of the same group goes on where a killed one left off, and an outsider gets nowhere.

    So it is with the modes that klagreg gives; with others each of them is done or told why not, and kontrollera tells
    the owner. In a folder with the sticky bit the colleague does not get at the register (the manual says so).
    """
    for (mode, folder_mode), remark in MODES.items():
        with enterable(trial.folder) as home:
            register = _owned_register(home, mode, folder_mode)
            at = f"{mode:04o} in {folder_mode:04o}"
            killed = forked(*WRITES[0], register=register, prepare=partial(_be_killed, OWNER))
            assert killed.code == -signal.SIGKILL, killed
            hot = register.with_name("klagreg.db-journal").stat().st_size
            assert hot, "no journal was left"
            trial.tried(3)
            trial.hold(_outsider(register, mode), at=f"{at}, outsider")
            trial.hold(_colleague(register, mode, folder_mode), at=f"{at}, colleague")
            trial.hold(_owner(register, remark), at=f"{at}, owner")
            trial.hold(register_faults(register), at=at)


def _owned_register(home: Path, mode: int, folder_mode: int) -> Path:
    folder = home / "register"
    folder.mkdir()
    register = _begun(folder)
    for file in folder.iterdir():
        os.chown(file, OWNER, GROUP)
        file.chmod(mode)
    os.chown(folder, OWNER, GROUP)
    folder.chmod(folder_mode)
    return register


def _outsider(register: Path, mode: int) -> Iterator[str]:
    for words in (("lista",), WRITES[0]):
        answer = forked(*words, register=register, prepare=partial(_be, OUTSIDER))
        yield from answer_faults(answer)
        if answer.code != 5 and not mode & 0o007:
            yield f"{words[0]}: exit {answer.code}: {answer.out}{answer.err}"
        if answer.code == 5 and not any(why in answer.err for why in ("behörighet", "skrivskydd", "avbröts", "öppnas")):
            yield f"{words[0]}: no reason told: {answer.err}"


def _colleague(register: Path, mode: int, folder_mode: int) -> Iterator[str]:
    answer = forked(*WRITES[0], register=register, prepare=partial(_be, COLLEAGUE, GROUP))
    yield from answer_faults(answer)
    may = mode & 0o060 == 0o060
    if may and not folder_mode & 0o1000 and answer.code:
        yield f"exit {answer.code}: {answer.err}"
    if not may and answer.code != 5:
        yield f"exit {answer.code} without the right to write"


def _owner(register: Path, remark: str) -> Iterator[str]:
    answer = forked("registrera", "--typ", "beröm", register=register, prepare=partial(_be, OWNER, GROUP))
    if answer.code:
        yield f"exit {answer.code}: {answer.err}"
    checked = forked("kontrollera", register=register, prepare=partial(_be, OWNER, GROUP))
    if remark and remark not in checked.out + checked.err:
        yield f"kontrollera does not say ”{remark}”: {checked.out}{checked.err}"
