/// The limits on the size of a profile and its callbacks.
package enum RequestLimits {
    /// The maximum number of bytes in a callback (URL, headers and body), and in a response
    /// message.
    ///
    /// The bytes are counted while placeholders are filled. One value may fill thousands of
    /// placeholders, so the sizes of the profile and the event say little.
    package static let bytes = 4 << 20
    /// The maximum number of headers in a profile.
    static let headers = 100
    /// The maximum number of placeholders in URL, headers, body and response message together.
    static let placeholders = 30_000
    /// The maximum number of fields that `auth` adds to the token request.
    static let tokenFields = 100
}
