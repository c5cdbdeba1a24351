"""Counts the callbacks of a messy log by the rules of the specification, without the program.

recount.py write SEED FILES DIRECTORY: makes up a log and writes it as log0.ndjson, log1.ndjson …
  and, one a line, windows.txt: start and end in RFC 3339.
recount.py compare DIRECTORY: counts every window of windows.txt from the logs, and compares with
  window0.json, window1.json … (`report --format json`); prints how many windows were compared
  and every difference.

The rules, once more: a callback counts once, in the period in which its latest attempt finished,
with the outcome of that attempt. The latest attempt has the highest number, then the latest end.
Where records of one attempt disagree, delivered wins over failed, failed over retrying; between
two that failed the reason that stands later in the list of reasons wins, as the program says.
"""
import collections
import datetime
import json
import pathlib
import random
import sys

COMPANY = "HXXXXXXX071IN"
START = datetime.datetime(2026, 10, 20, tzinfo=datetime.timezone.utc)
DAY = 86_400_000
DAYS = 40
REASONS = ["http_3xx", "http_4xx", "http_5xx", "timeout", "dns", "connect", "tls", "blocked",
           "disabled", "other"]
RANK = {"delivered": 2, "failed": 1, "retrying": 0}


def stamp(milliseconds):
    moment = START + datetime.timedelta(milliseconds=milliseconds)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    rest = milliseconds % 1000
    return text + (f".{rest:03}Z" if rest else "Z")


def moment(random):
    """A time that often falls on, or right beside, an end of a window or of a counted span."""
    kind = random.randrange(4)
    if kind == 0:
        return random.randrange(DAYS * DAY)
    step = random.choice([900_000, 900_000, 3_600_000, DAY])
    at = random.randrange(DAYS * DAY // step) * step
    return max(0, at + random.choice([0, 0, -1, 1, random.randrange(step)]))


def written(random, milliseconds):
    """The same instant in one of the forms that the specification allows."""
    unix = int(START.timestamp() * 1000) + milliseconds
    kind = random.randrange(4)
    if kind == 0 and milliseconds % 1000 == 0:
        return unix // 1000
    if kind == 1:
        return unix
    if kind == 2:
        offset = datetime.timezone(datetime.timedelta(minutes=random.choice([-210, 60, 330, 765])))
        local = (START + datetime.timedelta(milliseconds=milliseconds)).astimezone(offset)
        return local.isoformat(timespec="milliseconds")
    return stamp(milliseconds)


def result(random, last):
    """Fields that say how an attempt ended."""
    kind = random.randrange(6)
    if kind == 0:
        return {"status": random.choice([200, 204, 299])}
    if kind == 1:
        return {"status": random.choice([301, 404, 500, 503, 199])}
    if kind == 2:
        return {"error": random.choice(REASONS + ["free text of some server"])}
    if kind == 3:
        return {"outcome": "delivered"}
    if kind == 4 and last:
        return {"outcome": "failed", "status": random.choice([None, 302, 410, 502])}
    return {"outcome": "retrying", "error": random.choice([None, "timeout"])}


def attempts(random, number):
    """All records of one callback: retries over days, unnumbered ones, corrections, repeats."""
    common = {
        "callback_id": f"cb {number}",
        "company": COMPANY if random.random() < 0.9 else "ANOTHER",
        "profile_id": random.choice(["IN_a", "IN_b", "IN_c", None]),
        "channel": random.choice(["sms", "voice", "whatsapp", None]),
    }
    count = random.choice([1, 1, 1, 2, 2, 3, 5])
    numbered = random.random() < 0.6
    at = moment(random)
    for index in range(count):
        record = {**common, "finished_at": at}
        if numbered:
            record["attempt"] = index + 1 if random.random() < 0.9 else random.randint(1, 4)
        record |= result(random, index == count - 1)
        yield record
        if random.random() < 0.15:
            yield {**record, "outcome": None, "status": None, "error": None} | result(random, True)
        if random.random() < 0.2:
            yield dict(record)
        wait = random.choice([0, 1, 60_000, 900_000, 7_200_000, DAY, 3 * DAY])
        at = min(DAYS * DAY - 1, at + wait) if random.random() < 0.9 else moment(random)


def write(seed, files, directory):
    chance = random.Random(seed)
    records = [record for number in range(1500) for record in attempts(chance, number)]
    chance.shuffle(records)
    for index in range(files):
        with open(directory / f"log{index}.ndjson", "w", encoding="utf-8") as log:
            for record in records[index::files]:
                shown = {key: value for key, value in record.items() if value is not None}
                if chance.random() < 0.1:
                    shown |= {key: None for key in record if key not in shown}
                shown["finished_at"] = written(chance, record["finished_at"])
                log.write(json.dumps(shown) + "\n")
    with open(directory / "windows.txt", "w", encoding="utf-8") as windows:
        for _ in range(25):
            ends = sorted({moment(chance), moment(chance)})
            windows.write(f"{stamp(ends[0])} {stamp(ends[-1] + (len(ends) == 1))}\n")


def milliseconds(value):
    if isinstance(value, str):
        at = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        return round((at - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc))
                     / datetime.timedelta(milliseconds=1))
    return value if value > 100_000_000_000 else round(value * 1000)


def outcome(record):
    if record.get("outcome"):
        return record["outcome"]
    if record.get("status") is None:
        return "failed"
    return "delivered" if 200 <= record["status"] <= 299 else "failed"


def reason(record):
    """Why it did not succeed: the error, else the status, else nobody knows."""
    if record.get("error"):
        return record["error"] if record["error"] in REASONS else "other"
    status = record.get("status") or 0
    return f"http_{status // 100}xx" if 300 <= status <= 599 else "other"


def belief(record):
    """How much a record is believed beside another of the same attempt."""
    word = outcome(record)
    return RANK[word], REASONS.index(reason(record)) if word != "delivered" else 0


def latest(directory):
    """The record that counts, of each callback."""
    best = {}
    for path in directory.glob("log[0-9].ndjson"):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            key = (record["company"], record["callback_id"])
            rank = (record.get("attempt") or 1, milliseconds(record["finished_at"]),
                    belief(record))
            if key not in best or rank > best[key][0]:
                best[key] = (rank, record)
    return [record for (company, _), (_, record) in best.items() if company == COMPANY]


def tally(records, key):
    counts = collections.defaultdict(collections.Counter)
    for record in records:
        counts[record.get(key)][outcome(record)] += 1
    return {name: [count[word] for word in RANK] for name, count in counts.items()}


def listed(lines, key):
    return {line[key]: [line[word] for word in RANK] for line in lines}


def differences(callbacks, report, start, end):
    inside = [r for r in callbacks if start <= milliseconds(r["finished_at"]) < end]
    total = collections.Counter(map(outcome, inside))
    yield "totals", [total[word] for word in RANK], [report["totals"][word] for word in RANK]
    yield "callbacks", len(inside), report["totals"]["callbacks"]
    yield "profiles", tally(inside, "profile_id"), listed(report["profiles"], "profileID")
    yield "channels", tally(inside, "channel"), listed(report["channels"], "channel")
    failed = [r for r in inside if outcome(r) == "failed"]
    reasons = collections.Counter(map(reason, failed))
    yield "reasons", dict(reasons), {line["reason"]: line["count"] for line in report["reasons"]}
    bars = [sum(bar[word] for bar in report["timeline"]) for word in RANK]
    yield "timeline", [total[word] for word in RANK], bars
    for name, lines, key in [("profiles", report["profiles"], "profileID"),
                             ("channels", report["channels"], "channel")]:
        order = [(-line["failed"], -line["delivered"]) for line in lines]
        yield f"order of {name}", sorted(order), order


def compare(directory):
    callbacks = latest(directory)
    windows = (directory / "windows.txt").read_text().splitlines()
    for index, line in enumerate(windows):
        start, end = map(milliseconds, line.split())
        report = json.loads((directory / f"window{index}.json").read_text())
        for name, expected, found in differences(callbacks, report, start, end):
            if expected != found:
                print(f"{line}: {name}: expected {expected}, found {found}")
    print(f"{len(windows)} windows, {len(callbacks)} callbacks")


if sys.argv[1] == "write":
    write(int(sys.argv[2]), int(sys.argv[3]), pathlib.Path(sys.argv[4]))
else:
    compare(pathlib.Path(sys.argv[2]))
