"""The records that the benchmarks read. They are the same in every run."""

import dataclasses
import json
import pathlib

from harness.process import call, say


@dataclasses.dataclass
class Input:
    """The same records as NDJSON and optionally as CSV without a header, and their counts."""

    count: int
    ndjson: pathlib.Path
    csv: pathlib.Path
    counts: dict


def warm(*paths):
    """Reads files once, so that no program has to wait for the disk."""
    for path in paths:
        with path.open("rb", buffering=0) as file:
            while file.read(1 << 24):
                pass


class Inputs:
    def __init__(self, generator, work):
        self.generator = generator
        self.directory = work / "inputs"
        self.directory.mkdir(exist_ok=True)

    def get(self, count, ids="ordered", skip=0, month=None, companies=1, profiles=200, csv=False):
        """Creates the files unless they exist. `skip` records are counted but not written."""
        name = f"{count}-{ids}-{skip}-{month or count}-{companies}-{profiles}"
        made = Input(count, *(self.directory / f"{name}.{end}" for end in ["ndjson", "csv"]), {})
        counts = self.directory / f"{name}.json"
        if not counts.exists() or csv and not made.csv.exists():
            say(f"generating {count:,} records, {ids} ids")
            # An interrupted file must not count as complete.
            for path in [counts, made.csv]:
                path.unlink(missing_ok=True)
            half = self.directory / "half.json"
            call(self.generator, "--count", count, "--ids", ids, "--skip", skip,
                 "--month", month or count, "--companies", companies, "--profiles", profiles,
                 "--ndjson", made.ndjson, "--counts", half, *(["--csv", made.csv] if csv else []))
            half.rename(counts)
        made.counts = json.loads(counts.read_text())
        return made
