"""`python -m tms COMMAND`: set up, run and check the project with nothing but Python installed.

Only the standard library is imported: the first command makes the environment that has the rest.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tms import launch
from tms.launch import say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
LOCK = ROOT / "requirements.lock"
STAMP = VENV / ".requirements.sha256"
CJK_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

MEMORY = Path("/dev/shm")  # noqa: S108  each test session makes a folder of its own there
ROOM_IN_MEMORY = 4 * 2**30

#: Without its cache, which misses modules that were moved.
CONTRACTS = ["--no-logo", "--no-cache"]

#: What is searched for what an attacker likes.
PROGRAM = ["tms", "supply", "app.py"]

#: Tools run as modules of `.venv`: its scripts name the path they were installed under.
LINTERS = [
    ["-m", "ruff", "check", "--quiet", "."],
    ["-m", "ruff", "format", "--check", "--quiet", "."],
    ["-m", "mypy"],
    ["-c", f"from importlinter.cli import lint_imports_command as lint; lint({CONTRACTS})"],
    ["-m", "bandit", "--quiet", "--configfile=pyproject.toml", "--recursive", *PROGRAM],
    ["-m", "supply", "check"],
]

#: More workers than this only queue on the one PostgreSQL server of a test session.
PYTEST = ["-m", "pytest", "--numprocesses=auto", "--maxprocesses=4"]


def setup(_arguments: Sequence[str] = ()) -> int:
    """Make `.venv`, install what is locked where that changed, compile the translations."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        say("Setting up .venv; the first time takes a minute or two …")
        _make_venv()
        _install()
        STAMP.write_text(wanted)
    compile_translations()
    return 0


def _make_venv() -> None:
    """Create `.venv`, again where its Python is gone or an earlier try broke off."""
    if _works(PYTHON, "-m", "pip", "--version"):
        return
    if sys.version_info < (3, 11):  # noqa: UP036  this is what tells the owner of an older one
        raise SystemExit("Python 3.11 is needed; this is " + sys.version.split()[0])
    if not _works(sys.executable, "-m", "ensurepip", "--version") and not _apt_get("python3-venv"):
        raise SystemExit("Debian keeps venv apart; as root: apt-get install python3-venv")
    launch.call([sys.executable, "-m", "venv", "--clear", str(VENV)], ROOT)


def _works(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _install() -> None:
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if wheels := os.environ.get("WHEELS"):
        command += ["--no-index", f"--find-links={Path(wheels).resolve()}"]
    try:
        launch.call([*command, *_what_is_locked()], ROOT)
    except SystemExit:
        say(f"Nothing was installed: not every file could be had as {LOCK.name} names it.")
        raise


def _what_is_locked() -> list[str]:
    """Files with a hash in the lock, as wheels: a source would fetch its tools without one."""
    built = ["--no-binary=pysqlite3"] if _is_linux_on_arm() else []  # it has no wheel there
    return ["--require-hashes", "--no-deps", "--only-binary=:all:", *built, f"--requirement={LOCK}"]


def _is_linux_on_arm() -> bool:
    return sys.platform == "linux" and platform.machine() == "aarch64"


def compile_translations(python: str = PYTHON) -> None:
    """Make the `.mo` files that the program reads, where they are missing or older."""
    folder = ROOT / "tms" / "translations"
    sources = folder.glob("*/LC_MESSAGES/*.po")
    if any(_is_older(source.with_suffix(".mo"), source) for source in sources):
        babel = [python, "-m", "babel.messages.frontend", "--quiet"]
        launch.call([*babel, "compile", f"--directory={folder}"], ROOT)


def _is_older(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


def run(_arguments: Sequence[str]) -> int:
    """Start the server on this machine, with demonstration data the first time."""
    setup()
    return launch.run(PYTHON, ROOT)


def test(arguments: Sequence[str]) -> int:
    """Run the tests: pure ones once, those that touch tables on both engines, the browser."""
    setup()
    _prepare_browser()
    _work_in_memory()
    return subprocess.call([PYTHON, *PYTEST, *arguments], cwd=ROOT)


def test_full(arguments: Sequence[str]) -> int:
    """Run the long tests too; who has done his share takes some of the other's."""
    return test(["-m", "full or not full", "--dist", "worksteal", *arguments])


def _work_in_memory() -> None:
    """Let the tests' databases live in memory where there is room: they need not survive."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_IN_MEMORY:
        os.environ.setdefault("TMPDIR", str(MEMORY))


def _prepare_browser() -> None:
    """Install Chromium and a Chinese font where apt-get may; say what is missed where it cannot."""
    have_browser = shutil.which("chromium") or shutil.which("google-chrome")
    if have_browser and (CJK_FONT.exists() or sys.platform != "linux"):
        return
    if not _apt_get("chromium", "fonts-noto-cjk"):
        say("Without Chromium the browser tests are skipped, without a Chinese font they show")
        say("boxes. On Debian, as root: apt-get install chromium fonts-noto-cjk")


def _apt_get(*packages: str) -> bool:
    """Install Debian packages if we may; whether that worked."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    say(f"Installing {', '.join(packages)} …")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    return _works("apt-get", "update") and _works(*install)


def bench(arguments: Sequence[str]) -> int:
    """Measure the speeds that the system must reach; the first time makes a million teachers."""
    setup()
    return subprocess.call([PYTHON, "-m", "bench", *arguments], cwd=ROOT)


def lint(_arguments: Sequence[str]) -> int:
    """Run every checker; those that are content stay silent."""
    setup()
    return max([_lint_with(linter) for linter in LINTERS])


def _lint_with(linter: list[str]) -> int:
    done = subprocess.run(
        [PYTHON, *linter], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        say(f"{done.stdout}{done.stderr}")
    return done.returncode


def audit(arguments: Sequence[str]) -> int:
    """Ask an advisory service about what is locked; ends with 3 where none can be reached."""
    setup()
    return subprocess.call([PYTHON, "-m", "supply", "audit", *arguments], cwd=ROOT)


def lock(_arguments: Sequence[str]) -> int:
    """Write the hashes of what requirements*.txt pin into requirements.lock."""
    if not _works(PYTHON, "-m", "uv", "--version"):
        setup()
    return subprocess.call([PYTHON, "-m", "supply", "lock"], cwd=ROOT)


def wheelhouse(arguments: Sequence[str]) -> int:
    """Download what is locked into a folder, for `make setup WHEELS=folder` without a network."""
    setup()
    folder = arguments[0] if arguments else "wheels"
    download = [PYTHON, "-m", "pip", "download", "--quiet", f"--dest={folder}"]
    return subprocess.call([*download, *_what_is_locked()], cwd=ROOT)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "setup": setup,
    "run": run,
    "test": test,
    "test-full": test_full,
    "bench": bench,
    "lint": lint,
    "audit": audit,
    "lock": lock,
    "wheelhouse": wheelhouse,
}


def main(words: Sequence[str]) -> int:
    """Run the command named first with the rest as its arguments."""
    if not words or words[0] not in COMMANDS:
        for name, command in COMMANDS.items():
            say(f"python -m tms {name:<11} {(command.__doc__ or '').splitlines()[0]}")
        return 2
    try:
        return COMMANDS[words[0]](words[1:])
    except KeyboardInterrupt:
        return 130  # what a shell says of a program ended by Ctrl-C


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
