"""Tests operation: metrics, two servers on one database, a reverse proxy, and the systemd units."""

import http.client
import json
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading

from prometheus_client.parser import text_string_to_metric_families

from certificates import Authority
from gateway import COMPANY, Receiver, expect, wait

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
# systemd rates an unrestricted service 9.6.
MOST_EXPOSURE = 2.0


def check(home, work):
    with Receiver() as receiver, home.serve("first") as server:
        metrics(server, receiver)
        two_on_one_file(home, server, receiver)
        proxy(server, work)
    drain(home)
    units(home)


def metrics(server, receiver):
    profile = server.profile(receiver.origin)
    done = server.call("POST", "/callback/events?wait=true", {"callback_profile": profile})
    expect("the callback", done["data"]["callbacks"][0]["state"], "delivered")
    # A request is counted after its response is sent, which may be after the client received it.
    wait(lambda: 'call="event.trigger"' in server.ask("GET", "/metrics").text, "the count")
    answer = server.ask("GET", "/metrics")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    prefix = "callback_gateway_"
    expect("families", {name.removeprefix(prefix): family.type for name, family in families.items()}, {
        "requests": "counter", "request_duration_seconds": "histogram", "attempts": "counter",
        "callbacks_waiting": "gauge", "callbacks_in_flight": "gauge", "oldest_due_seconds": "gauge"})
    samples = {(sample.name, *sorted(sample.labels.items())): sample.value
               for family in families.values() for sample in family.samples}
    expect("accepted", samples[prefix + "requests_total", ("call", "event.trigger"), ("status", "202")], 1)
    expect("attempts", samples[prefix + "attempts_total", ("outcome", "delivered")], 1)
    name, call = prefix + "request_duration_seconds", ("call", "event.trigger")
    expect("the last bucket", samples[name + "_bucket", call, ("le", "+Inf")], samples[name + "_count", call])


def two_on_one_file(home, first, receiver):
    """Each callback is sent once, regardless of which server accepts it."""
    profile = first.profile(receiver.origin)
    ids = [f"two-{number}" for number in range(400)]
    with home.serve("second") as second:
        def send(server, share):
            for callback in share:
                done = server.call("POST", "/callback/events", {
                    "callback_profile": profile, "callback_id": callback})
                expect(f"{callback}: {done}", done["status"], 202)

        threads = [threading.Thread(target=send, args=[server, ids[number::2]])
                   for number, server in enumerate([first, second])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    wait(lambda: json.loads(first.ask("GET", "/healthz").text)["data"]["waiting"] == 0,
         "all callbacks to be sent")
    sent = [callback for callback in receiver.callbacks if callback in set(ids)]
    expect("callbacks that were sent", sorted(sent), sorted(ids))


def drain(home):
    """After SIGTERM, the server accepts no connections and finishes running requests."""
    is_asked, may_answer = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener, home.serve("drained") as server:
        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                is_asked.set()
                may_answer.wait(20)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        answering = threading.Thread(target=answer)
        answering.start()
        profile = server.profile(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        answers = []
        asking = threading.Thread(target=lambda: answers.append(server.call(
            "POST", f"/callback/profiles/{profile}/test", {})))
        asking.start()
        expect("the endpoint is asked", is_asked.wait(20), True)
        server.tell_to_stop()
        wait(lambda: is_refused(server), "the end of accepting")
        may_answer.set()
        asking.join()
        answering.join()
        expect("the answer", answers[0]["data"]["outcome"], "delivered")
    expect("its line in the log", server.accesses[-1]["call"], "profile.test")


def is_refused(server):
    try:
        socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def proxy(server, work):
    """The example in docs/operations.md, with a test certificate."""
    text = (REPOSITORY / "docs/operations.md").read_text()
    [example] = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    authority = Authority(work, "proxy")
    certificate = authority.issue("callbacks.example.com")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    for old, new in [
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/letsencrypt/live/callbacks.example.com/fullchain.pem", str(certificate)),
        ("/etc/letsencrypt/live/callbacks.example.com/privkey.pem", str(certificate)),
        ("127.0.0.1:8080", f"127.0.0.1:{server.port}"),
    ]:
        expect(f"'{old}' in docs/operations.md", old in example, True)
        example = example.replace(old, new)
    directory = work / "nginx"
    directory.mkdir()
    temporary = "".join(f"{name}_temp_path {directory}/{name};\n" for name in [
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    (directory / "nginx.conf").write_text(
        f"daemon off;\npid {directory}/pid;\nerror_log {directory}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{example}}}\n")
    nginx = subprocess.Popen([
        shutil.which("nginx"), "-p", directory, "-c", directory / "nginx.conf", "-e",
        directory / "error.log"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ask_through(server, port, authority)
    finally:
        nginx.terminate()
        nginx.wait()


def ask_through(server, port, authority):
    context = ssl.create_default_context(cafile=authority.certificate)

    def ask(method, path, body=None, **headers):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname="callbacks.example.com") as connection:
                request = http.client.HTTPConnection("callbacks.example.com")
                request.sock = connection
                request.request(method, path, body, headers)
                answer = request.getresponse()
                return answer.status, answer.read().decode()

    def answers():
        try:
            return ask("GET", "/openapi.json")
        except OSError:
            return None

    status, text = wait(answers, "nginx")
    expect("the description through a proxy", (status, json.loads(text)["openapi"]), (200, "3.1.0"))
    path, key = f"/v1/{COMPANY}/callback/profiles", {"api-key": server.home.keys[COMPANY]}
    expect("a list through a proxy", ask("GET", path, **key)[0], 200)
    for private in ["/metrics", "/healthz"]:
        expect(f"{private} through a proxy", ask("GET", private)[0], 403)
    # The proxy reports the client's address. The client's own claim is ignored.
    ask("GET", path, **key, **{"X-Forwarded-For": "192.0.2.77"})
    wait(lambda: len(server.accesses) >= 3, "the log")
    expect("a claimed address in the log", "192.0.2.77" in server.log.read_text(), False)


def units(home):
    """systemd accepts the units and rates the services as well restricted."""
    for name in ("callback-gateway.service", "callback-gateway-dispatch.service"):
        unit(home, name)


def unit(home, name):
    with tempfile.TemporaryDirectory() as root:
        file = pathlib.Path(root) / name
        text = (REPOSITORY / "cron" / name).read_text()
        file.write_text(text.replace("/usr/local/bin/callback-gateway", home.program))
        said = systemd("verify", file)
        # systemd may also report problems in other units of the machine.
        expect("systemd-analyze verify", [line for line in said.splitlines() if file.name in line], [])
        said = systemd("security", "--offline=yes", file)
    exposure = float(re.search(r"exposure level for \S+: ([0-9.]+)", said)[1])
    print(f"systemd-analyze security: {exposure}")
    expect(f"exposure of the service is at most {MOST_EXPOSURE}", exposure <= MOST_EXPOSURE, True)


def systemd(*arguments):
    done = subprocess.run(["systemd-analyze", "--no-pager", *arguments], text=True, timeout=60,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout
