"""The commands ``backup`` and ``restore``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.console import plural, say, store_option

if TYPE_CHECKING:
    from api.console import Place
    from graph.backup import Manifest


@click.command()
@store_option
@click.argument("target")
def backup(store: Place, target: str) -> None:
    """Copy a store into the folder TARGET, which must be missing or empty.

    Nobody may write the store meanwhile: a server must be stopped first. TARGET is there whole, or not at all.
    """
    from pathlib import Path

    from graph.backup import backup as make
    from graph.remote_store import local

    _tell(target, make(local(store, "A backup"), Path(target)))


@click.command()
@store_option
@click.argument("source")
def restore(store: Place, source: str) -> None:
    """Make a store of the backup SOURCE, and check that it holds what the backup says.

    The folder of the store must be missing or empty. It is there whole, or not at all.
    """
    from pathlib import Path

    from graph.backup import restore as make
    from graph.remote_store import local

    _tell(str(store), make(Path(source), local(store, "Restoring a backup")))


def _tell(place: str, manifest: Manifest) -> None:
    counts = manifest.counts
    documents, events = plural(counts["documents"], "document"), plural(counts["events"], "event")
    say(f"{place}: {documents}, {events}, generation {counts['generation']}, {manifest.bytes} bytes")
