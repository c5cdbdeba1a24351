"""Generates a delivery log and counts it independently of the product's code."""

import datetime
import json
import random

UTC = datetime.timezone.utc


def write(path, company, first, last, callbacks, seed=20):
    """Writes attempts, retries and records of another company, not ordered by time."""
    dice = random.Random(seed)
    span = (last - first).total_seconds()
    lines = []
    for number in range(callbacks):
        owner = company if dice.random() < 0.9 else "HYYYYYYY072IN"
        finished = first + datetime.timedelta(seconds=dice.randrange(int(span)))
        lines += attempts(dice, owner, f"cb-{number}", finished)
    dice.shuffle(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines + lines[:50]))


def attempts(dice, company, callback, finished):
    number = 1
    while True:
        outcome = dice.choices(["delivered", "failed", "retrying"], [80, 12, 8])[0]
        record = {
            "callback_id": callback,
            "company": company,
            "finished_at": finished.isoformat().replace("+00:00", "Z"),
            "attempt": number,
            "outcome": outcome,
            "profile_id": f"IN_{dice.randrange(3)}",
            "channel": dice.choice(["sms", "voice"]),
            "duration_ms": dice.randrange(5, 3000),
        }
        if outcome != "delivered":
            record["error"] = dice.choice(["timeout", "http_5xx", "dns"])
        yield record
        if outcome != "retrying" or dice.random() < 0.3:
            return
        number += 1
        finished += datetime.timedelta(minutes=dice.randrange(1, 90))


def count(path, company, start, end):
    """Counts each callback once, by its latest attempt, if that finished in [start, end)."""
    latest = {}
    for line in path.read_text().splitlines():
        record = json.loads(line)
        if record["company"] != company:
            continue
        finished = datetime.datetime.fromisoformat(record["finished_at"].replace("Z", "+00:00"))
        key = (record["attempt"], finished)
        known = latest.get(record["callback_id"])
        if known is None or key > known[0]:
            latest[record["callback_id"]] = (key, record["outcome"])
    totals = {"callbacks": 0, "delivered": 0, "failed": 0, "retrying": 0}
    for (_, finished), outcome in latest.values():
        if start <= finished < end:
            totals[outcome] += 1
            totals["callbacks"] += 1
    return totals
