"""S26: only files whose hashes are locked are installed, and it is known what they are."""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat
from cyclonedx.validation.xml import XmlValidator

import tms.__main__ as commands
from supply import audit, lock, pins, sbom
from supply.__main__ import check

HASH = "0" * 64
FLASK = metadata.version("flask")


def write_lists(folder: Path, runs: str, tests: str, locked: str) -> None:
    for name, text in ((pins.RUNS, runs), (pins.TESTS, tests), (pins.LOCK, locked)):
        (folder / name).write_text(text, "utf-8")


def hashed(requirement: str, sha256: str = HASH) -> str:
    """As `make lock` writes it."""
    return f"{requirement} \\\n    --hash=sha256:{sha256}\n    # via -r requirements.txt\n"


def test_the_lock_has_every_pin_of_ours_with_hashes() -> None:
    assert not pins.disagreements()


@pytest.mark.parametrize(
    ("runs", "tests", "locked", "said"),
    [
        ("Flask==1\nhuey==2", "-r requirements.txt", hashed("flask==1"), "huey is pinned and not"),
        ("Flask==1", "", hashed("flask==2"), "flask is pinned at 1 and locked at 2"),
        ("Flask==1", "", hashed("flask==1") + hashed("huey==2"), "huey 2 is locked as others"),
        ("Flask==1", "", "flask==1\n", "flask is locked without a hash"),
        ("Flask==1", "flask==1", hashed("flask==1"), "flask is pinned in requirements.txt and in"),
        ("Flask==1\nflask==1", "", hashed("flask==1"), "flask stands there twice"),
        ("Flask>=1", "", hashed("flask==1"), "“Flask>=1” does not pin"),
    ],
)
def test_s26_lint_says_where_lists_and_lock_disagree(
    runs: str, tests: str, locked: str, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_lists(tmp_path, runs, tests, locked)

    assert check(tmp_path) == 1

    assert said in capfd.readouterr().out
    assert not (tmp_path / sbom.FILE).exists()


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        ("flask==0.0.1", f"flask 0.0.1 is locked, installed is {FLASK}"),
        ("never-made==1", "never-made 1 is locked, installed is none"),
        ("unlicensed==1", "unlicensed declares no licence"),
    ],
)
def test_s26_lint_says_what_is_installed_otherwise_than_locked(
    requirement: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "unlicensed-1.dist-info").mkdir()
    about = tmp_path / "unlicensed-1.dist-info" / "METADATA"
    about.write_text("Metadata-Version: 2.1\nName: unlicensed\nVersion: 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    write_lists(tmp_path, requirement, "", hashed(requirement))

    assert check(tmp_path) == 1

    assert capfd.readouterr().out.startswith(said)


def test_what_is_for_another_system_need_not_be_installed(tmp_path: Path) -> None:
    elsewhere = "never-made==1 ; sys_platform == 'never'"
    write_lists(tmp_path, elsewhere, "", hashed(elsewhere))

    assert check(tmp_path) == 0


def test_s26_the_bill_names_version_hash_licence_and_origin(tmp_path: Path) -> None:
    flask, pytest_ = f"Flask=={FLASK}", f"pytest=={pytest.__version__}"
    locked = hashed(flask) + hashed(f"jinja2=={metadata.version('jinja2')}") + hashed(pytest_)
    write_lists(tmp_path, f"{flask}\njinja2=={metadata.version('jinja2')}", pytest_, locked)

    assert check(tmp_path) == 0

    made = json.loads((tmp_path / sbom.FILE).read_text("utf-8"))
    parts = {part["name"]: part for part in made["components"]}
    assert parts["flask"]["version"] == FLASK
    assert parts["flask"]["purl"] == f"pkg:pypi/flask@{FLASK}"
    assert parts["flask"]["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert parts["flask"]["externalReferences"][0]["hashes"] == [
        {"alg": "SHA-256", "content": HASH}
    ]
    assert {name: part["scope"] for name, part in parts.items()} == {
        "flask": "required",
        "jinja2": "required",
        "pytest": "excluded",
    }
    needs = {one["ref"]: one.get("dependsOn", []) for one in made["dependencies"]}
    assert needs[parts["flask"]["purl"]] == [parts["jinja2"]["purl"]]


def test_s26_the_bill_of_ours_keeps_to_the_schema() -> None:
    """By its XML: to check the JSON the library wants packages that nothing else here needs."""
    bom = sbom.bill(pins.read(pins.ROOT / pins.LOCK), pins.read(pins.ROOT / pins.RUNS))

    text = make_outputter(bom, OutputFormat.XML, sbom.SCHEMA).output_as_string()

    assert XmlValidator(sbom.SCHEMA).validate_str(text) is None
    assert text.count("<component ") == 1 + len(pins.read(pins.ROOT / pins.LOCK))


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package in a folder that setup installs from, into another folder than this environment."""
    path = tmp_path / "made_here-1-py3-none-any.whl"
    about = "Metadata-Version: 2.1\nName: made-here\nVersion: 1\n"
    kind = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("made_here.py", "")
        archive.writestr("made_here-1.dist-info/METADATA", about)
        archive.writestr("made_here-1.dist-info/WHEEL", kind)
        archive.writestr("made_here-1.dist-info/RECORD", "")
    monkeypatch.setenv("WHEELS", str(tmp_path))
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "installed"))
    monkeypatch.setattr(commands, "PYTHON", sys.executable)
    monkeypatch.setattr(commands, "LOCK", tmp_path / pins.LOCK)
    return path


def test_s26_setup_installs_the_file_that_is_locked(wheel: Path) -> None:
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    commands.LOCK.write_text(hashed("made-here==1", sha256))

    commands._install()

    assert (wheel.parent / "installed" / "made_here.py").exists()


@pytest.mark.parametrize(
    ("locked", "said"),
    [
        (hashed("made-here==1"), "DO NOT MATCH THE HASHES"),
        ("made-here==1\n", "Hashes are required"),
    ],
)
def test_s26_setup_refuses_any_other_file(
    locked: str, said: str, wheel: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    commands.LOCK.write_text(locked)

    with pytest.raises(SystemExit) as stopped:
        commands._install()

    told = capfd.readouterr()
    assert stopped.value.code
    assert said in told.err
    assert "made-here==1" in told.err
    assert "Nothing was installed" in told.out
    assert not (wheel.parent / "installed").exists()


def test_s26_setup_builds_nothing(wheel: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What builds a source is fetched without a hash and may do anything."""
    wheel.unlink()
    source = wheel.with_name("made-here-1.tar.gz")
    with tarfile.open(source, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("made-here-1/setup.py"))
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    commands.LOCK.write_text(hashed("made-here==1", sha256))

    with pytest.raises(SystemExit):
        commands._install()

    assert "No matching distribution found for made-here==1" in capfd.readouterr().err


def test_hashes_are_asked_from_the_index_of_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.invalid/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://other.invalid/simple")

    assert lock._index() == ["--default-index=https://mirror.invalid/simple"]


WEAKNESS = {
    "id": "PYSEC-0",
    "aliases": ["CVE-0"],
    "summary": "weak",
    "affected": [
        {
            "package": {"name": "flask", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]}],
        }
    ],
}


class Advisories(BaseHTTPRequestHandler):
    """An advisory service that speaks as osv.dev and knows something of flask 1 only."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        weak = asked["package"]["name"] == "flask" and asked["version"] == "1"
        answer = json.dumps({"vulns": [WEAKNESS]} if weak else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: Any) -> None:
        """Tests are silent."""


@pytest.fixture
def advisories() -> Iterator[str]:
    """The address of such a service."""
    with HTTPServer(("127.0.0.1", 0), Advisories) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"--osv-url=http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(
    ("version", "code", "said"),
    [
        ("1", audit.FOUND, "flask 1: PYSEC-0, CVE-0; mended in 2\nosv: 1 packages, 1 known\n"),
        ("2", 0, "osv: 1 packages, 0 known\n"),
    ],
)
def test_s26_the_audit_names_what_is_known(
    version: str,
    code: int,
    said: str,
    advisories: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    write_lists(tmp_path, "", "", hashed(f"flask=={version}"))

    assert audit.audit([advisories], ["osv"], tmp_path) == code

    assert capfd.readouterr().out == said


def test_s26_the_audit_says_that_nobody_answered(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_lists(tmp_path, "", "", hashed("flask==1"))

    code = audit.audit(["--osv-url=http://127.0.0.1:1/"], ["osv"], tmp_path)

    told = capfd.readouterr()
    assert code == audit.NOBODY_ANSWERED
    assert told.out.endswith("No advisory service could be reached: nothing was checked.\n")
    assert "Traceback" not in told.out + told.err
