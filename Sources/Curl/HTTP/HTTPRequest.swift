import TextSupport

/// A header field of a request or a response.
package struct HTTPHeader: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// An HTTP request, sent as given.
package struct HTTPRequest: Hashable, Sendable {
    package var method: String
    package var url: String
    /// The headers in order, without Host and Content-Length, which libcurl adds.
    package var headers: [HTTPHeader]
    /// Nil for a request without a body, which differs from an empty body.
    package var body: [UInt8]?

    package init(method: String, url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

extension HTTPRequest {
    /// The approximate size in memory, in bytes.
    package var size: Int {
        headers.reduce(url.utf8.count + (body?.count ?? 0)) {
            $0 + $1.name.utf8.count + $1.value.utf8.count
        }
    }

    /// The parts that are needed after it was sent: the method and the origin of the URL.
    package var withoutContents: HTTPRequest {
        HTTPRequest(method: method, url: URLOrigin.of(url))
    }

    /// Whether no part of the request contains a line break (RFC 9110 section 5.5).
    ///
    /// Callers check this earlier with better messages. This is the last line of defense.
    var isSound: Bool {
        let texts = [method, url] + headers.flatMap { [$0.name, $0.value] }
        let names = headers.map(\.name)
        return !texts.contains { $0.utf8.contains { $0 < 32 && $0 != 9 || $0 == 127 } }
            && !names.contains { $0.isEmpty || $0.utf8.contains { $0 <= 32 || $0 == 58 } }
            && !method.isEmpty && method.utf8.allSatisfy { $0 > 32 }
    }

    /// The headers in libcurl's format, in which a header without a value ends with a semicolon.
    ///
    /// An empty entry disables a header that libcurl would add by itself.
    var headerLines: [String] {
        let lines = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        let unwanted = ["Expect", "Content-Type"].filter { name in
            !headers.contains { $0.name.lowercased() == name.lowercased() }
        }
        return lines + unwanted.map { "\($0):" }
    }
}
