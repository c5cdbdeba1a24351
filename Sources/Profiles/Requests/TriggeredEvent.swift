package import JSON

/// Something that happened, of which a callback tells.
package struct TriggeredEvent: Hashable, Sendable {
    /// The company's SID.
    package let company: String
    package let channel: Channel
    /// One of ``Channel/events``; nil for `default`.
    package let event: String?
    /// The values for the placeholders, by name; may be nested.
    package let variables: JSONObject
    /// Unique within the company; goes out as `Callback-Id`.
    package let callbackID: String

    package init(
        company: String, channel: Channel, event: String?, variables: JSONObject, callbackID: String
    ) {
        self.company = company
        self.channel = channel
        self.event = event
        self.variables = variables
        self.callbackID = callbackID
    }
}
