/// How large a profile and the callbacks that are made of it may be.
package enum RequestLimits {
    /// Bytes of a callback: of its URL, headers and body together, and of the response message.
    ///
    /// They are counted while placeholders are filled. One value may stand for thousands of
    /// placeholders, so the size of the profile and that of the event say little about it.
    package static let bytes = 4 << 20
    /// The headers of a profile.
    static let headers = 100
    /// The placeholders in URL, headers, body and response message together.
    static let placeholders = 30_000
    /// The fields that `auth` adds to the request for a token.
    static let tokenFields = 100
}
