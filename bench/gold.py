"""Score the extractor on the gold of ``../shared/gold``: ``python -m bench.gold [--errors N] [--half a|b] [NAME …]``.

The halves are drawn by the hash of a sentence's id: rules are written looking at one, and the other tells what they are
worth.

The gold is not part of the project; without the folder this says so and stops. Predictions go to ``bench/out``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

from extract.model import CodedDocument
from extract.pipeline import Extractor
from extract.read import read_documents
from extract.record import to_record

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT.parent / "shared" / "gold"
OUT = ROOT / "bench" / "out"
SETS = ("plover_gsr_dev", "plv_train", "utd_dev")


def half_of(id_: str) -> str:
    """``a`` or ``b``, the half to which a sentence belongs.

    >>> half_of("x"), half_of("a")
    ('b', 'a')
    """
    return "ab"[hashlib.sha256(id_.encode()).digest()[0] % 2]


def half(name: str, which: str) -> Path:
    """The file of one half of a gold set."""
    OUT.mkdir(exist_ok=True)
    target = OUT / f"{name}.{which}.gold.jsonl"
    lines = (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    target.write_text("".join(x for x in lines if half_of(json.loads(x)["id"]) == which), encoding="utf-8")
    return target


def predict(extractor: Extractor, gold: Path, name: str) -> Path:
    """Extract the sentences of a gold file; the file of the records, a line a sentence."""
    OUT.mkdir(exist_ok=True)
    target = OUT / f"{name}.jsonl"
    with gold.open("rb") as stream, target.open("w", encoding="utf-8") as out:
        for coded in extractor.extract(read_documents(stream, name=name, input_format="jsonl")):
            record = to_record(coded) if isinstance(coded, CodedDocument) else {"id": coded.id, "events": []}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=SETS[:1], help=f"of {', '.join(SETS)}")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--half", choices=("a", "b"))
    arguments = parser.parse_args()
    if not GOLD.is_dir():
        sys.exit("bench.gold needs ../shared/gold, which is not part of the project")
    extractor = Extractor()
    for name in arguments.sets:
        file = half(name, arguments.half) if arguments.half else GOLD / f"{name}.jsonl"
        predictions, gold = str(predict(extractor, file, name)), str(file)
        score = [sys.executable, str(GOLD / "score.py"), gold, predictions, "--by-type"]
        subprocess.run([*score, "--errors", str(arguments.errors)], check=True)
        if name == "utd_dev":
            subprocess.run([sys.executable, str(GOLD / "false_alarms.py"), gold, predictions], check=True)


if __name__ == "__main__":
    main()
