import Testing

@Suite struct MailDiagnosticTests {
    @Test(arguments: [
        ("url: 5", ["url: expected a string, found the number 5"]),
        (
            "url: 'fiel:mail'",
            [
                "url: 'fiel:mail' is not the URL of a mail server or Maildir; "
                    + "use smtp://host:port, smtps://host:port or file:DIRECTORY"
            ]
        ),
        (
            "url: 'smtp://mail.example.com'",
            [
                "from: missing; expected the sender, such as 'Callback Reports <reports@example.com>'"
            ]
        ),
        ("frm: 'a@example.com'", ["unknown key 'frm'; did you mean 'from'?"]),
        (
            "from: 'a@b@example.com'",
            [
                "from: entry 1, column 4: 'a@b@example.com': more than one '@'; an address has one"
            ]
        ),
        ("tls: 'requird'", ["tls: unknown value 'requird'; did you mean 'required'?"]),
        ("tls: 'ssl'", ["tls: unknown value 'ssl'; expected 'required' or 'none'"]),
        (
            "username: 'me'",
            [
                "username: requires 'passwordFile' or 'passwordEnvironment'"
            ]
        ),
        ("passwordFile: '/p'", ["passwordFile: requires 'username'"]),
        (
            "username: 'me', passwordFile: '/p', passwordEnvironment: 'P'",
            [
                "passwordEnvironment: 'passwordFile' and 'passwordEnvironment' cannot be combined; "
                    + "remove one"
            ]
        ),
        (
            "unsubscribe: 'example.com'",
            [
                "unsubscribe: expected a URL that begins with https:// or mailto:, "
                    + "found 'example.com'"
            ]
        ),
        (
            "unsubscribe: 'https://example.com/>\\r\\nBcc: x'",
            [
                "unsubscribe: expected a URL that begins with https:// or http://; "
                    + "the value is not shown here"
            ]
        ),
        (
            "helloName: 'a b'",
            [
                "helloName: expected a host name such as 'reports.example.com', found 'a b'"
            ]
        ),
        ("caFile: ''", ["caFile: expected the path of a file or directory, found ''"]),
    ])
    func `a mail error has one line`(members: String, lines: [String]) {
        let mailLines = lines.map { $0.hasPrefix("unknown key") ? ": " + $0 : "." + $0 }
        #expect(
            diagnostics(in: file("mail: {\(members)}"))
                == mailLines.map { "config.json: mail" + $0 })
    }

    @Test func `a password in clear text is rejected except on loopback`() throws {
        let mail =
            "from: 'a@example.com', tls: 'none', username: 'me', passwordFile: '/p', url: 'smtp://"
        #expect(
            diagnostics(in: file("mail: {\(mail)mail.example.com'}")) == [
                "config.json: mail.tls: 'none' would send the password to mail.example.com "
                    + "in clear text; remove it, or the password"
            ])
        _ = try read(file("mail: {\(mail)localhost'}"))
    }

    @Test func `an error in tls does not hide one in the URL`() {
        let mail = "mail: {url: 'smtps://', tls: 'none', from: 'a@example.com'}"
        #expect(
            diagnostics(in: file(mail)) == [
                "config.json: mail.tls: 'none' contradicts smtps://; remove it or use smtp://",
                "config.json: mail.url: no host; write smtp://host:port",
            ])
    }

    @Test(arguments: [
        "password: 'canary'", "Password: 'canary'", "passwd: 'canary'", "secret: {a: 'canary'}",
        "pass: 'canary', passwordFile: ['canary']", "passwordFile: {a: 'canary'}",
        "passwordFile: 'canary\\n'", "passwordEnvironment: 'canary!'", "password: canary",
        "url: 'smtp://me:canary@mail.example.com', from: 'a@example.com'",
        "url: 'me://me:canary@mail.example.com'", "url: ['smtp://me:canary@mail.example.com']",
        "unsubscribe: 'ftp://me:canary@example.com'",
        "unsubscribe: 'https://me:canary@example.com'",
        "tls: 'smtp://me:can/canary@example.com'",
    ])
    func `a password in the file is rejected and never shown`(members: String) {
        let lines = diagnostics(in: file("mail: {\(members)}"))
        #expect(!lines.isEmpty)
        #expect(!lines.joined().contains("canary"))
    }

    @Test func `a password in the file gets a remedy`() {
        #expect(
            diagnostics(in: file("mail: {password: 'canary'}")) == [
                "config.json: mail: 'password': passwords are not allowed in this file; "
                    + "use 'passwordFile' or 'passwordEnvironment'"
            ])
    }

    @Test func `a URL in place of the mail object is not shown`() {
        #expect(
            diagnostics(in: file("mail: 'smtp://me:canary@mail.example.com'")) == [
                "config.json: mail: expected an object, "
                    + "found the string 'smtp://…@mail.example.com'"
            ])
    }
}
