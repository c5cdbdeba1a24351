"""Simulates a power failure during a run and checks what is on the disk.

Usage: power_loss.py PROGRAM

Runs and resends reports while tracing every write, flush and email. After a power failure, the disk
contains what was flushed by then, and possibly some later writes. The database is
reconstructed in both ways at the end of every email, and must have the email's mark. When the program
exits, the disk must have every response. Prints the number of checked emails and the number of flushes
per run.
"""

import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from mail_sink import MailSink

ADDRESSES = [f"ops{number}@example.com" for number in range(20)]
START, DUE = "2026-03-01T12:00", "2026-03-01T17:01"
CALL = re.compile(r'^\d+ +(\w+)\((.*)\) += (-?\d+)', re.S)
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def prepare(home, port):
    company = {
        "sid": "HA", "timeZone": "Europe/Berlin",
        "callbackReport": {"daily": {"emailAddresses": ", ".join(ADDRESSES)}},
    }
    (home / "callback-reports.json").write_text(json.dumps({
        "database": "callbacks.db", "companies": [company],
        "mail": {"url": f"smtp://127.0.0.1:{port}", "tls": "none", "from": "reports@example.com"},
    }))


def run(home, *command):
    end = subprocess.run(
        command, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert end.returncode == 0, end.stderr


class Disk:
    """The files of the database: the flushed state and later writes."""

    def __init__(self, home):
        self.path = home / "callbacks.db"
        # Reading the file later in this process would release its locks.
        self.files = {"": bytearray(self.path.read_bytes()), "-wal": bytearray()}
        self.unflushed = []
        self.open = {}
        self.flushes = 0

    def opened(self, path, number):
        self.open[number] = path.removeprefix(str(self.path))

    def write(self, number, data, offset):
        if self.open.get(number) in self.files:
            self.unflushed.append((self.open[number], data, offset))

    def flush(self, number):
        name = self.open.get(number)
        if name in self.files:
            self.flushes += 1
            apply(self.files, [write for write in self.unflushed if write[0] == name])
            self.unflushed = [write for write in self.unflushed if write[0] != name]

    def ask(self, sql, *values, written=0):
        """Queries the state on disk, with the first few unflushed writes."""
        files = {name: bytearray(data) for name, data in self.files.items()}
        apply(files, self.unflushed[:written])
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "callbacks.db"
            for name, data in files.items():
                pathlib.Path(f"{copy}{name}").write_bytes(data)
            database = sqlite3.connect(copy)
            rows = database.execute(sql, values).fetchall()
            database.close()
            return rows


def apply(files, writes):
    for name, data, offset in writes:
        file = files[name]
        file.extend(bytes(max(0, offset - len(file))))
        file[offset:offset + len(data)] = data


class Replay:
    def __init__(self, disk):
        self.disk = disk
        self.recipient = None
        self.mails = 0

    def call(self, name, arguments, result):
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in TEXT.findall(arguments)]
        first = arguments.split(",")[0]
        if name == "openat" and result >= 0:
            self.disk.opened(texts[0].decode(), result)
        elif name == "pwrite64":
            self.disk.write(int(first), texts[0], int(arguments.rsplit(",", 1)[1]))
        elif name == "fdatasync":
            self.disk.flush(int(first))
        elif name == "sendto":
            self.sent(texts[0])

    def sent(self, data):
        if data.startswith(b"RCPT TO:<"):
            self.recipient = data[9:].split(b">")[0].decode()
        # The end of an email may be in a separate write.
        if data.endswith(b"\r\n.\r\n") or data == b".\r\n":
            self.mails += 1
            for written in range(len(self.disk.unflushed) + 1):
                marked = self.disk.ask(
                    "SELECT handed_over IS NOT NULL FROM deliveries WHERE address = ?",
                    self.recipient, written=written)
                assert marked == [(1,)], f"{self.recipient}: no mark on the disk: {marked}"


def trace(home, disk, *command):
    """Runs the program and returns the number of sent emails."""
    lines = home / "trace"
    run(home, "strace", "-f", "-qq", "-xx", "-s", "10000000", "-o", lines,
        "-e", "trace=openat,pwrite64,fdatasync,sendto", *command)
    replay = Replay(disk)
    for line in lines.read_text().splitlines():
        if found := CALL.match(line):
            replay.call(found[1], found[2], int(found[3]))
    states = disk.ask("SELECT DISTINCT state FROM deliveries")
    assert states == [("accepted",)], f"not all answers are on the disk: {states}"
    return replay.mails


def main():
    program = sys.argv[1]
    sink = MailSink()
    home = pathlib.Path(tempfile.mkdtemp(prefix="callback-reports-power-"))
    try:
        prepare(home, sink.port)
        run(home, program, "run", "--now", START)
        disk = Disk(home)
        # If another process has the file open, the exit of a program does not flush it.
        other = sqlite3.connect(home / "callbacks.db")
        other.execute("SELECT * FROM series").fetchall()
        sent = trace(home, disk, program, "run", "--now", DUE)
        flushes = disk.flushes
        resent = trace(home, disk, program, "resend", "1")
        other.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps({"sent": sent, "resent": resent, "flushes": flushes}))


main()
