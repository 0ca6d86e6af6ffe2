"""``make picture``: the picture of the explorer in the README, from the demo's own texts, in Debian's Chromium."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

VIEW = "link=NOR&link=BLR"
SIZE = {"width": 1360, "height": 820}
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def main(target: Path) -> None:
    """Writes the picture to ``target``."""
    script = Path(sys.executable).with_name("whowhom")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        subprocess.run([script, "demo", "--store", store], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(
            [script, "serve", "--store", store, "--port", "0"], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            (address,) = re.findall(r"http://\S+", server.stdout.readline())
            _shoot(address, target)
        finally:
            server.terminate()
            server.wait()


def _shoot(address: str, target: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport=SIZE, reduced_motion="reduce")
        page.goto(f"{address}/#{VIEW}")
        page.locator(".card").first.wait_for()
        page.wait_for_load_state("networkidle")
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
