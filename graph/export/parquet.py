"""Parquet tables of edges and of nodes, for pandas, DuckDB, Spark and R: typed columns, written row group by row group.

pyarrow writes them, which is an extra: ``pip install whowhom[parquet]``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from graph.errors import PackageMissing
from graph.export.attributes import (
    EDGE_TYPES,
    NODE_TYPES,
    POSITION_TYPES,
    description,
    edge_attributes,
    node_attributes,
    position_of,
)
from graph.export.text import portable
from graph.network import Edge, Network, Node

GROUP = 25_000
"""Rows of a row group, which are held in memory while they are written."""

DATES = frozenset({"first", "last"})

_Row = TypeVar("_Row")


def check(_: Network) -> None:
    """Raises PackageMissing where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise PackageMissing("pyarrow", "Parquet", "parquet") from error


def edge_chunks(network: Network) -> Iterator[bytes]:
    """The edges: ``first`` and ``last`` are dates, ``months`` a list of a month's first day and its events."""
    import pyarrow as pa

    month = pa.struct([("month", pa.date32()), ("events", pa.int32())])
    fields: list[Any] = [
        pa.field(name, pa.string(), nullable=False) for name in ("source", "target", "id", "label")
    ]
    fields += [_field(pa, name, kind) for name, kind in EDGE_TYPES.items()]
    fields.append(pa.field("months", pa.list_(month)))
    return _written(network, fields, network.edges, _edge)


def node_chunks(network: Network) -> Iterator[bytes]:
    """The nodes."""
    import pyarrow as pa

    fields = [pa.field(name, pa.string(), nullable=False) for name in ("id", "label")]
    types = NODE_TYPES | (POSITION_TYPES if network.positions else {})
    fields += [_field(pa, name, kind) for name, kind in types.items()]

    def row(node: Node) -> dict[str, object]:
        values = {"id": portable(node.id), "label": portable(node.label)}
        return {**values, **node_attributes(node), **position_of(network, node)}

    return _written(network, fields, network.nodes, row)


def _edge(edge: Edge) -> dict[str, object]:
    ends = {"source": portable(edge.source), "target": portable(edge.target), "id": portable(edge.id)}
    months = [{"month": month, "events": events} for month, events in edge.months] or None
    days = {"first": edge.first, "last": edge.last, "label": portable(edge.label), "months": months}
    return {**ends, **edge_attributes(edge), **days}


def _field(pa: Any, name: str, kind: str) -> Any:
    types = {"string": pa.string(), "integer": pa.int64(), "double": pa.float64()}
    return pa.field(name, pa.date32() if name in DATES else types[kind])


def _written(
    network: Network, fields: list[Any], rows: Iterable[_Row], row: Callable[[_Row], dict[str, object]]
) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema(fields, metadata={"creator": "whowhom", "description": description(network)})
    sink: Any = _Sink()
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        groups = iter(rows)
        while group := [row(item) for item in islice(groups, GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema))
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that gives away what was written."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._size += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._size

    def taken(self) -> bytes:
        """What was written since the last time."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece
