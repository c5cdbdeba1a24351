"""Tests servers with one fault each, and everything that the program sends before it detects the fault."""

import base64
import ssl

from mail_client import ADDRESSES, AT_ONCE, HELLO, LATER, USER, all_in, check_mail, expect
from scripted_server import ScriptedServer

HELLO_ALONE = ["EHLO"]
STARTED = ["EHLO", "STARTTLS"]
IN_TLS = ["EHLO", "STARTTLS", "TLS EHLO"]
# 69: someone has to act. 75: will be retried.
REFUSED, FOR_NOW = 69, 75


def faults(authorities):
    """Returns name, scheme, fault of the server, expected transcript and exit status."""
    expired = authorities["trusted"].issue("localhost", days=-1)
    other_host = authorities["trusted"].issue("mail.example.net")
    other = authorities["other"].issue("localhost")
    injected = "220 2.0.0 go on\r\n250-test.example\r\n250 AUTH PLAIN"
    old = ssl.TLSVersion.TLSv1_1
    wrong = "535 5.7.8 no"
    return [
        ("no-starttls", "smtp", {"offers_tls": False}, HELLO_ALONE, REFUSED),
        ("starttls-denied", "smtp", {"starttls": "454 4.7.0 later"}, STARTED, REFUSED),
        ("injection", "smtp", {"starttls": injected}, STARTED, FOR_NOW),
        ("old-tls", "smtp", {"newest": old}, STARTED, FOR_NOW),
        ("other-authority", "smtp", {"certificate": other}, STARTED, REFUSED),
        ("other-host", "smtp", {"certificate": other_host}, STARTED, REFUSED),
        ("expired", "smtp", {"certificate": expired}, STARTED, REFUSED),
        ("no-auth", "smtp", {"auth": ""}, IN_TLS, REFUSED),
        ("no-auth-known", "smtp", {"auth": "SCRAM-SHA-256"}, IN_TLS, REFUSED),
        ("wrong-password", "smtp", {"login": wrong}, [*IN_TLS, "TLS AUTH"], REFUSED),
        ("login-later", "smtp", {"login": "454 4.7.0 later"}, [*IN_TLS, "TLS AUTH"], FOR_NOW),
        ("smtps-old-tls", "smtps", {"newest": old}, [], FOR_NOW),
        ("smtps-other-authority", "smtps", {"certificate": other}, [], REFUSED),
        ("smtps-other-host", "smtps", {"certificate": other_host}, [], REFUSED),
        ("smtps-expired", "smtps", {"certificate": expired}, [], REFUSED),
        ("smtps-no-auth", "smtps", {"auth": ""}, ["TLS EHLO"], REFUSED),
        ("smtps-wrong-password", "smtps", {"login": wrong}, ["TLS EHLO", "TLS AUTH"], REFUSED),
    ]


def check(prepared, work, authorities):
    trusted = authorities["trusted"]
    with ScriptedServer(trusted.issue("localhost")) as server:
        scripted = FaultyServer(prepared, work / "scripted", trusted.certificate, server)
        for fault in faults(authorities):
            scripted.fails_closed(*fault)
        scripted.says_nothing_without_tls()
        scripted.hides_quoted_passwords()
        scripted.refuses_password_in_clear()
        scripted.says_nothing_with_wrong_files()
        scripted.is_no_proxy()


class FaultyServer:
    def __init__(self, prepared, work, authority, server):
        work.mkdir()
        self.prepared, self.work = prepared, work
        self.authority, self.server = authority, server
        self.canary = prepared.canary

    def client(self, name, scheme="smtp", **more):
        client = self.prepared.copy(self.work / name)
        client.secure(f"{scheme}://localhost:{self.server.port}", self.authority, **more)
        return client

    def fails_closed(self, name, scheme, wrong, said, status):
        client = self.client(name, scheme)
        wrong = {"implicit": scheme == "smtps"} | wrong
        for arguments in commands():
            self.server.behave(**wrong)
            client.run(*arguments, status=status)
            self.server.settle()
            what = f"{name}: {arguments[0]}"
            expect(f"{what}: connections", self.server.connections > 0, True)
            # After a temporary failure, each email is tried on its own connection.
            times = self.server.connections if status == FOR_NOW else 1
            expect(f"{what}: what the server was told", self.server.lines, said * times)
            # A password that was sent over TLS also proves that it would be detected.
            expect(f"{what}: password sent", self.canary.found(self.server.bytes),
                   "TLS AUTH" in said)
            hello = f"EHLO {HELLO}\r\n".encode()
            expect(f"{what}: other words", self.server.bytes.startswith(hello) or not said, True)
        self.server.behave(implicit=scheme == "smtps")
        self.expect_nothing_lost(client)

    def says_nothing_without_tls(self):
        """A plain text server on the port of smtps. The first bytes belong to TLS."""
        client = self.client("smtps-in-clear", "smtps")
        for arguments in commands():
            self.server.behave(offers_tls=False)
            client.run(*arguments, status=FOR_NOW)
            self.server.settle()
            expect("smtps-in-clear: connections", self.server.connections > 0, True)
            data = self.server.bytes
            found = [word for word in [b"EHLO", b"AUTH", b"MAIL", HELLO.encode()] if word in data]
            expect("smtps-in-clear: words in clear", found, [])
            expect("smtps-in-clear: password sent", self.canary.found(data), False)
        self.server.behave(implicit=True)
        self.expect_nothing_lost(client)

    def hides_quoted_passwords(self):
        password = self.canary.password
        whole = base64.b64encode(f"\0{USER}\0{password}".encode()).decode()
        alone = base64.b64encode(password.encode()).decode()
        for number, form in enumerate([password, alone, whole]):
            # This also applies if the text is truncated after 400 characters.
            for padding in [0, 370]:
                text = "x" * padding + form
                self.quotes(f"quoted-{number}-{padding}", text)

    def quotes(self, name, text):
        client = self.client(name)
        self.server.behave(login=f"535 5.7.8 {text}")
        client.run("check", "--smtp", status=REFUSED)
        client.run("run", "--now", AT_ONCE, status=REFUSED)
        self.server.behave(recipient=f"450 4.2.1 {text}")
        client.run("run", "--now", LATER, status=FOR_NOW)
        self.server.behave(end=f"250 2.0.0 {text}")
        client.run("run", "--now", LATER.replace("T14", "T20"))
        client.run("history")
        expect(f"{name}: deliveries", client.states(), all_in("accepted"))

    def refuses_password_in_clear(self):
        self.server.behave(offers_tls=False)
        # Names that libcurl treats as this machine, but the configuration does not.
        url = f"smtp://mail.localhost:{self.server.port}"
        client = self.client("clear", url=url, tls="none", caFile=None)
        for arguments in commands():
            said = client.run(*arguments, status=78)
            expect("clear: the error is reported", "mail.tls" in said, True)
        self.server.settle()
        expect("clear: connections", self.server.connections, 0)
        # Without a password the same succeeds, so it was the password that was held back.
        client.configure(url=url, tls="none")
        self.expect_nothing_lost(client)

    def says_nothing_with_wrong_files(self):
        client = self.client("no-ca", caFile="nowhere.pem")
        for arguments in commands():
            self.server.behave()
            # 'check' finds the error in the configuration before it connects.
            client.run(*arguments, status=78 if arguments[0] == "check" else REFUSED)
            self.server.settle()
            expect("no-ca: nothing in TLS", set(self.server.lines) - set(STARTED), set())
        client = self.client("no-password", passwordFile="nowhere")
        for arguments in commands():
            self.server.behave()
            client.run(*arguments, status=78)
            self.server.settle()
            expect("no-password: connections", self.server.connections, 0)

    def is_no_proxy(self):
        """Proxies from the environment are only for HTTP."""
        with ScriptedServer(self.server.good["certificate"]) as proxy:
            client = self.client("proxy")
            client.variables = {name: f"http://127.0.0.1:{proxy.port}"
                                for name in ["ALL_PROXY", "all_proxy", "smtp_proxy"]}
            self.server.behave()
            self.expect_nothing_lost(client)
            proxy.settle()
            expect("proxy: connections", proxy.connections, 0)

    def expect_nothing_lost(self, client):
        name = client.home.name
        client.run("run", "--now", LATER)
        self.server.settle()
        mails = self.server.mails
        expect(f"{name}: mails after the repair", len(mails), len(ADDRESSES))
        expect(f"{name}: password in mails", any(map(self.canary.found, mails)), False)
        for mail, address in zip(mails, ADDRESSES):
            check_mail(name, mail, address)
        expect(f"{name}: deliveries", client.states(), all_in("accepted"))
        client.run("run", "--now", LATER)
        self.server.settle()
        expect(f"{name}: mails after another run", len(mails), len(ADDRESSES))


def commands():
    return [["check", "--smtp"], ["check", "--to", ADDRESSES[0]], ["run", "--now", AT_ONCE]]
