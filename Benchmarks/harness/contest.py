"""Alternating runs and the results of their medians."""

import dataclasses
import os
import statistics

from harness.process import say


@dataclasses.dataclass
class Line:
    """A line of the table. `holds` is None if there is no target."""

    row: str
    what: str
    ours: str
    against: str = "–"
    theirs: str = "–"
    result: str = "–"
    reach: str = "–"
    holds: bool | None = None
    samples: dict = dataclasses.field(default_factory=dict)

    def __str__(self):
        words = f"{self.row}: {self.what}: {self.ours}"
        if self.theirs != "–":
            words += f", {self.against} {self.theirs}: {self.result}"
        return words if self.reach == "–" else f"{words} ({self.reach})"


def alternate(title, runs, contestants):
    """Runs each contestant alternately, `runs` times. Returns the results by name.

    A contestant is called with whether the run is its last, and measures itself. Before each,
    what earlier ones left to be written is written.
    """
    results = {name: [] for name in contestants}
    for number in range(1, runs + 1):
        for name, contestant in contestants.items():
            os.sync()
            measured = contestant(number == runs)
            results[name].append(measured)
            say(f"  {title}: {name}, run {number} of {runs}: {duration(measured.wall)}, "
                f"{measured.memory:.0f} MB")
    return results


def median(samples, value="wall"):
    return statistics.median(getattr(sample, value) for sample in samples)


def duration(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms"


def at_most(row, what, ours, against, theirs, reach, each=1):
    """Our time divided by the other's. `each` is the factor of our number of records."""
    ratio = median(ours) / each / median(theirs)
    return Line(row, what, duration(median(ours)), against, duration(median(theirs)),
                f"{ratio:.2f} ×", f"≤ {reach:g} ×", ratio <= reach,
                raw(ours=ours, theirs=theirs))


def faster(row, what, ours, against, theirs, reach):
    """How many times faster our program is."""
    ratio = median(theirs) / median(ours)
    return Line(row, what, duration(median(ours)), against, duration(median(theirs)),
                f"{ratio:.3g} times faster", f"≥ {reach:g} times", ratio >= reach,
                raw(ours=ours, theirs=theirs))


def beside(row, what, ours, against, theirs):
    """Our time and the other's, without a target."""
    ratio = median(ours) / median(theirs)
    return Line(row, what, duration(median(ours)), against, duration(median(theirs)),
                f"{ratio:.2f} ×", samples=raw(ours=ours, theirs=theirs))


def limit(row, what, value, unit, reach, samples=()):
    """The worst of all runs, compared with a limit."""
    return Line(row, what, f"{value:.1f} {unit}", reach=f"≤ {reach:g} {unit}",
                holds=value <= reach, samples=raw(ours=samples))


def alone(row, what, ours):
    """A time without comparison."""
    return Line(row, what, duration(median(ours)), samples=raw(ours=ours))


def peak(samples):
    return max(sample.memory for sample in samples)


def raw(**samples):
    """The single runs, for --json."""
    return {name: [{value: number for value, number in vars(one).items() if value != "output"}
                   for one in runs] for name, runs in samples.items()}
