import Glibc
import TestSupport
import Testing

/// A gateway whose database file is deleted or replaced while it serves.
@Suite struct MissingDatabaseTests {
    private let bench: ServingBench
    private let profile: String

    init() throws {
        bench = try ServingBench()
        profile = try bench.profile("http://127.0.0.1:1/")
    }

    private var path: String { bench.directory.path(of: "callbacks.db") }

    private func trigger() throws -> Int {
        try bench.call(
            "POST", "/callback/events", #"{"callback_profile": "\#(profile)"}"#
        ).status
    }

    private static let words = "the database file was deleted or replaced; restart the gateway"

    /// Waits for the gateway to detect it. Returns false if it does not.
    private func isNoticed() throws -> Bool {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let health = try bench.client().request("GET", "/healthz")
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
        #expect(try bench.call("GET", "/callback/profiles/\(profile)").status == 503)
        let page = try bench.client().request("GET", "/profiles")
        #expect(page?.status == 503 && page?.body.contains("The database file was") == true)
        #expect(try bench.stop() == 0)
        let lines = bench.program.errors.split(separator: "\n")
        #expect(lines.filter { $0.hasSuffix("callbacks.db: \(Self.words)") }.count == 1, "\(lines)")
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func doesNotChangeTheReplacementFile(_ signal: Int32) throws {
        try bench.directory.sqlite3("callbacks.db", ".backup copy.db")
        let later = try bench.profile("http://127.0.0.1:1/later")
        #expect(rename(bench.directory.path(of: "copy.db"), path) == 0)
        #expect(try isNoticed())
        let end = ContinuousClock.now + .seconds(30)
        while Self.size(of: path + "-wal") > 0, ContinuousClock.now < end { usleep(1000) }
        bench.program.signal(signal)
        _ = try bench.program.end()
        let run = { (arguments: [String]) in
            try ProgramRun.of("callback-gateway", arguments, in: bench.directory)
        }
        let listed = try run(["profile", "list", "--company", ServingBench.sid])
        #expect(listed.output.contains(profile) && !listed.output.contains(later))
        let verified = try ProgramRun.of("callback-reports", ["verify"], in: bench.directory)
        #expect(verified.status == 0, "\(verified)")
    }

    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
