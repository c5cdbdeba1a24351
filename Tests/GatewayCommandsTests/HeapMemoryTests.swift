import Concurrency
import Foundation
import Glibc
import TestSupport
import Testing

/// The memory of a gateway that serves, after large requests.
@Suite struct HeapMemoryTests {
    private let fixture: ServingFixture

    init() throws {
        fixture = try ServingFixture()
    }

    /// The resident memory of the gateway, in megabytes.
    private var megabytes: Int {
        get throws {
            let status = try String(
                contentsOfFile: "/proc/\(fixture.program.process)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
            return try #require(Int(line.filter(\.isNumber))) >> 10
        }
    }

    /// Creates profiles from four threads, which use four heaps.
    private func createLargeProfiles() {
        let body = String(repeating: "[],", count: 250_000) + "[]"
        let request = """
            {"title": "Large", "http_method": "POST", "url": "http://127.0.0.1:1/",
             "body": {"a": [\(body)]}}
            """
        let ends = Semaphore()
        for _ in 1...4 {
            WorkerThread.start {
                for _ in 1...4 { _ = try? fixture.call("POST", "/callback/profiles", request) }
                ends.signal()
            }
        }
        for _ in 1...4 { ends.wait() }
    }

    @Test func memoryOfLargeRequestsIsReturned() throws {
        _ = try fixture.call("GET", "/callback/profiles")
        let before = try megabytes
        createLargeProfiles()
        let end = ContinuousClock.now + .seconds(60)
        while try megabytes - before > 45, ContinuousClock.now < end { usleep(10_000) }
        #expect(try megabytes - before <= 45)
        #expect(try fixture.stop() == 0)
    }
}
