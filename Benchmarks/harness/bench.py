"""Shared by the rows: sizes, programs, inputs, cached logs, and the lines of the table."""

import functools

from harness.inputs import Inputs
from harness.log import Log
from harness.process import Measure, call, say
from harness.workshop import Workshop


class Bench:
    def __init__(self, work, size, runs):
        self.work, self.size, self.runs = work, size, runs
        self.small, self.large = max(size // 100, 1000), size * 10
        # Repeat short runs more often, because it costs little.
        self.short_runs = runs * 5
        self.shop = Workshop(work)
        self.lines = []
        self.versions = {}
        self.kept = {}

    def prepare(self):
        self.shop.prepare()
        self.measure = Measure(self.shop.bin / "measure", self.work)
        self.inputs = Inputs(self.shop.bin / "generate", self.work)
        self.versions["callback-reports"] = self.shop.version()
        self.versions["Swift"] = self.shop.first_line("swift", "--version")
        self.versions["C compiler"] = self.shop.first_line("cc", "--version")

    # Peers

    @functools.cached_property
    def sqlite(self):
        program = self.shop.peer("sqlite3")
        self.versions["sqlite3"] = self.shop.first_line(program, "--version").split()[0]
        return program

    @functools.cached_property
    def sqlite_utils(self):
        program = self.shop.python_peer("sqlite-utils", "bin/sqlite-utils")
        self.versions["sqlite-utils"] = self.shop.first_line(program, "--version").split()[-1]
        return program

    @functools.cached_property
    def duckdb(self):
        """The program itself. The script of the same name would start Python first."""
        program = self.shop.python_peer(
            "duckdb-cli", "lib/python3*/site-packages/duckdb_cli/duckdb")
        self.versions["duckdb"] = self.shop.first_line(program, "--version").split()[0]
        return program

    @functools.cached_property
    def aiohttp(self):
        """A Python that has the package."""
        self.shop.python_peer("aiohttp", "lib/python3*/site-packages/aiohttp")
        python = self.work / "venv/bin/python"
        self.versions["aiohttp"] = "{}, Python {}".format(*call(
            python, "-c", "import aiohttp, platform\n"
            "print(aiohttp.__version__, platform.python_version())").split())
        return python

    @functools.cached_property
    def nginx(self):
        program = self.shop.peer("nginx", "nginx-light")
        self.versions["nginx"] = self.shop.first_line(
            "dpkg-query", "--show", "--showformat", "${Version}", "nginx-light")
        return program

    @functools.cached_property
    def gateway(self):
        return self.shop.build("callback-gateway")

    # Logs

    def log(self, count, companies=1, daily=False):
        """A log of `count` records with ordered IDs, created once and kept, and its input."""
        records = self.inputs.get(count, companies=companies)
        log = Log(self, f"kept-{count}-{companies}", companies, daily)
        if log.directory not in self.kept:
            say(f"filling a log with {count:,} records")
            log.create().take(records)
            log.check(records.counts)
            self.kept[log.directory] = log
        return log, records

    def add(self, line):
        self.lines.append(line)
        say(line)
