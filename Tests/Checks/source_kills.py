"""Writes and rotates logs while runs of the program read them and are killed.

Arguments: the program, an empty directory, a seed, seconds. Prints the results, one
per line. Exits with 1 and the reason if a line is missing, duplicated or reported twice.
"""
import collections
import gzip
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

program, directory, seed, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
rng = random.Random(seed)
os.chdir(directory)
FIRST = 1_767_225_600


class Log:
    """A log that is written line by line and rotated in one of two ways."""

    HEADER = "callback_id,company,finished_at,status\n"

    def __init__(self, name):
        self.name = name
        self.is_csv = name.endswith(".csv")
        self.good, self.bad = [], []
        self.rest = ""
        self.opened = None
        self.open()

    def open(self):
        # Like a program that reopens its log after a rotation by renaming.
        if self.opened is not None:
            os.close(self.opened)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self.opened = os.open(self.name, flags, 0o600)
        if self.is_csv and os.fstat(self.opened).st_size == 0:
            os.write(self.opened, self.HEADER.encode())

    def line(self):
        if rng.random() < 0.005:
            text = f"bad {self.name} {len(self.bad)}\n"
            self.bad.append(text)
            return text
        key = f"{self.name}-{len(self.good)}"
        self.good.append(key)
        finished = FIRST + len(self.good)
        if self.is_csv:
            return f"{key},H1,{finished},200\n"
        record = {"callback_id": key, "company": "H1", "finished_at": finished, "status": 200}
        return json.dumps(record) + "\n"

    def append(self):
        count = rng.choice([1, 5, 40, 200])
        text = self.rest + "".join(self.line() for _ in range(count))
        cut = rng.randrange(len(text)) if rng.random() < 0.5 else len(text)
        os.write(self.opened, text[:cut].encode())
        self.rest = text[cut:]

    def complete(self):
        os.write(self.opened, self.rest.encode())
        self.rest = ""

    def is_full(self):
        # Rotation must not delete unread lines, because they would be lost.
        return any(os.path.exists(f"{self.name}.60{ending}") for ending in ("", ".gz"))

    def shift(self):
        for number in range(60, 0, -1):
            for ending in ("", ".gz"):
                old = f"{self.name}.{number}{ending}"
                if os.path.exists(old):
                    os.rename(old, f"{self.name}.{number + 1}{ending}")

    def rename(self):
        self.complete()
        self.shift()
        os.rename(self.name, self.name + ".1")
        if rng.random() < 0.5:
            time.sleep(rng.random() * 0.02)
        self.open()

    def copy_truncate(self):
        # Nothing is written between copy and truncation, because it would be lost.
        self.complete()
        self.shift()
        shutil.copyfile(self.name, self.name + ".1")
        if rng.random() < 0.5:
            time.sleep(rng.random() * 0.02)
        os.truncate(self.name, 0)

    def compress(self):
        plain = [n for n in range(1, 60) if os.path.exists(f"{self.name}.{n}")]
        if not plain:
            return
        name = f"{self.name}.{rng.choice(plain)}"
        # Like gzip(1): the original is deleted when the compressed file is complete.
        with open(name, "rb") as source, open(name + ".gz", "wb") as target:
            packed = gzip.compress(source.read())
            for start in range(0, len(packed), 4096):
                target.write(packed[start:start + 4096])
                target.flush()
                time.sleep(rng.random() * 0.002)
        os.remove(name)

    def step(self):
        roll = rng.random()
        if roll < 0.02:
            self.compress()
        elif roll < 0.05 and not self.is_full():
            self.rename() if roll < 0.035 else self.copy_truncate()
        else:
            self.append()


class Run:
    """A run of the program that lives for up to a number of seconds."""

    told = open("told", "wb")

    def __init__(self, life):
        self.end = time.monotonic() + life
        self.process = subprocess.Popen(
            [program, "run", "--config", "config.json"], stdout=Run.told, stderr=Run.told,
            stdin=subprocess.DEVNULL)

    def is_over(self):
        if self.process.poll() is None and time.monotonic() >= self.end:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        return self.process.returncode is not None


def fail(*words):
    print("seed", seed, *words, file=sys.stderr)
    sys.exit(1)


with open("config.json", "w") as file:
    json.dump({
        "database": "log.db", "sources": [{"path": "app*.ndjson"}, {"path": "app.csv"}],
        "mail": {"url": "file:mail", "from": "a@example.com"}, "companies": [],
    }, file)

logs = [Log("app.ndjson"), Log("app2.ndjson"), Log("app.csv")]
statuses = collections.Counter()
runs, steps = [], 0
end = time.monotonic() + seconds
while time.monotonic() < end:
    rng.choice(logs).step()
    steps += 1
    for run in [run for run in runs if run.is_over()]:
        statuses[run.process.returncode] += 1
        runs.remove(run)
    while len(runs) < 1 + steps // 50 % 2:
        runs.append(Run(10 if rng.random() < 0.2 else rng.random() * 0.06))
    time.sleep(rng.random() * 0.01)
for run in runs:
    run.process.wait()
for log in logs:
    log.complete()
last = subprocess.run(
    [program, "run", "--config", "config.json"], capture_output=True, text=True, timeout=60)
if last.returncode not in (0, 65):
    fail("the last run ended with", last.returncode, last.stdout, last.stderr)

database = sqlite3.connect("file:log.db?mode=ro", uri=True)
stored = collections.Counter(row[0] for row in database.execute(
    "SELECT callback_id FROM attempts"))
written = collections.Counter(key for log in logs for key in log.good)
if stored != written:
    fail("missing:", list((written - stored).items())[:5], "of", [len(log.good) for log in logs],
         "too many:", list((stored - written).items())[:5], "last run:", last.stdout, last.stderr)
kept = collections.Counter(row[0].decode() for row in database.execute(
    "SELECT record FROM source_rejects"))
bad = collections.Counter(text for log in logs for text in log.bad)
if kept != bad:
    fail("bad lines not kept:", list((bad - kept).items())[:5],
         "kept twice:", list((kept - bad).items())[:5])
count, = database.execute("SELECT sum(delivered) FROM counts WHERE level = 1").fetchone()
if count != len(written):
    fail("counted", count, "of", len(written))
verify = subprocess.run(
    [program, "verify", "--config", "config.json"], capture_output=True, text=True)
if verify.returncode != 0:
    fail("verify:", verify.stdout, verify.stderr)
# 65 is for invalid lines. Any other status except a kill means that a source could not be read: a
# file that is renamed between listing its folder and opening it is found by its new name.
strange = {status for status in statuses if status not in (0, 65, -signal.SIGKILL)}
if strange:
    with open("told", encoding="utf-8", errors="replace") as file:
        odd = [line for line in file if not re.search(r": line \d+: |: \d+ records?: ", line)]
    fail("statuses", sorted(strange), "".join(odd[:10]))
print("lines", len(written))
print("bad", len(bad))
print("rotations", sum(".ndjson." in name or ".csv." in name for name in os.listdir(".")))
print("killed", statuses[-signal.SIGKILL])
print("ended", statuses[0] + statuses[65])
