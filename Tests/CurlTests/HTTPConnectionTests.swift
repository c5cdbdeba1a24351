import Curl
import Glibc
import Synchronization
import TestSupport
import Testing

/// Tests of which connections are opened, to whom, and how many.
@Suite struct HTTPConnectionTests {
    @Test func connectionsAreReused() throws {
        let receiver = try ScriptedHTTPReceiver()
        var transfers = try HTTPTransfers(Exchange.options(), connections: 4)
        for _ in 1...5 {
            let request = HTTPRequest(method: "GET", url: receiver.origin + "/")
            _ = try Exchange.run(request, on: &transfers)
        }
        #expect(receiver.requests.map(\.connection) == [1, 1, 1, 1, 1])
    }

    @Test func exchangesShareNoState() throws {
        let receiver = try ScriptedHTTPReceiver([.answer(500, head: ["A: b"], body: "body"), .ok])
        var transfers = try HTTPTransfers(Exchange.options(), connections: 4)
        let first = HTTPRequest(
            method: "PUT", url: receiver.origin + "/", headers: [HTTPHeader("X", "y")], body: [97])
        _ = try Exchange.run(first, on: &transfers)
        let second = HTTPRequest(method: "GET", url: receiver.origin + "/")
        let result = try Exchange.run(second, on: &transfers)
        #expect(result.status == 200)
        #expect(result.content.isEmpty)
        #expect(result.header("a") == nil)
        let got = try #require(receiver.requests.last)
        #expect(got.method == "GET")
        #expect(got.body.isEmpty)
        #expect(got.headers["x"] == nil)
    }

    @Test func exchangesRunConcurrently() throws {
        let receiver = try ScriptedHTTPReceiver { request in
            request.target == "/slow" ? .stall : .ok
        }
        var transfers = try HTTPTransfers(Exchange.options(), connections: 64)
        let slow = HTTPRequest(method: "GET", url: receiver.origin + "/slow")
        for tag in 1...20 { try transfers.start(slow, tag: Int64(tag)) }
        let quick = HTTPRequest(method: "GET", url: receiver.origin + "/")
        try transfers.start(quick, tag: 21)
        var first: Int64?
        while first == nil { first = transfers.poll(milliseconds: 1_000).first?.tag }
        #expect(first == 21)
        #expect(transfers.count == 20)
    }

    @Test func blockedAddressesGetNoConnection() throws {
        let receiver = try ScriptedHTTPReceiver()
        let asked = Mutex<[[UInt8]]>([])
        let request = HTTPRequest(method: "GET", url: receiver.origin + "/")
        let result = try Exchange.run(request) { address in
            asked.withLock { $0.append(address) }
            return false
        }
        #expect(result.fault?.kind == .blocked)
        #expect(result.fault?.message == "127.0.0.1")
        #expect(asked.withLock { $0 } == [[127, 0, 0, 1]])
        #expect(receiver.connections == 0)
    }

    /// `localhost` is looked up each time. The address check sees the resulting address, not the name.
    @Test func judgesTheAddressOfTheSocket() throws {
        let receiver = try ScriptedHTTPReceiver { _ in .answer(200, head: ["Connection: close"]) }
        let allows = Mutex(true)
        var transfers = try HTTPTransfers(
            Exchange.options { _ in allows.withLock { $0 } }, connections: 0)
        let request = HTTPRequest(method: "GET", url: "http://localhost:\(receiver.port)/")
        #expect(try Exchange.run(request, on: &transfers).status == 200)
        allows.withLock { $0 = false }
        #expect(try Exchange.run(request, on: &transfers).fault?.kind == .blocked)
        #expect(receiver.requests.count == 1)
    }

    @Test func reportsTheAddressAndThePhases() throws {
        let receiver = try ScriptedHTTPReceiver([.after(milliseconds: 20, .ok)])
        let request = HTTPRequest(method: "GET", url: receiver.origin + "/")
        let result = try Exchange.run(request)
        #expect(result.address == "127.0.0.1")
        #expect(result.phases.connect > 0)
        #expect(result.phases.tls == 0)
        #expect(result.phases.firstByte >= 20_000)
        #expect(result.phases.total >= result.phases.firstByte)
    }

    @Test func closedPortIsAConnectionFault() throws {
        let port = try LoopbackListener.closedPort()
        let request = HTTPRequest(method: "GET", url: "http://127.0.0.1:\(port)/")
        let result = try Exchange.run(request)
        #expect(result.fault?.kind == .connect)
        #expect(result.address == nil)
    }

    @Test func unknownHostIsADNSFault() throws {
        // The label is too long, so no name server is queried.
        let name = String(repeating: "a", count: 64)
        let request = HTTPRequest(method: "GET", url: "http://\(name).invalid/")
        #expect(try Exchange.run(request).fault?.kind == .dns)
    }

    @Test(
        "other protocols are rejected", arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "x"])
    func protocols(url: String) throws {
        #expect(try Exchange.run(HTTPRequest(method: "GET", url: url)).fault != nil)
    }

    @Test func certificatesAreVerified() throws {
        let trusted = try HTTPSServer(name: "localhost")
        let url = "https://localhost:\(trusted.port)/"
        let request = HTTPRequest(method: "GET", url: url)
        let result = try Exchange.run(
            request, caFile: trusted.certificate)
        #expect(result.status == 200)
        #expect(result.phases.tls > 0)
        let stranger = try HTTPSServer(name: "localhost")
        let other = HTTPRequest(method: "GET", url: "https://localhost:\(stranger.port)/")
        #expect(try Exchange.run(other).fault?.kind == .tls)
    }

    /// One call handles one ticket, however many have arrived. Otherwise a server that sends them
    /// without end would stop all other exchanges.
    @Test func sessionTicketsDoNotHoldOtherExchanges() throws {
        let server = try HTTPSServer(name: "localhost", tickets: 4_000)
        let options = Exchange.options(totalTimeout: 60_000, caFile: server.certificate)
        var transfers = try HTTPTransfers(options, connections: 1)
        let url = "https://localhost:\(server.port)/"
        try transfers.start(HTTPRequest(method: "GET", url: url), tag: 1)
        var polls = 0
        while transfers.count > 0 {
            if let ended = transfers.poll(milliseconds: 1_000).first {
                #expect(ended.result.status == 200)
            }
            polls += 1
            // During the handshake, the pauses give the server time to send all tickets.
            if polls < 12 { usleep(100_000) }
        }
        #expect(polls > 2_000)
    }

    @Test func rejectsACertificateForAnotherName() throws {
        let server = try HTTPSServer(name: "other.example")
        let request = HTTPRequest(method: "GET", url: "https://localhost:\(server.port)/")
        let result = try Exchange.run(
            request, caFile: server.certificate)
        #expect(result.fault?.kind == .tls)
    }

    @Test func serverWithoutTLSIsATLSFault() throws {
        let receiver = try LoopbackListener.withoutTLS()
        let request = HTTPRequest(method: "GET", url: "https://127.0.0.1:\(receiver.port)/")
        #expect(try Exchange.run(request).fault?.kind == .tls)
    }
}
