/// An HTTP request that is ready to be sent: every placeholder is filled.
package struct CallbackRequest: Hashable, Sendable {
    package let method: HTTPMethod
    package let url: String
    /// With Content-Type, `Callback-Id` and the signature; without the token that `auth` asks for.
    package let headers: [HTTPHeaderField]
    /// Empty for GET and DELETE.
    package let body: [UInt8]

    package init(method: HTTPMethod, url: String, headers: [HTTPHeaderField], body: [UInt8]) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}
