"""The bill of materials: `sbom.cdx.json`, CycloneDX, of everything that is locked.

It needs no network: names, versions and hashes stand in the lock, licences and who needs whom in
what is installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    XsUri,
)
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from supply.pins import LOCK, ROOT, RUNS, Pin, read

FILE = "sbom.cdx.json"
SCHEMA = SchemaVersion.V1_6
INDEX = "https://pypi.org/simple/"

#: Read in the licence files of those that declare none.
LICENCES = {"axe-playwright-python": "MIT", "huey": "MIT", "pysqlite3": "Zlib"}
#: Some put the whole text where the name belongs.
LONGEST_NAME = 40


def write(root: Path = ROOT) -> None:
    """Write the bill of what *root* locks beside the lock."""
    bom = bill(read(root / LOCK), read(root / RUNS))
    make_outputter(bom, OutputFormat.JSON, SCHEMA).output_to_file(
        str(root / FILE), allow_overwrite=True, indent=1
    )


def unlicensed(root: Path = ROOT) -> list[str]:
    """Packages that do not say under which licence they come."""
    pins = (pin for pin in read(root / LOCK).values() if pin.is_for_this_machine)
    return [
        f"{pin.name} declares no licence; read it and name it in LICENCES of supply/sbom.py"
        for pin in pins
        if not licence(pin.name)
    ]


def bill(locked: Mapping[str, Pin], running: Iterable[str]) -> Bom:
    """All that is *locked*; what is not among *running* only builds and tests."""
    bom = Bom()
    bom.metadata.component = tms = Component(
        name="tms", type=ComponentType.APPLICATION, bom_ref="tms"
    )
    components = {pin.name: _component(pin, set(running)) for pin in locked.values()}
    bom.components.update(components.values())
    bom.register_dependency(tms, components.values())
    for name, component in components.items():
        bom.register_dependency(component, [components[one] for one in _needs(name, components)])
    return bom


def _component(pin: Pin, running: set[str]) -> Component:
    purl = PackageURL("pypi", name=pin.name, version=str(pin.version))
    return Component(
        name=pin.name,
        version=str(pin.version),
        type=ComponentType.LIBRARY,
        scope=ComponentScope.REQUIRED if pin.name in running else ComponentScope.EXCLUDED,
        bom_ref=purl.to_string(),
        purl=purl,
        licenses=licence(pin.name),
        external_references=[_files(pin)],
    )


def _files(pin: Pin) -> ExternalReference:
    """One package has many files: these hashes are of what may be taken, not of one thing."""
    return ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(f"{INDEX}{pin.name}/"),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in pin.hashes],
    )


def licence(name: str) -> list[License]:
    """What a package declares, best first: expression, name, classifiers; [] if not installed."""
    try:
        declared = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return []
    make = LicenseFactory().make_from_string
    for field in ("License-Expression", "License"):
        text = (declared.get_all(field) or [""])[0].strip()
        if text and len(text) <= LONGEST_NAME and "\n" not in text:
            return [make(text)]
    if name in LICENCES:
        return [make(LICENCES[name])]
    classified = [one for one in declared.get_all("Classifier", []) if one.startswith("License")]
    return [make(one.rpartition(" :: ")[2]) for one in classified]


def _needs(name: str, locked: Iterable[str]) -> set[str]:
    """Which of *locked* an installed package asks for, without extras."""
    try:
        wanted = [Requirement(one) for one in metadata.requires(name) or []]
    except metadata.PackageNotFoundError:
        return set()
    now = {one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})}
    return {str(canonicalize_name(one.name)) for one in now} & set(locked)
