"""What a user would write: callbacks from SQLite with aiohttp, with a durable log of attempts.

    posts.py fill FILE PORT COUNT PROFILES    profiles, and callbacks that are due
    posts.py send FILE                        sends what is due, and ends

64 at once over connections that are kept. An attempt's row and the callback's state are committed
together (WAL, synchronous=FULL) before the callback counts as done; what has finished while the disk
was busy is committed as one group, in a thread, so that answers come in meanwhile.
"""

import asyncio
import json
import sqlite3
import sys
import time

import aiohttp

AT_ONCE = 64
RETRIES = [5, 30, 300, 1800, 7200, 18000, 36000]
SCHEMA = """
CREATE TABLE profiles(id INTEGER PRIMARY KEY, url TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE callbacks(
    id INTEGER PRIMARY KEY, callback_id TEXT NOT NULL UNIQUE, profile INTEGER NOT NULL,
    variables TEXT NOT NULL, state TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL);
CREATE INDEX callbacks_due ON callbacks(due) WHERE state = 'waiting';
CREATE TABLE attempts(
    callback INTEGER NOT NULL, attempt INTEGER NOT NULL, finished_at REAL NOT NULL,
    outcome TEXT NOT NULL, status INTEGER, error TEXT, duration_ms INTEGER NOT NULL,
    PRIMARY KEY(callback, attempt)) WITHOUT ROWID;
"""
DUE = """
SELECT id, callback_id, profile, variables, attempts, due FROM callbacks
WHERE state = 'waiting' AND (due, id) > (?, ?) AND due <= ? ORDER BY due, id LIMIT 1000
"""


def connect(file):
    database = sqlite3.connect(file, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database


def fill(file, port, count, profiles):
    database = connect(file)
    database.executescript(SCHEMA)
    body = json.dumps({"text": "<text>", "status": "<status>"})
    with database:
        database.executemany(
            "INSERT INTO profiles VALUES(?, ?, ?)",
            ((number, f"http://127.0.0.1:{port}/p/{number}", body) for number in range(profiles)))
        database.executemany(
            "INSERT INTO callbacks(callback_id, profile, variables, state, due, attempts) "
            "VALUES(?, ?, ?, 'waiting', ?, 0)",
            ((f"c-{number}", number % profiles,
              json.dumps({"text": f"message {number}", "status": "DELIVRD"}), time.time())
             for number in range(count)))
    database.close()


def render(template, variables):
    for name, value in variables.items():
        template = template.replace(f"<{name}>", json.dumps(value)[1:-1])
    return template


class Sender:
    def __init__(self, file):
        self.reader, self.log = connect(file), connect(file)
        self.profiles = {number: (url, body) for number, url, body in
                         self.reader.execute("SELECT id, url, body FROM profiles")}
        self.due = asyncio.Queue(maxsize=1000)
        self.finished = asyncio.Queue()
        self.counts = {}

    async def run(self):
        # The default limit of 100 connections is enough: there are never more than AT_ONCE.
        timeout = aiohttp.ClientTimeout(total=15, connect=5)
        async with aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=AT_ONCE), timeout=timeout) as self.session:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self.write())
                async with asyncio.TaskGroup() as senders:
                    senders.create_task(self.feed())
                    for _ in range(AT_ONCE):
                        senders.create_task(self.work())
                await self.finished.put(None)
                await writer
        self.reader.close()
        self.log.close()

    async def feed(self):
        now, place = time.time(), (0, 0)
        while page := self.reader.execute(DUE, (*place, now)).fetchall():
            for callback in page:
                await self.due.put(callback)
            place = (page[-1][5], page[-1][0])
        for _ in range(AT_ONCE):
            await self.due.put(None)

    async def work(self):
        while callback := await self.due.get():
            await self.finished.put(await self.send(*callback))

    async def send(self, number, callback_id, profile, variables, attempts, _):
        url, template = self.profiles[profile]
        body = render(template, json.loads(variables))
        headers = {"Content-Type": "application/json", "Callback-Id": callback_id}
        status, error, start = None, None, time.monotonic()
        try:
            async with self.session.post(
                    url, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as problem:
            error = type(problem).__name__
        took = int((time.monotonic() - start) * 1000)
        return self.row(number, attempts, status, error, took)

    def row(self, number, attempts, status, error, took):
        now, due = time.time(), None
        if status and 200 <= status < 300:
            outcome = "delivered"
        elif attempts < len(RETRIES):
            outcome, due = "retrying", now + RETRIES[attempts]
        else:
            outcome = "failed"
        return number, attempts + 1, now, outcome, status, error, took, due

    async def write(self):
        going = True
        while going:
            group = [await self.finished.get()]
            while not self.finished.empty():
                group.append(self.finished.get_nowait())
            going = group[-1] is not None
            rows = [row for row in group if row is not None]
            await asyncio.to_thread(self.commit, rows)
            for row in rows:
                self.counts[row[3]] = self.counts.get(row[3], 0) + 1

    def commit(self, rows):
        with self.log:
            self.log.executemany("INSERT INTO attempts VALUES(?, ?, ?, ?, ?, ?, ?)",
                                 (row[:7] for row in rows))
            self.log.executemany(
                "UPDATE callbacks SET state = ?, attempts = ?, due = coalesce(?, due) WHERE id = ?",
                (("waiting" if row[7] else row[3], row[1], row[7], row[0]) for row in rows))


async def send(file):
    sender = Sender(file)
    await sender.run()
    print(", ".join(f"{count} {outcome}" for outcome, count in sender.counts.items()))


if sys.argv[1] == "fill":
    fill(sys.argv[2], *map(int, sys.argv[3:]))
else:
    asyncio.run(send(sys.argv[2]))
