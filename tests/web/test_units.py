"""The calculations of the pages, tested by vitest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "web"


def test_the_calculations_of_the_pages() -> None:
    environment = os.environ | {"PYTHON": sys.executable}
    done = subprocess.run(
        [WEB / "npm.sh", "test"], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
