"""What a user would write: two calls of the API with FastAPI and SQLite, equally durable.

    calls.py FILE COUNT PROFILES            a key, profiles, and callbacks that wait; prints key and id
    CALLS=FILE uvicorn calls:app            serves them

As with the gateway a key is kept as its digest and looked up for each request, an answer is an
envelope, and what is accepted is committed (WAL, synchronous=FULL) before it is answered. It does less: no
lanes, no encryption of settings, no masks, no limits for wrong keys, no access log, no metrics, and it sends nothing.
"""

import hashlib
import json
import os
import sqlite3
import sys
import time
import uuid
from typing import Any

SCHEMA = """
CREATE TABLE keys(hash BLOB PRIMARY KEY, company TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE profiles(
    id TEXT PRIMARY KEY, company TEXT NOT NULL, title TEXT NOT NULL, method TEXT NOT NULL,
    url TEXT NOT NULL, body TEXT NOT NULL, headers TEXT NOT NULL, status INTEGER NOT NULL,
    created_at TEXT NOT NULL);
CREATE TABLE callbacks(
    id INTEGER PRIMARY KEY, company TEXT NOT NULL, callback_id TEXT NOT NULL, profile TEXT NOT NULL,
    variables TEXT NOT NULL, state TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL,
    UNIQUE(company, callback_id));
CREATE INDEX callbacks_due ON callbacks(due) WHERE state = 'waiting';
"""
INSERT = ("INSERT INTO callbacks(company, callback_id, profile, variables, state, due, attempts) "
          "VALUES(?, ?, ?, ?, 'waiting', ?, 0) ON CONFLICT DO NOTHING")
COMPANY = "HXXXXXXX071IN"


def connect(file):
    database = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=30)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database


def digest(key):
    return hashlib.sha256(key.encode()).digest()


def fill(file, count, profiles):
    database = connect(file)
    database.executescript(SCHEMA)
    key, ids = "A" + os.urandom(20).hex(), [f"IN_{uuid.uuid4()}" for _ in range(profiles)]
    database.execute("BEGIN")
    database.execute("INSERT INTO keys VALUES(?, ?)", (digest(key), COMPANY))
    body = json.dumps({"text": "<text>", "status": "<status>"})
    database.executemany("INSERT INTO profiles VALUES(?, ?, ?, 'POST', ?, ?, '{}', 1, ?)", (
        (one, COMPANY, f"Profile {number}", f"https://example.com/{number}", body,
         "2026-11-20T17:00:00Z") for number, one in enumerate(ids)))
    database.executemany(INSERT, (
        (COMPANY, f"c-{number}", ids[number % profiles],
         json.dumps({"text": f"message {number}", "status": "DELIVRD"}), time.time())
        for number in range(count)))
    database.execute("COMMIT")
    database.close()
    print(key, ids[0])


if __name__ == "__main__":
    fill(sys.argv[1], *map(int, sys.argv[2:]))
    sys.exit()

import fastapi
import pydantic
from fastapi.responses import JSONResponse

app = fastapi.FastAPI()
database = connect(os.environ["CALLS"])


class Trigger(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    callback_profile: str
    channel: str = "default"
    event: str | None = None
    variables: dict[str, Any] = {}
    callback_id: str | None = pydantic.Field(None, min_length=1, max_length=190)


def envelope(message, data, status=200):
    code, error = ("RBC024", {}) if status < 300 else ("RBC302", [{"body": message}])
    return JSONResponse(
        {"code": code, "message": message, "data": data, "error": error, "status": status}, status)


def is_allowed(sid, key):
    row = database.execute("SELECT company FROM keys WHERE hash = ?", (digest(key),)).fetchone()
    return row is not None and row[0] == sid


# These never await, so they are faster than with threads.
@app.get("/v1/{sid}/callback/profiles/{one}")
async def show(sid: str, one: str, api_key: str = fastapi.Header()):
    if not is_allowed(sid, api_key):
        return envelope("headers must have a valid 'api-key'", {}, 401)
    row = database.execute(
        "SELECT title, method, url, body, headers, status, created_at FROM profiles "
        "WHERE id = ? AND company = ?", (one, sid)).fetchone()
    if row is None:
        return envelope("No profile exists with this id", {}, 404)
    title, method, url, body, headers, status, created = row
    return envelope("Profile fetched successfully", {
        "title": title, "http_method": method, "url": url, "body": json.loads(body), "enc": {},
        "headers": headers, "replacers": {"text": "value", "status": "DELIVRD"},
        "response_message": "", "events": "[]", "profile_id": one, "status": status,
        "channel": "default", "body_type": "json", "created_at": created, "modified_at": None,
        "version": 1})


@app.post("/v1/{sid}/callback/events")
async def trigger(sid: str, asked: Trigger, api_key: str = fastapi.Header()):
    if not is_allowed(sid, api_key):
        return envelope("headers must have a valid 'api-key'", {}, 401)
    profile = asked.callback_profile
    row = database.execute("SELECT status FROM profiles WHERE id = ? AND company = ?",
                           (profile, sid)).fetchone()
    if row is None or row[0] != 1:
        return envelope("body/callback_profile must be the id of an active profile", {}, 400)
    callback_id = asked.callback_id or str(uuid.uuid4())
    # A separate transaction, on disk when this returns.
    database.execute(
        INSERT, (sid, callback_id, profile, json.dumps(asked.variables), time.time()))
    return envelope("Callbacks accepted successfully", {"callbacks": [{
        "callback_id": callback_id, "callback_profile": profile, "channel": asked.channel,
        "event": asked.event}]}, 202)
