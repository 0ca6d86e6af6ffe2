"""``python -m bench conformance``: the W3C's SPARQL tests against ``whowhom serve --raw``, over HTTP.

The tests and their harness lie in ``../shared`` (``rdf-tests``, ``tools/sparql_conformance.py``), which is not part of
the project. Prints the harness's table; further arguments go to it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HARNESS = Path(__file__).resolve().parents[2] / "shared" / "tools" / "sparql_conformance.py"


def main(arguments: Sequence[str]) -> int:
    """Run the suite; the exit status is the harness's."""
    if not HARNESS.exists():
        sys.stderr.write(f"The tests are not here: {HARNESS} is missing.\n")
        return 1
    with tempfile.TemporaryDirectory() as place:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "api.cli", "serve", "--raw", "--allow-update"),
                *("--store", f"{place}/store", "--port", "0"),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout is not None
        try:
            found = re.search(r"http://\S+", server.stdout.readline())
            if not found:
                return 1
            ways = {"--query": "/sparql", "--update": "/update", "--gsp": "/graph-store"}
            addresses = [word for option, path in ways.items() for word in (option, found[0] + path)]
            command = [sys.executable, HARNESS, *addresses, "--verbose", *arguments]
            return subprocess.run(command, check=False).returncode
        finally:
            server.terminate()
            server.wait()
