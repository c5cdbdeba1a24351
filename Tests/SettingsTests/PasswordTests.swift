import Addresses
import Glibc
import Settings
import TestSupport
import Testing
import TextSupport

@Suite struct PasswordTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func source(_ text: String) throws -> PasswordSource {
        .file(try directory.write(text, to: "password"))
    }

    @Test(arguments: ["canary", "canary\n", "canary\r\n", "\u{FEFF}canary\r\n"])
    func `a byte order mark and one line break are not part of the password`(text: String) throws {
        #expect(try source(text).password(environment: [:]).reveal() == "canary")
    }

    @Test func `spaces are part of the password`() throws {
        #expect(try source(" a b ").password(environment: [:]).reveal() == " a b ")
    }

    @Test(arguments: [
        "", "\n", "\r\n", "canary\n\n", "canary\nmore\n", "\ncanary", "\u{FEFF}\n", "can\u{0}ary",
    ])
    func `a password of several lines is rejected without showing it`(text: String) throws {
        let source = try source(text)
        let error = #expect(throws: PasswordError.unusable(source)) {
            try source.password(environment: [:])
        }
        #expect(
            error?.description == "password file '\(directory.path)/password' "
                + "must contain the password on a single line")
    }

    @Test func `an environment variable contains the password`() throws {
        let source = PasswordSource.environment("SMTP_PASSWORD")
        let environment = ["SMTP_PASSWORD": "canary"]
        #expect(try source.password(environment: environment).reveal() == "canary")
    }

    @Test func `a missing password names its location`() {
        #expect(
            PasswordError.unset(variable: "SMTP_PASSWORD").description
                == "the environment variable 'SMTP_PASSWORD' for the mail server's password "
                + "is not set")
        #expect(throws: PasswordError.unset(variable: "X")) {
            try PasswordSource.environment("X").password(environment: [:])
        }
        let path = directory.path(of: "none")
        let error = #expect(throws: PasswordError.self) {
            try PasswordSource.file(path).password(environment: [:])
        }
        #expect(
            error?.description
                == "password file '\(path)' cannot be read: No such file or directory")
    }

    @Test func `a file that everyone can read is detected`() throws {
        let source = try source("canary")
        chmod(directory.path(of: "password"), 0o640)
        #expect(!source.isReadableByEveryone)
        chmod(directory.path(of: "password"), 0o644)
        #expect(source.isReadableByEveryone)
        #expect(!PasswordSource.environment("X").isReadableByEveryone)
    }
}
