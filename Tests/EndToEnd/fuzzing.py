"""Compares the API with its description, using schemathesis: accepted and rejected requests, and responses."""

import os
import pathlib
import re
import subprocess

from gateway import COMPANY, Expectations, Receiver

NUMBER, CALLBACK = "919876543210", "c-1"

# Every run makes the same requests. Only the IDs differ.
CONFIGURATION = """
seed = {seed}
continue-on-failure = true
auth.openapi.key.api_key = "${{API_KEY}}"

[generation]
max-examples = {examples}
database = "none"
# NUL is rejected everywhere in paths and queries, which no schema expresses.
allow-x00 = false

[cache]
enabled = false

[parameters]
"path.sid" = "{company}"

# Schemas do not express rules between members. The check 'known_refusal' recognizes their messages.
[[operations]]
include-operation-id = [
    "profile.create", "profile.update", "settings.test", "profile.test", "event.trigger",
    "delivery.replay",
]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 404]
"""


def check(home, work, tool):
    with Receiver() as receiver, home.serve("fuzzing") as server:
        profile = server.profile(receiver.origin, response_message="Thank you")
        server.call("PUT", f"/whatsapp/numbers/{NUMBER}", {"callback_profile": profile})
        server.call("POST", "/callback/events?wait=true",
                    {"callback_profile": profile, "callback_id": CALLBACK})
        run(home, work, tool, server, profile, receiver.origin)


def run(home, work, tool, server, profile, origin):
    configuration = work / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.format(
        seed=6, examples=60, company=COMPANY))
    here = pathlib.Path(__file__).resolve().parent
    done = subprocess.run(
        [tool, "--config-file", configuration, "run", f"http://127.0.0.1:{server.port}/openapi.json",
         "--url", f"http://127.0.0.1:{server.port}", "--checks", "all"],
        cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=300, env=os.environ | {
            "API_KEY": home.keys[COMPANY], "SCHEMATHESIS_HOOKS": "fuzzing_hooks",
            "PYTHONPATH": str(here), "KEPT_PROFILE": profile, "RECEIVER": origin,
            "BOUND_NUMBER": NUMBER, "KEPT_CALLBACK": CALLBACK})
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}\napi: schemathesis has found a fault")
    passed = int(re.search(r"(\d+) generated, (\d+) passed", done.stdout)[2])
    Expectations.passed += passed
    print(f"schemathesis: {passed} requests")
