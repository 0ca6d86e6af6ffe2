"""The process that answers SPARQL queries over one snapshot, one at a time; graph.worker_process starts it.

Run as a script with ``-I -S``: it imports little, and nothing of whowhom, so that it is up at once. Down the
socket come marshalled requests behind their length; up go frames of a kind (one byte), a length (four) and a
payload: ``R`` ready, ``H`` media type, ``D`` a piece of the answer, ``F`` its end, ``E`` an error. ``H`` and ``F``
say ``cut`` where the limit of rows has cut the answer, ``H`` only if that is known by then.
"""

from __future__ import annotations

import _thread
import ctypes
import fcntl
import marshal
import os
import resource
import sys

if __name__ == "__main__":
    sys.path.append(sys.argv.pop(1))  # where the parent found pyoxigraph

import pyoxigraph as ox

TYPE_CHECKING = False  # the typing module would take half the time that this process needs to start
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

FRAME_HEAD = 5
CHUNK_BYTES = 64 * 1024
STACK_BYTES = 64 * 2**20
"""The engine's parser and optimizer recurse, along chains of operators too: 20,000 UNIONs need more than 8 MB."""

MAX_LOG_BYTES = 64 * 1024
HELD_BACK = 64
"""Bytes at the end of a piece that are not sent yet, so that the end of an answer can be told from its pieces."""

ROW_MARKS = {"JSON": b"{", "XML": b"<result", "CSV": b"\n", "TSV": b"\n"}

SOLUTIONS = {
    "application/sparql-results+json": "JSON",
    "application/sparql-results+xml": "XML",
    "text/csv": "CSV",
    "text/tab-separated-values": "TSV",
    "application/json": "JSON",
    "application/xml": "XML",
    "text/xml": "XML",
}
"""Media types for SELECT and ASK, the default first, each with the serializer's name of the format."""

TRIPLES = {
    "text/turtle": "TURTLE",
    "application/n-triples": "N_TRIPLES",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON_LD",
    "application/trig": "TRIG",
    "application/n-quads": "N_QUADS",
    "text/plain": "N_TRIPLES",
    "application/xml": "RDF_XML",
    "text/xml": "RDF_XML",
    "application/json": "JSON_LD",
}
"""Media types for CONSTRUCT and DESCRIBE, likewise."""

DATASETS = {
    "application/n-quads": "N_QUADS",
    "application/trig": "TRIG",
    "application/ld+json": "JSON_LD",
    "text/plain": "N_QUADS",
}
"""Media types for the whole store, likewise."""

Changed = tuple[str, tuple[str, ...]] | None
"""A text as it was mended, and functions that are given no value; None for a text that stays as it is."""

Request = tuple[
    str,  # the folder of the snapshot; of a copy that is for this process alone where it updates
    str,  # "query", "update", "dump" (the whole store), or "open": only the snapshot, ahead of the next query
    str,  # the query or update
    tuple[str, ...],  # media types, most wanted first
    bool,  # True: the default graph is the union of all graphs
    tuple[str, ...],  # default graphs of the request, which take the place of the query's own
    tuple[str, ...],  # named graphs of the request
    dict[str, str],  # prefixes that a query need not declare
    tuple[str, str, int, int] | None,  # where to set a limit of rows, and which: graph.row_limit.Bound
    str | None,  # the base of relative IRIs, which are refused without
    Changed,
]

# Audit architecture, then socket, connect, execve, execveat, ptrace, io_uring_setup.
_DENIED_CALLS: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}


class UnacceptableError(Exception):
    """None of the media types asked for fits; the arguments are those that would."""


def negotiate(accept: Sequence[str], offered: dict[str, str]) -> str:
    """The first of ``accept`` that is offered, ranges such as ``text/*`` included; by default the first offered.

    >>> negotiate(["image/png", "text/*"], SOLUTIONS)
    'text/csv'
    """
    for wanted in accept or ("*/*",):
        for media_type in offered:
            if wanted in (media_type, "*/*", media_type.partition("/")[0] + "/*"):
                return media_type
    raise UnacceptableError(*offered)


def no_value(*_: object) -> None:
    """The value of a function that is not known: an error of the expression, as SPARQL 1.1 has it (17.6)."""


def without_value(mended: Changed) -> dict[ox.NamedNode, Any]:
    """The functions that a mended text calls and nobody knows."""
    return {ox.NamedNode(iri): no_value for iri in mended[1]} if mended else {}


def carry_out(
    store: ox.Store, text: str, mended: Changed, prefixes: dict[str, str], base: str | None
) -> None:
    """Carry out an update as it was mended, or as it is where the engine cannot read that."""
    functions = without_value(mended)
    if mended:
        try:
            store.update(mended[0], prefixes=prefixes, base_iri=base, custom_functions=functions)
        except SyntaxError:
            pass
        else:
            return
    store.update(text, prefixes=prefixes, base_iri=base)


class Channel:
    """The worker's end of the socket."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def receive(self) -> Request:
        """The next request; EOFError when the parent is gone."""
        request: Request = marshal.loads(self._read(int.from_bytes(self._read(4), "big")))  # noqa: S302
        return request

    def send(self, *frames: tuple[bytes, bytes]) -> None:
        """Send frames, each a kind and a payload, in one write where the socket takes it."""
        pending = memoryview(b"".join(kind + len(load).to_bytes(4, "big") + load for kind, load in frames))
        while pending:
            pending = pending[os.write(self._descriptor, pending) :]

    def _read(self, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            piece = os.read(self._descriptor, length - len(data))
            if not piece:
                raise EOFError
            data += piece
        return bytes(data)


class Output:
    """The file that an answer is serialized into. Nothing is sent before there are 64 KB or the end, so that an
    error on the first rows can still stand in the answer's place."""

    def __init__(self, channel: Channel, media_type: str, row_mark: bytes = b"") -> None:
        """``row_mark`` are bytes of which each row has one at least."""
        self._channel = channel
        self._media_type = media_type
        self._headed = False
        self._buffer = bytearray()
        self._row_mark = row_mark
        self.most_rows = 0
        """No fewer than the rows that were written."""

    def write(self, data: bytes) -> int:
        self._buffer += data
        if self._row_mark:
            self.most_rows += data.count(self._row_mark)
        if len(self._buffer) >= CHUNK_BYTES:
            piece = bytes(self._buffer[:-HELD_BACK])
            del self._buffer[:-HELD_BACK]
            self._channel.send(*self._head(cut=False), (b"D", piece))
        return len(data)

    def flush(self) -> None:
        """Nothing: the serializer flushes more often than a reader gains from."""

    def end(self, *, cut_after: int = 0) -> None:
        """Send the rest; ``cut_after`` so many rows, if not 0, the answer was cut."""
        end = bytes(self._buffer)
        if cut_after and self._media_type.endswith("json") and end.rstrip().endswith(b"}"):
            meta = (
                f',"meta":{{"truncated":true,"returned":{cut_after},"reason":"limit of {cut_after} rows"}}}}'
            )
            end = end.rstrip()[:-1] + meta.encode()
        pieces = [(b"D", end)] if end else []
        self._channel.send(*self._head(cut=bool(cut_after)), *pieces, (b"F", b"cut" if cut_after else b""))

    def _head(self, *, cut: bool) -> list[tuple[bytes, bytes]]:
        if self._headed:
            return []
        self._headed = True
        return [(b"H", f"{self._media_type}{' cut' if cut else ''}".encode())]


class Answerer:
    """Answers requests, with the snapshot of the last one kept open."""

    def __init__(self, channel: Channel, allowance: int) -> None:
        """A query may have ``allowance`` bytes on top of what the engine takes to open its first snapshot."""
        self._channel = channel
        self._allowance = allowance
        self._folder = ""
        self._store: ox.Store | None = None

    def answer(self, request: Request) -> None:
        """Send the answer to a request, or its error; OSError only where the parent is gone."""
        (
            folder,
            operation,
            text,
            accept,
            union,
            default_graphs,
            named_graphs,
            prefixes,
            bound,
            base,
            mended,
        ) = request
        try:
            store = ox.Store(folder) if operation == "update" else self._open(folder)
        except (OSError, RuntimeError) as error:  # the engine has both for a folder that is gone
            if operation != "open":  # which was only ahead of a query, and that may name a newer folder
                self._error("snapshot", f"{folder}: {error}")
            return
        own = bool(default_graphs or named_graphs)
        try:
            if operation == "open":
                return
            if operation == "update":
                limit_memory(self._allowance)
                carry_out(store, text, mended, prefixes, base)
                self._channel.send((b"F", b""))
                return
            if operation == "dump":
                self._dump(store, accept)
                return
            options = {
                "use_default_graph_as_union": union and not own,
                "default_graph": [ox.NamedNode(iri) for iri in default_graphs] if own else None,
                "named_graphs": [ox.NamedNode(iri) for iri in named_graphs] if own else None,
                "prefixes": prefixes,
                "base_iri": base,
                "custom_functions": without_value(mended),
            }
            texts = [mended[0], text] if mended else [text]
            self._query(store, texts, bound, accept, options)
        except UnacceptableError as error:
            self._error("unacceptable", "\n".join(error.args))
        except SyntaxError as error:
            self._error("syntax", str(error))
        except MemoryError:
            self._error("memory", "")
        except (OSError, RuntimeError, ValueError) as error:
            self._error("failed", str(error))

    def _open(self, folder: str) -> ox.Store:
        if self._store is None or folder != self._folder:
            self._store = None
            self._store = ox.Store.read_only(folder)
            if not self._folder:
                limit_memory(self._allowance)
            self._folder = folder
        return self._store

    def _query(
        self,
        store: ox.Store,
        texts: Sequence[str],
        bound: tuple[str, str, int, int] | None,
        accept: Sequence[str],
        options: dict[str, Any],
    ) -> None:
        """Answer the first of ``texts`` that the engine can read, bounded if that can be read as well."""
        if bound:
            head, tail, skipped, rows = bound
            texts = [f"{head}\nLIMIT {rows} OFFSET {skipped}\n{tail}", *texts]
        for number, text in enumerate(texts):
            try:
                result = store.query(text, **options)
            except SyntaxError:  # of the last, which is the user's own, with the places in it
                if number + 1 == len(texts):
                    raise
                bound = None
            else:
                break
        if isinstance(result, ox.QueryTriples):
            media_type = negotiate(accept, TRIPLES)
            output = Output(self._channel, media_type)
            rdf_format = getattr(ox.RdfFormat, TRIPLES[media_type])
            # The stub asks for a whole IO; the engine writes and flushes.
            ox.serialize(result, output, rdf_format, prefixes=options["prefixes"])  # type: ignore[arg-type]
            output.end()
            return
        media_type = negotiate(accept, SOLUTIONS)
        form = SOLUTIONS[media_type]
        output = Output(self._channel, media_type, ROW_MARKS[form] if bound else b"")
        result.serialize(output, getattr(ox.QueryResultsFormat, form))  # type: ignore[arg-type]
        cut = False
        if bound and output.most_rows >= rows:
            more = store.query(f"{head}\nLIMIT 1 OFFSET {skipped + rows}\n{tail}", **options)
            cut = any(True for _ in more)  # type: ignore[union-attr]
        output.end(cut_after=rows if cut else 0)

    def _dump(self, store: ox.Store, accept: Sequence[str]) -> None:
        media_type = negotiate(accept, DATASETS)
        output = Output(self._channel, media_type)
        store.dump(output, getattr(ox.RdfFormat, DATASETS[media_type]))  # type: ignore[arg-type]
        output.end()

    def _error(self, kind: str, message: str) -> None:
        self._channel.send((b"E", f"{kind}\n{message}".encode()))


def deny_network(*, programs: bool = False) -> bool:
    """Let the kernel refuse this process sockets and other ``programs``; False where this machine cannot.

    A query with SERVICE is refused before it comes here. This is the second wall, for what the first overlooks.
    """
    if sys.platform != "linux" or os.uname().machine not in _DENIED_CALLS:
        return False
    architecture, calls = _DENIED_CALLS[os.uname().machine]
    calls = calls[:2] + calls[4:] if programs else calls
    load, equal, greater, give = 0x20, 0x15, 0x35, 0x06
    deny = len(calls) + 5
    steps = [
        (load, 0, 0, 4),  # the architecture of the call
        (equal, 0, deny - 2, architecture),
        (load, 0, 0, 0),  # its number
        (greater, deny - 4, 0, 0x40000000),  # those of the x32 interface are other names of the same calls
        *((equal, deny - 5 - i, 0, number) for i, number in enumerate(calls)),
        (give, 0, 0, 0x7FFF0000),  # allow
        (give, 0, 0, 0x00050001),  # fail with "operation not permitted"
    ]
    code = b"".join(
        op.to_bytes(2, sys.byteorder) + bytes((yes, no)) + value.to_bytes(4, sys.byteorder)
        for op, yes, no, value in steps
    )
    filters = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(16)
    ctypes.c_uint16.from_buffer(program).value = len(steps)
    ctypes.c_void_p.from_buffer(program, 8).value = ctypes.addressof(filters)
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]
    no_new_privileges, seccomp, filter_mode = 38, 22, 2
    return bool(prctl(no_new_privileges, 1, None, 0, 0) == 0) and bool(
        prctl(seccomp, filter_mode, ctypes.addressof(program), 0, 0) == 0
    )


def die_with_parent(lifeline: int) -> None:
    """Let the kernel end this process, whatever it does, when the other end of the pipe ``lifeline`` closes.

    The death signal of prctl would not do: it comes when the *thread* ends that started this process.
    """
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(
        lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC
    )  # SIGIO, which kills


def limit_memory(allowance: int) -> None:
    """Allow ``allowance`` bytes on top of what the process has now."""
    used = 0
    if sys.platform == "linux":
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - pathlib is slow to import
            used = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData:"))
    limit = used + allowance
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def run(memory: int, file_limit: int, program: Sequence[str]) -> NoReturn:
    """Become ``program``, under the same limits as a query."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    deny_network(programs=True)
    limit_memory(memory)
    os.execv(program[0], list(program))  # noqa: S606 - a program of ours


def serve(descriptor: int, allowance: int, file_limit: int, *, sandboxed: bool) -> NoReturn:
    """Answer until the parent is gone; ``file_limit`` bytes are the most that a file may grow to."""
    code = 0
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
        channel = Channel(descriptor)
        channel.send((b"R", b"sandboxed" if sandboxed else b""))
        answerer = Answerer(channel, allowance)
        while True:
            answerer.answer(channel.receive())
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    except BaseException:
        sys.excepthook(*sys.exc_info())  # to stderr, which the parent reads
        code = 70
    finally:
        os._exit(code)


def main(arguments: Sequence[str]) -> None:
    """``arguments``: descriptor of the socket, of the lifeline, bytes of memory for a query, and of a file.

    Or ``run``, both bytes, and a program with its arguments.
    """
    if arguments[0] == "run":
        run(int(arguments[1]), int(arguments[2]), arguments[3:])
    descriptor, lifeline, allowance, file_limit = map(int, arguments)
    die_with_parent(lifeline)
    sandboxed = deny_network()  # first of all, since threads inherit it from the one that starts them
    _thread.stack_size(STACK_BYTES)
    _thread.start_new_thread(serve, (descriptor, allowance, file_limit), {"sandboxed": sandboxed})
    forever = _thread.allocate_lock()
    forever.acquire()
    forever.acquire()


if __name__ == "__main__":
    main(sys.argv[1:])
