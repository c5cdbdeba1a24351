import Concurrency
import Glibc
import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite struct ServerTests {
    @Test(arguments: ["/now?a=b%20c", "/later", "/%2e%2e//x"])
    func passesTheTargetAsSent(_ target: String) throws {
        let bench = try ServerFixture()
        let answer = try bench.client().request("POST", target, body: "content")
        #expect(answer?.status == 200)
        #expect(answer?.body == "POST \(target) content")
    }

    @Test(arguments: ["x", " x", "\t x", "x ", "x \t ", "\t  x\t"])
    func whitespaceAroundAHeaderValueIsNotPartOfIt(_ value: String) throws {
        let bench = try ServerFixture(receive: { head in
            .answer(Response(status: 200, body: Array("(\(head.header("x-key") ?? ""))".utf8)))
        })
        let client = try bench.client()
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Key:\(value)\r\n\r\n")
        #expect(client.answer()?.body == "(x)")
    }

    @Test func keepsTheConnectionAlive() throws {
        let bench = try ServerFixture()
        let client = try bench.client()
        for number in 1...50 {
            let answer = client.request("PUT", number % 2 == 0 ? "/later" : "/", body: "\(number)")
            #expect(answer?.body.hasSuffix(" \(number)") == true)
        }
        #expect(bench.server.connections == 1)
    }

    @Test func answersPipelinedRequestsInOrder() throws {
        let bench = try ServerFixture()
        let client = try bench.client()
        let requests = (1...100).map { number in
            let target = number % 3 == 0 ? "/later" : "/\(number)"
            return "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n\(100 + number)"
        }
        client.send(requests.joined())
        let bodies = (1...100).map { _ in client.answer()?.body.suffix(3) }
        #expect(bodies == (101...200).map { "\($0)"[...] })
    }

    @Test func acceptsAChunkedBody() throws {
        let client = try ServerFixture().client()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.send("3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n")
        #expect(client.answer()?.body == "POST / abcdefg")
    }

    @Test func answersForgottenRequests() throws {
        let answer = try ServerFixture().client().request("GET", "/never")
        #expect(answer?.status == 500 && answer?.body == "failed")
    }

    @Test func sendsNoBodyForHEAD() throws {
        let client = try ServerFixture().client()
        #expect(client.request("HEAD", "/")?.headers.contains("Content-Length: 7") == true)
        #expect(client.request("GET", "/")?.body == "GET / ")
    }

    @Test func preventsHeaderInjection() throws {
        let bench = try ServerFixture(receive: { _ in
            .answer(
                Response(status: 200, headers: [.init("X-A", "b\r\nX-C: d"), .init("X-E", "f")]))
        })
        let headers = try #require(try bench.client().request("GET", "/")).headers
        #expect(headers.contains("X-E: f"))
        #expect(!headers.contains { $0.contains("X-C") })
    }

    @Test func reportsEachRequestToTheObserver() throws {
        let seen = Mutex<[String]>([])
        do {
            let bench = try ServerFixture(observe: { request in
                seen.withLock {
                    $0.append(
                        "\(request.head.peer) \(request.head.target) \(request.answer?.status ?? 0)"
                    )
                }
            })
            _ = try bench.client().request("GET", "/later")
        }
        #expect(seen.withLock { $0 } == ["127.0.0.1 /later 200"])
    }

    @Test func drainFinishesRequestsInProgress() throws {
        let held = Mutex<ResponseWriter?>(nil)
        let begun = Mutex(false)
        let bench = try ServerFixture(receive: { _ in
            .body(client: nil) { _, reply in
                held.withLock { $0 = reply }
                begun.withLock { $0 = true }
            }
        })
        let client = try bench.client()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while !begun.withLock({ $0 }) { usleep(1000) }
        let port = bench.server.port
        WorkerThread.start {
            while (try? RawClient(port: port)) != nil { usleep(1000) }
            // No new connections are accepted.
            held.withLock { $0.take() }?.send(Response(status: 204))
        }
        bench.server.drain()
        let answer = client.answer()
        #expect(answer?.status == 204)
        #expect(answer?.headers.contains("Connection: close") == true)
        #expect(client.isHungUp())
    }

    @Test func drainClosesConnectionsAtTheTimeLimit() throws {
        let bench = try ServerFixture(receive: { _ in
            .body(client: nil) { _, reply in reply.send(Response(status: 204)) }
        })
        let client = try bench.client()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        while bench.server.connections == 0 { usleep(1000) }
        #expect(bench.server.drain(within: .milliseconds(50)))
        #expect(client.isHungUp())
    }

    @Test func drainReportsUnfinishedRequests() throws {
        let held = Mutex<[ResponseWriter]>([])
        let bench = try ServerFixture(receive: { _ in
            .body(client: nil) { _, reply in held.withLock { $0.append(reply) } }
        })
        let client = try bench.client()
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while held.withLock({ $0.isEmpty }) { usleep(1000) }
        #expect(!bench.server.drain(within: .milliseconds(20)))
        #expect(client.isHungUp())
        held.withLock { $0 = [] }
    }

    /// With few connections, idle ones make room for new ones, as with many.
    @Test func aSmallConnectionLimitWorks() throws {
        let bench = try ServerFixture(.with { $0.connections = 16 })
        let idle = try (1...15).map { _ in try bench.client() }
        for _ in 1...20 {
            #expect(try bench.client().request("GET", "/")?.status == 200)
        }
        #expect(idle.count == 15)
    }

    @Test func reportsWhyItCannotListen() throws {
        let bench = try ServerFixture()
        let taken = "127.0.0.1:\(bench.server.port)"
        let cases = [
            (
                taken,
                "cannot listen on \(taken): Address already in use; another program uses "
                    + "this port; stop it or choose another port"
            ),
            (
                "localhost:80",
                "'localhost:80' is not a valid listen address; use an address such as "
                    + "127.0.0.1:8080 or [::1]:8080"
            ),
            (
                "127.0.0.1:65536",
                "'127.0.0.1:65536' is not a valid listen address; use an address such as "
                    + "127.0.0.1:8080 or [::1]:8080"
            ),
            (
                "192.0.2.1:0",
                "cannot listen on 192.0.2.1:0: Cannot assign requested address; this "
                    + "machine has no such address"
            ),
        ]
        for (address, words) in cases {
            let fixed = FixedResponses(
                ambiguous: Response(status: 400), malformed: Response(status: 400),
                targetTooLong: Response(status: 414),
                headTooLarge: Response(status: 431), tooLarge: Response(status: 413),
                tooSlow: Response(status: 408), busy: Response(status: 503),
                failed: Response(status: 500)
            )
            let error = #expect(throws: ServerError.self) {
                _ = try Server(on: address, fixed: fixed) { _ in .answer(Response(status: 200)) }
            }
            #expect(error.map { "\($0)" } == words)
        }
    }
}
