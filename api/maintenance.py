"""The commands that look after what is derived: ``validate`` compares it with a recount, ``rebuild`` makes it anew."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from api.console import plural, say, store_option

if TYPE_CHECKING:
    from api.console import Place
    from graph.recount import Faults


class Steps:
    """A line on standard error that says how far a long work is; only on a terminal. Call it with each step."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since it was made."""
        return time.monotonic() - self._start

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._shown:
            sys.stderr.write(f"\r{self.seconds:.0f} s: {what}, {done} of {total}\x1b[K")
            sys.stderr.flush()

    def __enter__(self) -> Steps:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@click.command()
@store_option
def validate(store: Place) -> None:
    """Compare all that is derived from documents and events with a recount: relations, actors, links, index.

    A finding stands on a line of standard output: what, where, stored, recounted. Exit status 1 if there is one.
    """
    from graph.remote_store import local
    from graph.store import Store

    found = 0
    folder = local(store, "A comparison with a recount")
    with Store.open(folder, read_only=True) as opened, Steps() as steps:
        for finding in opened.validate(steps):
            click.echo(str(finding))
            found += 1
    say(f"{plural(found, 'finding')} in {steps.seconds:.1f} s")
    if found:
        raise click.exceptions.Exit(1)


@click.command()
@store_option
@click.option("--index-only", is_flag=True, help="Only the index, not the graphs of relations and actors.")
def rebuild(store: Place, *, index_only: bool) -> None:
    """Make all that is derived from documents and events anew: relations, actors, links, ontology, index.

    What cannot be made anew is counted; validate lists it.
    """
    from graph.remote_store import open_store

    with open_store(store) as opened, Steps() as steps:
        if index_only:
            faults, strangers, changed = opened.rebuild_index(steps), 0, "index made anew"
        else:
            done = opened.rebuild(steps)
            faults, strangers = done.faults, done.strangers
            changed = f"{plural(done.deleted, 'triple')} deleted, {done.inserted} inserted, index made anew"
    say(f"{changed} in {steps.seconds:.1f} s")
    left = _left_alone(faults, strangers)
    if left:
        say(f"left alone: {', '.join(left)}")


def _left_alone(faults: Faults, strangers: int) -> list[str]:
    counts = {
        "event that cannot be read": faults.events,
        "mention without such an event": faults.mentions,
        "name that cannot be read": faults.names,
        "event without mention": faults.unmentioned,
        "event that does not fit its id": strangers,
    }
    return [f"{count} × {what}" for what, count in counts.items() if count]
