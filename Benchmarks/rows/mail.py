"""1,000 reports that are due together, sent to a mail server on this machine."""

import contextlib
import json
import subprocess

from harness.contest import alternate, at_most
from harness.log import Log
from harness.process import Failed, call
from harness.workshop import HERE

COMPANIES = 1000
BEGIN, DUE = "2025-10-20T12:00:00Z", "2025-10-20T17:00:00Z"


def a_thousand_reports(bench):
    sender = bench.shop.compile(HERE / "peers/mails.c", "mails")
    bench.versions["libcurl"] = bench.shop.first_line("curl-config", "--version").split()[-1]
    records = bench.inputs.get(bench.size, companies=COMPANIES, profiles=2 * COMPANIES)
    log = Log(bench, "mail", COMPANIES, daily=True).create()
    log.take(records)
    # Reports are due after the first run.
    log.measure("run", "--now", BEGIN)
    sizes = []
    runs = alternate("mail", bench.runs, {
        "ours": lambda last: ours(bench, log, records, sizes, last),
        "libcurl": lambda _: libcurl(bench, sender, sizes[-1]),
    })
    log.remove()
    what = (f"`run` with {COMPANIES:,} reports due, mails of {sizes[-1] / 1000:.0f} kB, log of "
            f"{bench.size:,}")
    bench.add(at_most("mail", what, runs["ours"], "C, one libcurl handle", runs["libcurl"], 3))


def ours(bench, prepared, records, sizes, last):
    log = prepared.copy("mail-due")
    with sink(bench) as taken:
        log.configure({"url": f"smtp://127.0.0.1:{taken.port}", "tls": "none"})
        done = log.measure("run", "--now", DUE)
    taken.expect(COMPANIES)
    sizes.append(taken.bytes // COMPANIES)
    check_ledger(log)
    if last:
        log.check(records.counts)
    log.remove()
    return done


def check_ledger(log):
    states = [delivery["state"] for report in json.loads(call(*log.command(
        "history", "--format", "json"))) for delivery in report["deliveries"]]
    if states != ["accepted"] * COMPANIES:
        raise Failed(f"{states.count('accepted')} of {COMPANIES} reports were accepted")


def libcurl(bench, sender, size):
    with sink(bench) as taken:
        done = bench.measure(sender, taken.port, COMPANIES, size)
    taken.expect(COMPANIES)
    return done


class Sink:
    """A mail server that accepts everything. Its emails are available after it has stopped."""

    def __init__(self, process):
        self.process = process
        self.port = int(process.stdout.readline())

    def finish(self):
        output, _ = self.process.communicate()
        self.connections, self.mails, self.bytes = map(int, output.split())

    def expect(self, mails):
        if self.mails != mails:
            raise Failed(f"the sink took {self.mails} mails, not {mails}")


@contextlib.contextmanager
def sink(bench):
    process = subprocess.Popen([bench.shop.bin / "sink"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    server = Sink(process)
    try:
        yield server
    finally:
        server.finish()
