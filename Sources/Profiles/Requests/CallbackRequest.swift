/// A complete HTTP request, with every placeholder filled.
package struct CallbackRequest: Hashable, Sendable {
    package let method: HTTPMethod
    package let url: String
    /// The headers with Content-Type, `Callback-Id` and the signature, but without the access
    /// token.
    package let headers: [HTTPHeaderField]
    /// The body, which is empty for GET and DELETE.
    package let body: [UInt8]

    package init(method: HTTPMethod, url: String, headers: [HTTPHeaderField], body: [UInt8]) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}
