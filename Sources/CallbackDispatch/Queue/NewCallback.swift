import Curl

/// Where a callback goes.
package enum CallbackTarget: Hashable, Sendable {
    /// By the id of a profile.
    case profile(String)
    /// A GET of a URL, which may have placeholders behind its host.
    case url(String)

    /// What shares the places for one endpoint: a profile, or the origin of bare URLs.
    var lane: String {
        switch self {
        case .profile(let id): id
        case .url(let url): Endpoint.of(url)
        }
    }
}

/// A callback that is to be sent.
package struct NewCallback: Hashable, Sendable {
    /// The SID of the company it is sent for.
    package var company: String
    /// Unique within the company, 1 to 200 bytes of UTF-8.
    package var callbackID: String
    package var target: CallbackTarget
    package var channel: String
    package var event: String?
    /// The values for the placeholders, as the text of a JSON object.
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
