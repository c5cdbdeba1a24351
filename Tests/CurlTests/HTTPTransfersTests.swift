import TestSupport
import Testing

@testable import Curl

/// Tests with a receiver that misbehaves in many ways.
@Suite struct HTTPTransfersTests {
    /// The fault of each response, and the status that was received nevertheless.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let action: HTTPAction
        let status: Int?
        let fault: HTTPFault.Kind?

        init(_ name: String, _ action: HTTPAction, _ status: Int?, _ fault: HTTPFault.Kind?) {
            (self.name, self.action, self.status, self.fault) = (name, action, status, fault)
        }

        var testDescription: String { name }
    }

    private static let head = "HTTP/1.1 200 OK\r\n"

    static let cases = [
        Case("an answer", .ok, 200, nil),
        Case("an answer of no content", .answer(204), 204, nil),
        Case("an answer that the closed connection ends", .rawAndClose(head + "\r\nab"), 200, nil),
        Case("an error", .answer(503, body: "no"), 503, nil),
        Case("an answer after an interim one", .raw("HTTP/1.1 103 X\r\n\r\n" + ended), 200, nil),
        Case("a late answer", .after(milliseconds: 20, .ok), 200, nil),
        Case("no answer", .stall, nil, .timeout),
        Case("half an answer", .raw(head + "Content-Length: 2\r\n\r\na"), 200, .timeout),
        Case("a dripping answer", .drip(everyMilliseconds: 10), 200, .timeout),
        Case("a torn answer", .rawAndClose(head + "Content-Length: 9\r\n\r\nab"), 200, .broken),
        Case("a torn head", .rawAndClose("HTTP/1.1 200 O"), nil, .broken),
        Case("a closed connection", .close, nil, .broken),
        Case("a half-closed connection", .halfClose, nil, .broken),
        Case("a reset connection", .reset, nil, .broken),
        Case("no HTTP", .rawAndClose("SSH-2.0-OpenSSH\r\n"), nil, .other),
        Case("exactly as much as is read", .huge(1000), 200, nil),
        Case("a byte more than is read", .huge(1001), 200, .tooLong),
        Case("a huge answer", .huge(5_000_000), 200, .tooLong),
        Case("a header beyond libcurl's limit", .raw(head + "A: " + hugeText), 200, .tooLong),
        Case("a huge head", .answer(200, head: ["A: " + longText]), 200, .tooLong),
        Case(
            "an endless extension of a chunk", .raw(chunked + "1;" + hugeText), 200, .tooLong
        ),
        Case(
            "chunks of one byte each",
            .raw(chunked + String(repeating: "1\r\na\r\n", count: 200)), 200, .tooLong
        ),
        Case("a torn chunk", .rawAndClose(chunked + "9\r\nab"), 200, .broken),
        Case("a chunk without a size", .raw(chunked + "x\r\nab"), 200, .broken),
        Case(
            "an endless head", .raw(head + String(repeating: "A: b\r\n", count: 999)), 200, .tooLong
        ),
        Case(
            "interim answers without end",
            .raw(String(repeating: "HTTP/1.1 103 X\r\nA: b\r\n\r\n", count: 999)), 103, .tooLong
        ),
        Case(
            "an endless trailer",
            .raw(chunked + "0\r\n" + String(repeating: "A: b\r\n", count: 999)), 200, .tooLong
        ),
    ]

    private static let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"
    private static let ended = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    private static let hugeText = String(repeating: "a", count: 110_000) + "\r\n\r\n"
    private static let longText = String(repeating: "a", count: 1001)

    @Test("faults are distinguished", arguments: cases)
    func faults(row: Case) throws {
        let receiver = try ScriptedHTTPReceiver([row.action])
        let result = try Exchange.run(
            HTTPRequest(method: "GET", url: receiver.origin + "/"),
            totalTimeout: row.fault == .timeout ? 300 : 15_000)
        #expect(result.fault?.kind == row.fault)
        #expect(result.status == row.status)
    }

    /// libcurl keeps a copy of a request for as long as its handle exists.
    @Test("a handle is reused, but not after a large request", arguments: [10, 100_000])
    func handlesOfLargeRequests(size: Int) throws {
        let receiver = try ScriptedHTTPReceiver()
        var transfers = try HTTPTransfers(Exchange.options(), connections: 4)
        let body = [UInt8](repeating: 32, count: size)
        let url = receiver.origin + "/"
        for request in [
            HTTPRequest(method: "POST", url: url, body: body),
            HTTPRequest(method: "GET", url: url + String(repeating: "a", count: size)),
            HTTPRequest(
                method: "GET", url: url,
                headers: [HTTPHeader("A", String(repeating: "a", count: size))]),
        ] {
            #expect(try Exchange.run(request, on: &transfers).status == 200)
            #expect(transfers.idle.count == (size > 1000 ? 0 : 1))
        }
        #expect(receiver.connections == 1)
    }

    @Test func contentIsKeptToTheLimit() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(200, body: "0123456789abcdef")])
        let result = try Exchange.run(HTTPRequest(method: "GET", url: receiver.origin + "/"))
        #expect(result.fault == nil)
        #expect(String(decoding: result.content, as: UTF8.self) == "0123456789")
    }

    @Test func chunksAreDecoded() throws {
        let receiver = try ScriptedHTTPReceiver([
            .raw(Self.chunked + "3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\nA: b\r\n\r\n"), .ok,
        ])
        var transfers = try HTTPTransfers(Exchange.options(), connections: 1)
        let request = HTTPRequest(method: "GET", url: receiver.origin + "/")
        let result = try Exchange.run(request, on: &transfers)
        #expect(result.fault == nil && result.status == 200)
        // Only ten bytes are kept, with their framing.
        #expect(String(decoding: result.content, as: UTF8.self) == "abc")
        #expect(try Exchange.run(request, on: &transfers).status == 200)
        #expect(receiver.connections == 1)
    }

    @Test func headersOfTheLastHeadAreRead() throws {
        let receiver = try ScriptedHTTPReceiver([
            .raw(
                "HTTP/1.1 103 X\r\nRetry-After: 1\r\nY: z\r\n\r\nHTTP/1.1 503 X\r\n"
                    + "retry-AFTER:  7 \r\nEmpty:\r\nX: a: b\r\nContent-Length: 0\r\n\r\n")
        ])
        let result = try Exchange.run(HTTPRequest(method: "GET", url: receiver.origin + "/"))
        #expect(result.header("Retry-After") == "7")
        #expect(result.header("Empty") == "")
        #expect(result.header("x") == "a: b")
        #expect(result.header("y") == nil)
    }

    @Test func redirectIsNotFollowed() throws {
        let target = try ScriptedHTTPReceiver()
        let receiver = try ScriptedHTTPReceiver([
            .answer(302, head: ["Location: \(target.origin)/"])
        ])
        let result = try Exchange.run(HTTPRequest(method: "GET", url: receiver.origin + "/"))
        #expect(result.status == 302)
        #expect(target.requests.isEmpty)
    }

    @Test("the request is sent as given", arguments: ["POST", "PUT", "DELETE", "GET"])
    func requests(method: String) throws {
        let receiver = try ScriptedHTTPReceiver()
        let hasBody = method == "POST" || method == "PUT"
        let request = HTTPRequest(
            method: method, url: receiver.origin + "/a%20b?c=d",
            headers: [HTTPHeader("X-One", "1"), HTTPHeader("X-Empty", "")],
            body: hasBody ? Array("{\"ä\":1}".utf8) : nil)
        _ = try Exchange.run(request)
        let got = try #require(receiver.requests.first)
        #expect(got.method == method)
        #expect(got.target == "/a%20b?c=d")
        #expect(got.body == (hasBody ? "{\"ä\":1}" : ""))
        #expect(got.headers["x-one"] == "1")
        #expect(got.headers["x-empty"] == "")
        #expect(got.headers["content-length"] == (hasBody ? "8" : nil))
        // The client must not add these.
        #expect(got.headers["content-type"] == nil)
        #expect(got.headers["expect"] == nil)
    }

    @Test func emptyAndLargeBodiesArrive() throws {
        let receiver = try ScriptedHTTPReceiver()
        for size in [0, 1, 3_000_000] {
            let body = [UInt8](repeating: 97, count: size)
            let request = HTTPRequest(method: "POST", url: receiver.origin + "/", body: body)
            #expect(try Exchange.run(request).status == 200)
            #expect(receiver.requests.last?.body.utf8.count == size)
            #expect(receiver.requests.last?.headers["content-length"] == "\(size)")
        }
    }

    @Test(
        "requests with control characters are rejected",
        arguments: [
            HTTPRequest(method: "GET", url: "", headers: [HTTPHeader("A", "b\r\nC: d")]),
            HTTPRequest(method: "GET", url: "", headers: [HTTPHeader("A\nB", "c")]),
            HTTPRequest(method: "GET", url: "", headers: [HTTPHeader("A", "b\0c")]),
            HTTPRequest(method: "GET", url: "", headers: [HTTPHeader("A b", "c")]),
            HTTPRequest(method: "GET", url: "", headers: [HTTPHeader("", "c")]),
            HTTPRequest(method: "GET /x HTTP/1.1\r\n\r\nGET", url: ""),
            HTTPRequest(method: "GET", url: "/a\r\nb"),
        ])
    func injection(request: HTTPRequest) throws {
        let receiver = try ScriptedHTTPReceiver()
        var request = request
        request.url = receiver.origin + "/" + request.url
        #expect(try Exchange.run(request).fault?.kind == .invalidRequest)
        #expect(receiver.connections == 0)
    }
}
