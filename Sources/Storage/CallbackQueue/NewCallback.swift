import TextSupport

/// The destination of a callback.
package enum CallbackTarget: Hashable, Sendable {
    /// A profile, by its ID.
    case profile(String)
    /// A GET request to a URL, which may have placeholders after its host.
    case url(String)

    /// The name of the endpoint queue: the profile's ID, or the origin of a bare URL.
    var endpoint: String {
        switch self {
        case .profile(let id): id
        case .url(let url): URLOrigin.of(url)
        }
    }
}

/// A callback to send.
package struct NewCallback: Hashable, Sendable {
    /// The SID of the company that the callback belongs to.
    package var company: String
    /// Unique within the company; 1 to 200 bytes of UTF-8.
    package var callbackID: String
    package var target: CallbackTarget
    package var channel: String
    package var event: String?
    /// The values of the placeholders, as the text of a JSON object.
    package var variables: String

    package init(
        company: String, callbackID: String, target: CallbackTarget, channel: String,
        event: String?, variables: String
    ) {
        self.company = company
        self.callbackID = callbackID
        self.target = target
        self.channel = channel
        self.event = event
        self.variables = variables
    }
}
