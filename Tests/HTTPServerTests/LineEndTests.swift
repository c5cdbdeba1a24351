import Glibc
import HTTPServer
import TestSupport
import Testing

/// Tests of line ends that other programs could interpret differently than this server.
@Suite struct LineEndTests {
    private let bench: ServerFixture

    init() throws {
        bench = try ServerFixture()
    }

    @Test(arguments: [
        "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n", "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        // As long as a request with correct line ends.
        "GET  / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost:  a\nX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a \nX: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX:  b\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX:  b\r\n\n",
        // A folded line.
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\tc\r\nY: d\r\n\r\n",
    ])
    func rejectsOtherLineEnds(_ request: String) throws {
        let client = try bench.client()
        client.send(request)
        let answer = client.answer()
        #expect(answer?.status == 400 && answer?.body == "malformed", "\(answer as Any)")
        #expect(client.isHungUp())
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET   / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:a\r\nX:\r\nY: \r\nZ:\t z \t\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=b; c=\"d\", e\r\n\r\n",
        "GET /?a=b&c HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
    func acceptsAllowedVariants(_ request: String) throws {
        let client = try bench.client()
        client.send(request)
        #expect(client.answer()?.status == 200)
    }

    @Test func acceptsALongHeadInManyPieces() throws {
        let client = try bench.client()
        for round in 1...3 {
            let headers = (1...90).map { "X-\($0): " + String(repeating: "x", count: $0 + round) }
            let head = (["GET / HTTP/1.1", "Host: a"] + headers).map { $0 + "\r\n" }.joined()
            // Split at every position of a line.
            var rest = (head + "\r\n")[...]
            while !rest.isEmpty {
                client.send(String(rest.prefix(97)))
                rest = rest.dropFirst(97)
                usleep(200)
            }
            #expect(client.answer()?.status == 200)
        }
    }
}
