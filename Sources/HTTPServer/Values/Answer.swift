/// What a request is answered with.
package struct Answer: Hashable, Sendable {
    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    package var status: Int
    /// Without Content-Length, Date and Connection, which the server sets.
    package var headers: [Header]
    package var body: [UInt8]
    /// What whoever watches the server wants to know of it; no part of the answer.
    package var facts: [String: String] = [:]

    package init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The value of the first header with this name; upper and lower case are the same.
    package subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
