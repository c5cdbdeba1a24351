import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Mail

@Suite struct MaildirTransportTests {
    private let directory: TemporaryDirectory
    private let transport: MaildirTransport

    init() throws {
        directory = try TemporaryDirectory()
        transport = MaildirTransport(directory: directory.path(of: "mail"))
    }

    private func deliver(
        _ text: String = "Hello\r\n", to: String = "ops@example.com", mark: () -> Bool = { true }
    ) -> DeliveryResult {
        transport.deliver(
            Array(text.utf8), from: "reports@example.com", to: to, beforeFinalDot: mark)
    }

    private func names(_ part: String) throws -> [String] {
        try directory.names(in: "mail/\(part)")
    }

    @Test("a mail is written unchanged")
    func exactBytes() throws {
        guard case .accepted = deliver("Subject: x\r\n\r\nGrüße\r\n") else {
            return #expect(Bool(false))
        }
        let name = try #require(names("new").first)
        #expect(try directory.text(of: "mail/new/\(name)") == "Subject: x\r\n\r\nGrüße\r\n")
        #expect(try names("tmp").isEmpty && names("cur").isEmpty)
    }

    @Test("Python's mailbox module reads the mails")
    func readable() throws {
        _ = deliver("Subject: one\r\n\r\n1\r\n")
        _ = deliver("Subject: two\r\n\r\n2\r\n")
        let subjects = try PythonCheck.run("maildir", [directory.path(of: "mail")])
        #expect(subjects == "one\ntwo\n")
    }

    @Test("the same mail is not delivered twice, even after it was read")
    func again() throws {
        _ = deliver()
        _ = deliver()
        let name = try #require(names("new").first)
        #expect(try names("new").count == 1)
        let (new, read) = (directory.path(of: "mail/new/\(name)"), "mail/cur/\(name):2,S")
        try FileManager.default.moveItem(atPath: new, toPath: directory.path(of: read))
        guard case .accepted = deliver() else { return #expect(Bool(false)) }
        #expect(try names("new").isEmpty)
    }

    @Test("the same bytes for another recipient are another mail")
    func otherRecipient() throws {
        _ = deliver(to: "ops@example.com")
        _ = deliver(to: "cto@example.com")
        #expect(try names("new").count == 2)
    }

    @Test("nothing is delivered if the attempt cannot be recorded")
    func failedMark() throws {
        guard case .deferred = deliver(mark: { false }) else { return #expect(Bool(false)) }
        #expect(try names("new").isEmpty && names("tmp").isEmpty)
    }

    @Test("nothing is delivered before the attempt is recorded")
    func markComesFirst() throws {
        var seen: [String]?
        _ = deliver {
            seen = try? names("new")
            return true
        }
        #expect(seen == [])
    }

    @Test("a directory that cannot be created is a configuration error")
    func missingParent() throws {
        let transport = MaildirTransport(directory: directory.path(of: "no/mail"))
        let line = "misconfigured file: \(directory.path(of: "no/mail")): No such file or directory"
        #expect(transport.probe().summary == line)
        let result = transport.deliver(
            [], from: "a@example.com", to: "b@example.com", beforeFinalDot: { true })
        #expect(result.summary == line)
    }

    @Test("a directory of another user is reported with owner and remedy")
    func foreignOwner() {
        let path = directory.path(of: "mail")
        errno = EACCES
        let result = FileWriteError(path: path).result(for: geteuid() == 65_533 ? 65_532 : 65_533)
        #expect(
            result.summary.hasPrefix(
                "misconfigured file: \(path): Permission denied; the directory \(directory.path) belongs to "
            ))
        #expect(result.summary.contains("chown"))
    }

    @Test("a probe of a valid directory succeeds")
    func probe() {
        let path = directory.path(of: "mail")
        #expect(transport.probe().summary == "accepted file: \(path) is writable")
    }
}
