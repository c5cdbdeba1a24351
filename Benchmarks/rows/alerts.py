"""The evaluation of alerts in `serve`: its processor time, with 1,000 endpoints and no change.

A log gets recent callbacks of 1,000 endpoints, of which 1 % failed. Then `serve` evaluates every 15 seconds, and the
processor time of the thread `alerts` is read 50 times a second. What exceeds its usual polling is the evaluation.
"""

import datetime
import json
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

from harness.contest import Line
from harness.log import sid
from harness.process import Failed, say
from harness.receiver import free_port
from rows.send import gateway

ENDPOINTS, EACH = 1_000, 20
# Milliseconds of one evaluation, and its growth with a log ten times as large.
LIMIT, GROWTH = 1.0, 1.3
INTERVAL = 15


def no_change(bench):
    costs = {count: evaluations(bench, count) for count in [bench.size, bench.large]}
    small, large = (statistics.median(costs[count]) for count in [bench.size, bench.large])
    for count, cost in [(bench.size, small), (bench.large, large)]:
        bench.add(Line(
            "alerts", f"an evaluation of alerts, {ENDPOINTS:,} endpoints without change, log of {count:,}",
            f"{cost:.2f} ms", reach=f"≤ {LIMIT:g} ms", holds=cost <= LIMIT,
            samples={"ours": costs[count]}))
    bench.add(Line(
        "alerts", f"an evaluation of alerts, log of {bench.large:,}", f"{large:.2f} ms",
        f"the same, log of {bench.size:,}", f"{small:.2f} ms", f"{large / small:.2f} ×", f"≤ {GROWTH:g} ×",
        large / small <= GROWTH))


def evaluations(bench, count):
    """Returns the milliseconds of each evaluation."""
    kept, _ = bench.log(count)
    log = kept.copy("alerts")
    settings = json.loads(log.configuration.read_text())
    settings["companies"][0]["alerts"] = {"emailAddresses": "oncall@example.com"}
    log.configuration.write_text(json.dumps(settings))
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as file:
        file.writelines(recent())
        file.flush()
        log.measure("import", file.name)
    port = free_port()
    process = subprocess.Popen(
        gateway(bench, log, "serve", "--listen", f"127.0.0.1:{port}"), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        costs = watch(process, bench.runs)
    finally:
        process.terminate()
        errors = process.communicate()[1]
    if "endpoint." in errors:
        raise Failed(f"an alert was raised: {errors}")
    log.remove()
    say(f"  alerts: log of {count:,}: " + ", ".join(f"{cost:.2f}" for cost in costs) + " ms")
    return costs


def recent():
    """Callbacks of the last 40 minutes. Every hundredth failed."""
    dice = random.Random(1)
    now = datetime.datetime.now(datetime.timezone.utc)
    for number in range(ENDPOINTS * EACH):
        at = now - datetime.timedelta(seconds=dice.uniform(1, 2_400))
        yield json.dumps({
            "callback_id": f"recent-{number}", "company": sid(0), "finished_at": at.isoformat(),
            "outcome": "failed" if dice.random() < 0.01 else "delivered",
            "profile_id": f"IN_recent-{number % ENDPOINTS}", "url": "https://hooks.example.com/"}) + "\n"


def watch(process, runs):
    """Returns the cost of evaluations in milliseconds, without the first one, which opens the database."""
    thread = alerts_thread(process)
    costs = []
    time.sleep(INTERVAL / 2)
    for _ in range(runs):
        samples = [spent(thread)]
        end = time.monotonic() + INTERVAL
        while time.monotonic() < end:
            time.sleep(0.02)
            samples.append(spent(thread))
        steps = [after - before for before, after in zip(samples, samples[1:])]
        usual = statistics.median(step for step in steps if step > 0)
        costs.append((sum(steps) - usual * sum(step > 0 for step in steps)) / 1e6)
    return costs


def alerts_thread(process):
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
            if (task / "comm").read_text().strip() == "alerts":
                return task
        time.sleep(0.05)
    raise Failed("callback-gateway has no thread 'alerts'")


def spent(thread):
    """The nanoseconds of the processor that a thread has used."""
    return int((thread / "schedstat").read_text().split()[0])
