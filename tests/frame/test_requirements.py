"""What setup.cfg asks for is what the lock files hold, and they and all other files name no index."""

from __future__ import annotations

import configparser
import re
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK, DEV_LOCK = "requirements.lock", "requirements-dev.lock"
PIN = re.compile(r"(?P<name>[a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(?P<version>[\w.+!]+)(?: ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
INDEX = re.compile(r"(?i)\bpy(?:pi|thonhosted)\b|\bdev[p]i\b|:[/]/\S+/simple\b|//(?:opt|root|home|work|tmp)/")
FORBIDDEN = re.compile(r"(?i)(?<![a-z])a?gpl|affero|general public|odbl|open database")
LESSER = re.compile(r"(?i)lgpl|(?:lesser|library) general public")


def required() -> dict[str, list[str]]:
    """The requirements of setup.cfg as the file has them now, for each lock file."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    base = config["options"]["install_requires"].split("\n")
    extras = [line for texts in config["options.extras_require"].values() for line in texts.split("\n")]
    dev = [line for line in extras if not line.startswith("whowhom[")]
    return {LOCK: [*filter(None, base)], DEV_LOCK: [*filter(None, base + dev)]}


def locked(name: str) -> dict[str, set[str]]:
    """The versions of each package in a lock file; several where they depend on Python or the platform."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text().splitlines():
        if pin := PIN.fullmatch(line):
            versions.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return versions


def forbids(words: str) -> bool:
    """True of a licence that does not let whowhom ship the package: GPL, AGPL or ODbL, but not LGPL."""
    return FORBIDDEN.search(LESSER.sub("", words)) is not None


def licence(facts: metadata.PackageMetadata) -> str:
    """All that the metadata of a package say of its licence, without the text of it."""
    said = [facts.get("License-Expression") or "", *(facts.get("License") or "").splitlines()[:1]]
    said += [line for line in facts.get_all("Classifier") or () if line.startswith("License ::")]
    return "; ".join(filter(None, said))


@pytest.mark.parametrize(
    ("lock", "requirement"),
    [pytest.param(lock, text, id=f"{lock}-{text}") for lock, texts in required().items() for text in texts],
)
def test_the_lock_satisfies_setup_cfg(lock: str, requirement: str) -> None:
    wanted = Requirement(requirement)
    versions = locked(lock).get(canonicalize_name(wanted.name), set())
    assert versions, f"{wanted.name} is not in {lock}: run `make lock`"
    assert all(wanted.specifier.contains(version, prereleases=True) for version in versions)


@pytest.mark.parametrize("lock", [LOCK, DEV_LOCK])
def test_a_lock_has_pins_and_hashes_and_nothing_else(lock: str) -> None:
    lines = [line for line in (ROOT / lock).read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not (PIN.fullmatch(line) or HASH.fullmatch(line))] == []
    after_pins = [line for pin, line in pairwise(lines) if PIN.fullmatch(pin)]
    assert after_pins
    assert all(HASH.fullmatch(line) for line in after_pins)


def test_no_file_names_an_index(tracked: list[Path]) -> None:
    assert Path("setup.cfg") in tracked  # not in the list of a repository around this folder
    found = []
    for name in tracked:
        content = (ROOT / name).read_bytes()
        if b"\0" not in content and (match := INDEX.search(content.decode())):
            found.append(f"{name}: {match[0]}")
    assert found == []


def test_every_locked_package_that_is_installed_tells_a_licence_that_allows_to_ship_it() -> None:
    said = {}
    for name in locked(LOCK):
        try:
            said[name] = licence(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            continue  # of another platform
    assert {canonicalize_name(Requirement(text).name) for text in required()[LOCK]} <= set(said)
    assert [name for name, words in said.items() if not words] == []
    assert {name: words for name, words in said.items() if forbids(words)} == {}


@pytest.mark.parametrize(
    ("words", "forbidden"),
    [
        ("GPL-3.0-or-later", True),
        ("GPLv2", True),
        ("AGPL-3.0", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", True),
        ("ODbL-1.0", True),
        ("MIT AND GPL-2.0-only", True),
        ("LGPL-2.1 OR GPL-2.0", True),
        ("LGPL-2.1-only", False),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MPL-2.0 AND MIT", False),
    ],
)
def test_forbidden_licences_are_told_from_others(words: str, forbidden: bool) -> None:
    assert forbids(words) is forbidden
