"""Score the extractor on the gold of ``../shared/gold``: ``python -m bench.gold [--errors N] [NAME …]``.

The gold is not part of the project; without the folder this says so and stops. Predictions go to ``bench/out``.
"""

from __future__ import annotations

import argparse
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


def predict(extractor: Extractor, name: str) -> Path:
    """Extract the sentences of a gold set; the file of the records, a line a sentence."""
    OUT.mkdir(exist_ok=True)
    target = OUT / f"{name}.jsonl"
    with (GOLD / f"{name}.jsonl").open("rb") as stream, target.open("w", encoding="utf-8") as out:
        for coded in extractor.extract(read_documents(stream, name=name, input_format="jsonl")):
            record = to_record(coded) if isinstance(coded, CodedDocument) else {"id": coded.id, "events": []}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=SETS[:1], help=f"of {', '.join(SETS)}")
    parser.add_argument("--errors", type=int, default=0)
    arguments = parser.parse_args()
    if not GOLD.is_dir():
        sys.exit("bench.gold needs ../shared/gold, which is not part of the project")
    extractor = Extractor()
    for name in arguments.sets:
        predictions = str(predict(extractor, name))
        gold = str(GOLD / f"{name}.jsonl")
        score = [sys.executable, str(GOLD / "score.py"), gold, predictions, "--by-type"]
        subprocess.run([*score, "--errors", str(arguments.errors)], check=True)
        if name == "utd_dev":
            subprocess.run([sys.executable, str(GOLD / "false_alarms.py"), gold, predictions], check=True)


if __name__ == "__main__":
    main()
