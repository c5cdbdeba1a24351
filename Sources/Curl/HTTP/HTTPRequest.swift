/// A field of the head of a request or an answer.
package struct HTTPHeader: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// An HTTP request as it is to be sent.
package struct HTTPRequest: Hashable, Sendable {
    package var method: String
    package var url: String
    /// In their order; without Host and Content-Length, which libcurl writes.
    package var headers: [HTTPHeader]
    /// Nil for a request without one, which is not the same as an empty one.
    package var body: [UInt8]?

    package init(method: String, url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

extension HTTPRequest {
    /// Whether no part of it could be read as more than one line (RFC 9110 5.5).
    ///
    /// Whoever makes requests sees to that with better words; this is the last line of defence.
    var isSound: Bool {
        let texts = [method, url] + headers.flatMap { [$0.name, $0.value] }
        let names = headers.map(\.name)
        return !texts.contains { $0.utf8.contains { $0 < 32 && $0 != 9 || $0 == 127 } }
            && !names.contains { $0.isEmpty || $0.utf8.contains { $0 <= 32 || $0 == 58 } }
            && !method.isEmpty && method.utf8.allSatisfy { $0 > 32 }
    }

    /// The headers as libcurl takes them: a field without a value is written with a semicolon.
    ///
    /// Those that it would add by itself are switched off by an empty line of theirs.
    var headerLines: [String] {
        let lines = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        let unwanted = ["Expect", "Content-Type"].filter { name in
            !headers.contains { $0.name.lowercased() == name.lowercased() }
        }
        return lines + unwanted.map { "\($0):" }
    }
}
