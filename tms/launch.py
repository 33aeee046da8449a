"""`make run`: demonstration data the first time, then the server, an address and accounts to try.

Only the standard library is imported, as in `tms.__main__`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from tms.config import DATABASE_FILE, KEY_FILE

DEMO_TEACHERS = 2000
ACCOUNTS_FILE = "demo-accounts.json"
FILLING = ".filling-"
HOST = "127.0.0.1"
FIRST_PORT = 8000
PORTS_TRIED = 20
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10


def run(python: str, root: Path) -> int:
    """Prepare the database, serve until Ctrl-C or SIGTERM, and stop cleanly."""
    # Shells start background jobs with SIGINT ignored; a handler of ours makes it count again.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminated)
    data_dir = Path(os.environ.get("TMS_DATA_DIR") or root / "instance").absolute()
    env = {**os.environ, "TMS_DATA_DIR": str(data_dir), "PYTHONUTF8": "1"}
    flask = [python, "-m", "flask", "--app", "app", "tms"]
    if env.get("TMS_DATABASE_URL") or (data_dir / DATABASE_FILE).exists():
        call([*flask, "init"], root, env)
    else:
        _fill(flask, root, env, data_dir)
    port = free_port(int(env.get("TMS_PORT") or FIRST_PORT))
    serve = [*flask, "serve", "--host", HOST, "--port", str(port)]
    return _serve(serve, f"{HOST}:{port}", root, env)


def _fill(flask: list[str], root: Path, env: Mapping[str, str], data_dir: Path) -> None:
    """Make the demonstration data beside its place and move it there when it is whole.

    The database comes last: without it the next start begins again, so that nobody ever works on
    data that Ctrl-C left half filled.
    """
    if (data_dir / KEY_FILE).exists():
        raise SystemExit(f"{data_dir} has keys but no database. Put that back, or move the folder.")
    say(f"Making demonstration data: {DEMO_TEACHERS} teachers …")
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left_by_kill in data_dir.glob(f"{FILLING}*"):
        shutil.rmtree(left_by_kill)
    with tempfile.TemporaryDirectory(prefix=FILLING, dir=data_dir) as place:
        beside = {**env, "TMS_DATA_DIR": place}
        call([*flask, "init"], root, beside, quiet=True)
        demo = [*flask, "demo", "--admin", "--teachers", str(DEMO_TEACHERS)]
        call(demo, root, beside, quiet=True)  # nobody saw the password of `init`
        if (data_dir / DATABASE_FILE).exists():
            raise SystemExit(f"Somebody else just filled {data_dir}; start again to use that.")
        for path in sorted(Path(place).iterdir(), key=lambda path: path.name == DATABASE_FILE):
            path.replace(data_dir / path.name)


def _serve(command: list[str], address: str, root: Path, env: Mapping[str, str]) -> int:
    """Run the server, which brings its workers, as a child until it ends or somebody ends us."""
    with subprocess.Popen(command, cwd=root, env=dict(env)) as server, _stopping(server):
        if _answers(server, address):
            _announce(f"http://{address}/", Path(env["TMS_DATA_DIR"]) / ACCOUNTS_FILE)
        return server.wait()
    return 0


def _terminated(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


@contextlib.contextmanager
def _stopping(server: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave no server behind: Ctrl-C reached it too, so it gets time; anything else ends it."""
    try:
        yield
    except KeyboardInterrupt:
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(SECONDS_TO_STOP)
    finally:
        if server.poll() is None:
            server.terminate()


def _answers(server: subprocess.Popen[bytes], address: str) -> bool:
    """Wait until somebody listens at *address*; False when the server ended or takes too long."""
    host, _, port = address.partition(":")
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return True
        time.sleep(0.1)
    return False


def _announce(address: str, accounts: Path) -> None:
    say(f"\n教师管理信息系统 · Teacher Management System\n\n    {address}\n")
    if accounts.exists():
        say("One demonstration account per role (login, password, role, unit):\n")
        for account in one_per_role(json.loads(accounts.read_text("utf-8"))):
            say("    {login:<16}  {password:<16}  {role}  {unit}".format(**account))
    say("\nCtrl-C stops it.")


def one_per_role(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first account of each role, in the order of the file."""
    first: dict[str, dict[str, Any]] = {}
    for account in accounts:
        first.setdefault(account["role"], account)
    return list(first.values())


def free_port(first: int) -> int:
    """*first*, or the next port that nobody listens on."""
    for port in range(first, first + PORTS_TRIED):
        with socket.socket() as probe, contextlib.suppress(OSError):
            if os.name == "posix":  # or a port just closed would count as taken for a minute
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return port
    raise SystemExit(f"Ports {first} to {first + PORTS_TRIED - 1} are taken; set TMS_PORT.")


def call(
    command: list[str], root: Path, env: Mapping[str, str] | None = None, *, quiet: bool = False
) -> None:
    """Run *command* and give up with its exit code when it fails; *quiet* then shows its output."""
    pipe = subprocess.PIPE if quiet else None
    done = subprocess.run(command, cwd=root, env=env, stdout=pipe, stderr=pipe, check=False)
    if done.returncode:
        say(((done.stdout or b"") + (done.stderr or b"")).decode(errors="replace"))
        raise SystemExit(done.returncode)


def say(text: str) -> None:
    """Tell whoever sits at the terminal, at once also where output goes to a file."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
