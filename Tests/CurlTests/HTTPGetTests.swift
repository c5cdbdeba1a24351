import Curl
import Synchronization
import TestSupport
import Testing
import TextSupport

@Suite struct HTTPGetTests {
    private func listener(_ answer: String) throws -> LoopbackListener {
        try LoopbackListener { connection in
            while let line = connection.readLine(), !line.isEmpty {}
            connection.write(answer)
        }
    }

    @Test("returns the status of the response", arguments: [200, 204, 404, 503])
    func status(code: Int) throws {
        let server = try listener("HTTP/1.1 \(code) X\r\nContent-Length: 0\r\n\r\n")
        #expect(try HTTPGet.status(of: "http://127.0.0.1:\(server.port)/", timeout: 5_000) == code)
    }

    /// Parsers of URLs have disagreed about these.
    @Test(
        "libcurl connects to the host that URLAuthority names",
        arguments: [
            "#@127.0.0.1:1/", "?@127.0.0.1:1/", "/@127.0.0.1:1/", "/%5C@127.0.0.1:1/",
            "/..//127.0.0.1:1/", "?a=http://127.0.0.1:1/", "#\\@127.0.0.1:1/",
        ])
    func sameHost(rest: String) throws {
        let server = try listener("HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n")
        let url = "http://127.0.0.1:\(server.port)\(rest)"
        let authority = try URLAuthority(startOf: url)
        #expect(authority.origin == "http://127.0.0.1:\(server.port)")
        #expect(try HTTPGet.status(of: authority.origin + authority.rest, timeout: 5_000) == 204)
    }

    @Test("a redirect is not followed")
    func redirect() throws {
        let visits = Mutex(0)
        let target = try LoopbackListener { _ in visits.withLock { $0 += 1 } }
        let server = try listener(
            "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:\(target.port)/\r\nContent-Length: 0\r\n\r\n"
        )
        #expect(try HTTPGet.status(of: "http://127.0.0.1:\(server.port)/", timeout: 5_000) == 302)
        #expect(visits.withLock { $0 } == 0)
    }

    @Test("the response has a timeout")
    func timeout() throws {
        let server = try LoopbackListener { $0.waitForEnd() }
        let error = #expect(throws: CurlError.self) {
            _ = try HTTPGet.status(of: "http://127.0.0.1:\(server.port)/", timeout: 50)
        }
        #expect(error?.code == 28)
    }

    @Test("an error shows neither path nor credentials")
    func secrets() throws {
        let port = try LoopbackListener.closedPort()
        let error = try #require(throws: CurlError.self) {
            let url = "http://user:canary@127.0.0.1:\(port)/canary?token=canary"
            _ = try HTTPGet.status(of: url, timeout: 5_000)
        }
        #expect(error.endpoint == "http://127.0.0.1:\(port)")
        #expect(!"\(error)".contains("canary"))
    }

    @Test(
        "only http and https are allowed", arguments: ["file:///etc/passwd", "smtp://127.0.0.1:1/"])
    func protocols(url: String) {
        let error = #expect(throws: CurlError.self) {
            _ = try HTTPGet.status(of: url, timeout: 5_000)
        }
        #expect(error?.kind == .setUp)
    }
}
