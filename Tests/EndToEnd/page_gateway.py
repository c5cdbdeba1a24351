"""A running gateway and a receiver for its callbacks, both on the loopback interface."""

import http.server
import json
import pathlib
import re
import subprocess
import threading
import urllib.request


class Gateway:
    """callback-gateway with its own database and one company."""

    company = "HXXXXXXX071IN"

    def __init__(self, program, work):
        self.program, self.work = program, pathlib.Path(work)
        settings = {
            "gateway": {"allowNetworks": ["127.0.0.0/8"]},
            "companies": [{
                "sid": self.company, "name": "Monsoon Travel", "timeZone": "Asia/Kolkata",
                "callbackReport": {"daily": {"emailAddresses": "ops@example.com"}},
            }],
        }
        (self.work / "callback-reports.json").write_text(json.dumps(settings))

    def __enter__(self):
        self.key = self.make_key()
        self.errors = open(self.work / "errors", "w+")
        self.process = subprocess.Popen(
            [self.program, "serve", "--listen", "127.0.0.1:0"], cwd=self.work,
            stdout=subprocess.DEVNULL, stderr=self.errors)
        self.address = f"http://127.0.0.1:{self.port()}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.errors.close()

    def make_key(self):
        run = subprocess.run(
            [self.program, "key", "create", "--company", self.company], cwd=self.work,
            check=True, capture_output=True, text=True)
        return run.stdout.strip()

    def port(self):
        while self.process.poll() is None:
            found = re.search(r"serving on port (\d+)\n", (self.work / "errors").read_text())
            if found:
                return found[1]
        raise SystemExit((self.work / "errors").read_text())

    def trigger(self, profile, callback):
        """Triggers a callback, like a program of the company."""
        body = {
            "channel": "whatsapp", "event": "incoming-message",
            "callback_profile": profile, "callback_id": callback,
            "variables": {"from": "919876543210", "body": "Hello"},
        }
        request = urllib.request.Request(
            f"{self.address}/v1/{self.company}/callback/events?wait=true", json.dumps(body).encode(),
            {"api-key": self.key, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


class Receiver(http.server.ThreadingHTTPServer):
    """Responds with 200 to every callback, or with 410 while it is gone."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.is_gone = False
        self.requests = []
        self.address = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()


class Handler(http.server.BaseHTTPRequestHandler):
    def take(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.requests.append((self.command, self.path, dict(self.headers), body))
        answer = b"gone \"><script>document.title = 'run'</script>" if self.server.is_gone else b"ok"
        self.send_response(410 if self.server.is_gone else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = take

    def log_message(self, *_):
        pass
