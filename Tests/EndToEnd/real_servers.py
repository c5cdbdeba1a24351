"""Sends reports through Postfix with TLS and a login, and checks what Postfix logs when that fails."""

from mail_client import ADDRESSES, AT_ONCE, LATER, USER, all_in, check_mail, expect
from postfix import wait_until
from submission import SMTPS, SubmissionPostfix

EXTRA = "me@example.com"


def check(prepared, work, authorities, server):
    trusted = authorities["trusted"]
    kinds = {
        "submission": {},
        "smtps": SMTPS,
        "no-tls": {"smtpd_tls_security_level": "none", "smtpd_tls_auth_only": "no"},
        "other-authority": certificate(authorities["other"].issue("localhost")),
        "other-host": certificate(trusted.issue("mail.example.net")),
        "expired": certificate(trusted.issue("localhost", days=-1)),
        "expired-smtps": certificate(trusted.issue("localhost", days=-1)) | SMTPS,
        "no-auth": {"smtpd_sasl_auth_enable": "no"},
    }
    postfix = SubmissionPostfix(
        server, [*ADDRESSES, EXTRA], trusted.issue("localhost"), USER, prepared.canary.password,
        kinds)
    with postfix:
        real = RealServer(prepared, work, trusted.certificate, postfix)
        for kind in ["submission", "smtps"]:
            real.sends(kind)
        real.takes_password_from_environment()
        real.refuses_wrong_password()
        for kind in kinds:
            if kind not in ["submission", "smtps"]:
                real.fails_closed(kind)


def certificate(file):
    return {"smtpd_tls_cert_file": file, "smtpd_tls_key_file": file}


class RealServer:
    def __init__(self, prepared, work, authority, postfix):
        self.prepared, self.work = prepared, work
        self.authority, self.postfix = authority, postfix
        self.canary = prepared.canary

    def client(self, name, kind, **more):
        client = self.prepared.copy(self.work / name)
        scheme = "smtps" if "smtps" in kind else "smtp"
        client.secure(f"{scheme}://localhost:{self.postfix.ports[kind]}", self.authority, **more)
        return client

    def new_mails(self, name, addresses):
        """Takes the one email that each address must have received out of its mailbox."""
        self.postfix.settle()
        mails = []
        for address in [*ADDRESSES, EXTRA]:
            found = self.postfix.mails(address)
            expect(f"{name}: mails for {address}", len(found), int(address in addresses))
            mails += [check_mail(name, data, address) for data in found]
            expect(f"{name}: password in mails", any(map(self.canary.found, found)), False)
        self.postfix.empty([*ADDRESSES, EXTRA])
        # ESMTPSA: with TLS and a login (RFC 3848), as recorded by Postfix.
        with_ = ["with ESMTPSA" in " ".join(mail["Received"].split()) for mail in mails]
        expect(f"{name}: mails taken with TLS and login", with_, [True] * len(addresses))
        return mails

    def sends(self, kind):
        client = self.client(kind, kind)
        answer = client.run("check", "--smtp")
        expect(f"{kind}: words of the probe", f"over TLS; logged in as '{USER}'" in answer, True)
        self.new_mails(kind, [])
        client.run("check", "--to", EXTRA)
        self.new_mails(kind, [EXTRA])
        client.run("run", "--now", AT_ONCE)
        mails = self.new_mails(kind, ADDRESSES)
        for mail in mails:
            expect(f"{kind}: attachments", len(list(mail.iter_attachments())), 1)
        expect(f"{kind}: deliveries", client.states(), all_in("accepted"))
        client.run("run", "--now", LATER)
        self.new_mails(kind, [])

    def takes_password_from_environment(self):
        client = self.client(
            "environment", "submission", passwordFile=None, passwordEnvironment="SMTP_PASSWORD")
        client.password_file.unlink()
        client.variables = {"SMTP_PASSWORD": self.canary.password}
        client.run("check", "--smtp")
        client.run("run", "--now", AT_ONCE)
        # The user put it there, so detecting it shows that the watch works.
        expect("environment: password seen", client.seen_in_environment, True)
        self.new_mails("environment", ADDRESSES)

    def refuses_wrong_password(self):
        name = "wrong-password"
        client = self.client(name, "submission")
        # The wrong password must not appear anywhere either, so it contains the correct one.
        client.write_password(self.canary.password + "x")
        self.expect_refusal(client, "535")
        client.write_password(self.canary.password)
        self.expect_nothing_lost(client)

    def fails_closed(self, kind):
        client = self.client(kind, kind)
        self.expect_refusal(client, "")
        sessions = 3
        wait_until(f"Postfix has logged {sessions} sessions of '{kind}'",
                   lambda: len(self.postfix.commands(kind)) >= sessions)
        harmless = {"ehlo", "starttls", "quit"}
        spoken = {command for session in self.postfix.commands(kind) for command in session}
        expect(f"{kind}: commands beyond {sorted(harmless)}", spoken - harmless, set())
        self.postfix.repair(kind, self.authority)
        self.expect_nothing_lost(client)

    def expect_refusal(self, client, words):
        name = client.home.name
        for arguments in [["check", "--smtp"], ["check", "--to", EXTRA], ["run", "--now", AT_ONCE]]:
            said = client.run(*arguments, status=69)
            expect(f"{name}: {words!r} in {said}", words in said, True)
        self.new_mails(name, [])
        expect(f"{name}: deliveries", set(client.states().values()) & {"accepted"}, set())

    def expect_nothing_lost(self, client):
        client.run("run", "--now", LATER)
        self.new_mails(client.home.name, ADDRESSES)
        expect(f"{client.home.name}: deliveries", client.states(), all_in("accepted"))
