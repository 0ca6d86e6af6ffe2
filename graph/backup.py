"""A store as a folder to keep, and back again.

::

    BACKUP/
      backup.json     when and from what it was made, counts, and the size of each file; written last
      whowhom.json    as in the store
      rdf/            the RDF store, by hard links where the file system can
      index.duckdb    the index, if the store's was in step; else restoring makes it anew

Both are made under a hidden name that ends in ``.part`` and get their own name when they are whole and on the disk.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from graph import folder
from graph.errors import BadBackup
from graph.store import Store

FORMAT = 1
"""The format of the manifest."""

MANIFEST = "backup.json"

COUNTED = ("documents", "events", "mentions", "relations", "actors", "quads")
NOT_OF_DOCUMENTS = ("quads", "generation")
"""What also changes when a store is opened by a program with another ontology."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``backup.json`` says; ``counts`` has the generation too, ``files`` the bytes of each file by its path."""

    backup: int
    created: str
    store: str
    counts: dict[str, int]
    files: dict[str, int]

    @property
    def bytes(self) -> int:
        """Of all files together."""
        return sum(self.files.values())


def backup(store: Path, target: Path) -> Manifest:
    """Makes the backup ``target``, a folder that is missing or empty, of a store that nobody writes meanwhile.

    Raises BadBackup, and what Store.open does.
    """
    _check_free(target, "A backup is written into")
    _check_apart(target, store)
    if any((store / mark).exists() for mark in (folder.UNFINISHED, folder.STALE)):
        Store.open(store, command="backup").close()  # mends what a crash or an update from outside has left
    with Store.open(store, read_only=True) as opened, _made_whole(target) as part:
        shutil.copyfile(store / folder.METADATA, part / folder.METADATA)
        opened.rdf.backup(part / folder.RDF)
        for file in opened.index.files:
            shutil.copyfile(file, part / file.name)
        files = {str(file.relative_to(part)): file.stat().st_size for file in _files(part)}
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, now, str(store.absolute()), _counts(opened), files)
        _sync(part)
        folder.write_whole(part / MANIFEST, json.dumps(asdict(manifest), indent=1) + "\n")
    return manifest


def restore(source: Path, store: Path) -> Manifest:
    """Makes the store ``store``, a folder that is missing or empty, of the backup ``source``, and checks it.

    Raises BadBackup where the backup is not whole or the copy does not hold what it should, StoreVersion for a
    format that cannot be read, and StoreDamaged.
    """
    manifest = _read_manifest(source)
    metadata = folder.read_metadata(source)
    _check_files(source, manifest)
    _check_free(store, "A store is restored into")
    _check_apart(store, source)
    with _made_whole(store) as part:
        for name in manifest.files:
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, part / name)
        _sync(part)
        if metadata.format == folder.FORMAT:
            with Store.open(part, read_only=True) as copy:
                _compare(source, manifest.counts, _counts(copy))
        kept = {name: n for name, n in manifest.counts.items() if name not in NOT_OF_DOCUMENTS}
        with Store.open(
            part, command="restore"
        ) as copy:  # raises an older format, makes an index that is missing
            _compare(source, kept, _counts(copy))
    return manifest


def _counts(store: Store) -> dict[str, int]:
    facts = store.info()
    return {name: int(str(facts[name])) for name in ("generation", *COUNTED)}


def _compare(source: Path, expected: dict[str, int], found: dict[str, int]) -> None:
    other = [
        f"{found.get(name)} {name} in place of {n}" for name, n in expected.items() if found.get(name) != n
    ]
    if other:
        raise BadBackup(
            source, f"the copy holds {', '.join(other)}, so that the backup is damaged. Take another one"
        )


def _read_manifest(source: Path) -> Manifest:
    if not source.is_dir():
        what = "is a file" if source.exists() else "does not exist"
        raise BadBackup(source, f"it {what}, and a backup is a folder. `whowhom backup` makes one")
    try:
        text = (source / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadBackup(
            source,
            f"there is no {MANIFEST}, so that it is no backup, or none that was finished. `whowhom backup` makes one",
        ) from None
    except ValueError as error:
        raise _damaged(source, str(error)) from None
    try:
        data = json.loads(text)
        number = data["backup"]
        if number == FORMAT:
            manifest = Manifest(**data)
            if not {*COUNTED, "generation"} <= set(manifest.counts) or folder.METADATA not in manifest.files:
                raise _damaged(source, "counts or files are missing")
            return manifest
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _damaged(source, repr(error)) from None
    raise BadBackup(
        source,
        f"its {MANIFEST} is of format {number!r}, and this version of whowhom reads {FORMAT}. Restore it with the "
        "whowhom that made it",
    )


def _damaged(source: Path, reason: str) -> BadBackup:
    return BadBackup(source, f"its {MANIFEST} is damaged: {reason}. Take another backup")


def _check_files(source: Path, manifest: Manifest) -> None:
    for name, size in manifest.files.items():
        file = source / name
        if not file.resolve().is_relative_to(source.resolve()):
            raise _damaged(source, f"{name!r} is no file of it")
        if not file.is_file():
            raise BadBackup(source, f"{name} is missing, so that the backup is not whole. Take another one")
        if file.stat().st_size != size:
            raise BadBackup(
                source,
                f"{name} has {file.stat().st_size} bytes and should have {size}, so that the backup is damaged. Take "
                "another one",
            )


def _check_free(place: Path, what: str) -> None:
    if place.is_dir():
        held = sorted(entry.name for entry in place.iterdir())
        found = f"this one holds {', '.join(held[:3])}{' …' if held[3:] else ''}" if held else None
    else:
        found = "this is a file" if place.exists() else None
    if found:
        raise BadBackup(place, f"{what} a folder that is missing or empty, and {found}. Name another one")


def _check_apart(place: Path, store: Path) -> None:
    if place.resolve().is_relative_to(store.resolve()):
        raise BadBackup(place, f"it is inside {store}, which it may not be. Name a folder elsewhere")


def _files(place: Path) -> Iterator[Path]:
    return (entry for entry in sorted(place.rglob("*")) if entry.is_file())


@contextmanager
def _made_whole(place: Path) -> Iterator[Path]:
    """A new folder beside ``place``, which gets its name at the end, and vanishes if anything goes wrong."""
    place = place.resolve()
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        part.mkdir(parents=True)
        yield part
        part.replace(place)
        folder.sync(place.parent)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError | RuntimeError):  # the engine raises either
            reason = getattr(error, "strerror", None) or str(error)
            raise BadBackup(place, f"it cannot be written: {reason}") from error
        raise


def _sync(place: Path) -> None:
    """Makes all files below ``place`` durable."""
    for entry in [place, *place.rglob("*")]:
        descriptor = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
