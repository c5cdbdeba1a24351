import Glibc
import TestSupport
import Testing

/// A gateway whose database file is deleted or replaced while it serves.
@Suite struct MissingDatabaseTests {
    private let fixture: ServingFixture
    private let profile: String

    init() throws {
        fixture = try ServingFixture()
        profile = try fixture.profile("http://127.0.0.1:1/")
    }

    private var path: String { fixture.directory.path(of: "callbacks.db") }

    private func trigger() throws -> Int {
        try fixture.call(
            "POST", "/callback/events", #"{"callback_profile": "\#(profile)"}"#
        ).status
    }

    private static let words = "the database file was deleted or replaced; restart the gateway"

    /// Waits for the gateway to detect it. Returns false if it does not.
    private func isNoticed() throws -> Bool {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let health = try fixture.client().request("GET", "/healthz")
            if health?.status == 503, health?.body.contains(Self.words) == true { return true }
            usleep(1000)
        }
        return false
    }

    @Test func rejectsRequestsAndReportsTheReason() throws {
        #expect(try trigger() == 202)
        #expect(unlink(path) == 0)
        // This holds from the first request, whether the gateway has detected it or not.
        for _ in 1...5 {
            let status = try trigger()
            #expect(status == 503)
        }
        #expect(try isNoticed())
        #expect(try fixture.call("GET", "/callback/profiles/\(profile)").status == 503)
        let page = try fixture.client().request("GET", "/profiles")
        #expect(page?.status == 503 && page?.body.contains("The database file was") == true)
        #expect(try fixture.stop() == 75)
        let lines = fixture.program.errors.split(separator: "\n")
        #expect(lines.filter { $0.hasSuffix("callbacks.db: \(Self.words)") }.count == 1, "\(lines)")
        #expect(access(path, F_OK) != 0)
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func doesNotChangeTheReplacementFile(_ signal: Int32) throws {
        try fixture.directory.sqlite3("callbacks.db", ".backup copy.db")
        let later = try fixture.profile("http://127.0.0.1:1/later")
        #expect(rename(fixture.directory.path(of: "copy.db"), path) == 0)
        #expect(try isNoticed())
        let end = ContinuousClock.now + .seconds(30)
        while Self.size(of: path + "-wal") > 0, ContinuousClock.now < end { usleep(1000) }
        fixture.program.signal(signal)
        _ = try fixture.program.end()
        let run = { (arguments: [String]) in
            try ProgramRun.of("callback-gateway", arguments, in: fixture.directory)
        }
        let listed = try run(["profile", "list", "--company", ServingFixture.sid])
        #expect(listed.output.contains(profile) && !listed.output.contains(later))
        let verified = try ProgramRun.of("callback-reports", ["verify"], in: fixture.directory)
        #expect(verified.status == 0, "\(verified)")
    }

    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
