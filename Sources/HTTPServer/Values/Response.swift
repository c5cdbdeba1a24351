/// A response to a request.
package struct Response: Hashable, Sendable {
    /// Information about a response for logs and metrics.
    package struct Facts: Hashable, Sendable {
        /// The name of the operation that produced the response.
        package var call: String?
        /// The company that the response is about.
        package var company: String?

        package init(call: String? = nil, company: String? = nil) {
            (self.call, self.company) = (call, company)
        }
    }

    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    package var status: Int
    /// The headers without Content-Length, Date and Connection, which the server sets.
    package var headers: [Header]
    package var body: [UInt8]
    /// Information for logs. It is not sent.
    package var facts = Facts()

    package init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// Returns the value of the first header with this name. Names are case-insensitive.
    package subscript(header name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
