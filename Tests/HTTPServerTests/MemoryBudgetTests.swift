import Glibc
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// Tests of the memory limits: the total is bounded, and no client can use the share of others.
@Suite struct MemoryBudgetTests {
    /// Handles requests: `/CLIENT/hold` is answered when ``replies`` are; `/CLIENT/large` with 16
    /// MB; client `-` has no key.
    private final class Holder: Sendable {
        let replies = Mutex<[ResponseWriter]>([])

        func receive(_ head: RequestHead) -> RequestDisposition {
            let parts = head.target.split(separator: "/").map(String.init)
            return .body(client: parts[0] == "-" ? nil : parts[0]) { [self] body, reply in
                switch parts.last {
                case "hold": replies.withLock { $0.append(reply) }
                case "large":
                    reply.send(Response(status: 200, body: [UInt8](repeating: 65, count: 16 << 20)))
                default: reply.send(Response(status: 200, body: Array("\(body.count)".utf8)))
                }
            }
        }

        func wait(for count: Int) {
            while replies.withLock({ $0.count < count }) { usleep(1000) }
        }

        func answerAll() {
            for reply in replies.withLock({ $0 }) { reply.send(Response(status: 200)) }
        }
    }

    private let holder = Holder()

    private func bench(_ change: (inout ServerLimits) -> Void) throws -> ServerFixture {
        let holder = holder
        return try ServerFixture(.with(change), receive: { holder.receive($0) })
    }

    /// Sends a body that the server keeps until the request is answered.
    private func hold(_ bytes: Int, of client: String, _ bench: ServerFixture) throws -> RawClient {
        let held = holder.replies.withLock { $0.count }
        let raw = try bench.client()
        raw.send("POST /\(client)/hold HTTP/1.1\r\nHost: a\r\nContent-Length: \(bytes)\r\n\r\n")
        raw.send(String(repeating: "x", count: bytes))
        holder.wait(for: held + 1)
        return raw
    }

    private func post(_ bytes: Int, of client: String, _ bench: ServerFixture) throws -> Int? {
        let body = String(repeating: "y", count: bytes)
        return try bench.client().request("POST", "/\(client)/now", body: body)?.status
    }

    @Test func reservesMemoryForBodiesOfOtherClients() throws {
        let bench = try bench {
            $0.bodies = MemoryLimits(all: 200_000, one: 100_000, withoutKey: 50_000)
        }
        let held = [try hold(90_000, of: "A", bench), try hold(45_000, of: "-", bench)]
        #expect(try post(20_000, of: "A", bench) == 503)
        #expect(try post(20_000, of: "-", bench) == 503)
        #expect(try post(20_000, of: "B", bench) == 200)
        holder.answerAll()
        for client in held { #expect(client.answer()?.status == 200) }
        #expect(try post(90_000, of: "A", bench) == 200)
        #expect(try post(45_000, of: "-", bench) == 200)
    }

    @Test func limitsTheTotalMemoryForBodies() throws {
        let bench = try bench {
            $0.bodies = MemoryLimits(all: 150_000, one: 100_000, withoutKey: 100_000)
        }
        let held = [try hold(90_000, of: "A", bench), try hold(50_000, of: "B", bench)]
        #expect(try post(20_000, of: "C", bench) == 503)
        #expect(try post(20_000, of: "-", bench) == 503)
        holder.answerAll()
        for client in held { #expect(client.answer()?.status == 200) }
    }

    @Test func alwaysAcceptsASmallBody() throws {
        let bench = try bench { $0.bodies = MemoryLimits(all: 0, one: 0, withoutKey: 0) }
        #expect(try post(MemoryLimits.small, of: "-", bench) == 200)
        #expect(try post(MemoryLimits.small + 1, of: "-", bench) == 503)
    }

    /// Requests a large response and does not read it.
    private func leaveUnread(of client: String, _ bench: ServerFixture) throws -> RawClient {
        let raw = try bench.client()
        raw.send("GET /\(client)/large HTTP/1.1\r\nHost: a\r\n\r\n")
        return raw
    }

    /// Sends requests until the status is the given one. Returns nil if it never is.
    private func wait(for status: Int, of client: String, _ bench: ServerFixture) throws -> Int? {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let answer = try bench.client().request("GET", "/\(client)/now")
            if answer?.status == status { return status }
            usleep(1000)
        }
        return nil
    }

    @Test func rejectsWorkWhileResponsesAreUnread() throws {
        let bench = try bench {
            $0.answers = MemoryLimits(all: 48 << 20, one: 20 << 20, withoutKey: 1 << 20)
        }
        var unread = [try leaveUnread(of: "A", bench), try leaveUnread(of: "A", bench)]
        #expect(try wait(for: 503, of: "A", bench) == 503)
        // Other clients are not affected until all memory is used.
        #expect(try bench.client().request("GET", "/B/now")?.status == 200)
        unread.append(try leaveUnread(of: "B", bench))
        #expect(try wait(for: 503, of: "C", bench) == 503)
        unread = []
        #expect(try wait(for: 200, of: "A", bench) == 200)
        #expect(try wait(for: 200, of: "C", bench) == 200)
    }

    @Test func reportsFullMemoryToWaitingWork() throws {
        let bench = try bench {
            $0.answers = MemoryLimits(all: 10 << 20, one: 10 << 20, withoutKey: 0)
        }
        let waiting = try hold(3, of: "A", bench)
        #expect(holder.replies.withLock { $0[0].hasRoom })
        let unread = try leaveUnread(of: "A", bench)
        #expect(try wait(for: 503, of: "A", bench) == 503)
        #expect(holder.replies.withLock { !$0[0].hasRoom })
        // Completed work is still answered.
        holder.answerAll()
        #expect(waiting.answer()?.status == 200)
        withExtendedLifetime(unread) {}
    }

    @Test func limitsUnreadResponsesOfClientsWithoutKey() throws {
        let large = Response(status: 200, body: [UInt8](repeating: 65, count: 100_000))
        let bench = try ServerFixture(
            .with { $0.answers = MemoryLimits(all: 1 << 20, one: 1 << 20, withoutKey: 50_000) },
            receive: { $0.target == "/" ? .answer(large) : .answer(Response(status: 200)) })
        #expect(try bench.client().request("GET", "/")?.body == "busy")
        #expect(try bench.client().request("GET", "/small")?.status == 200)
    }
}
