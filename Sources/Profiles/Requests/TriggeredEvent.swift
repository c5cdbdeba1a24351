package import JSON

/// Something that happened, and that a callback reports.
package struct TriggeredEvent: Hashable, Sendable {
    /// The SID of the company.
    package let company: String
    package let channel: Channel
    /// One of ``Channel/events``, or `nil` for `default`.
    package let event: String?
    /// The values of the placeholders by name. They may be nested.
    package let variables: JSONObject
    /// Unique within the company. Sent as `Callback-Id`.
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
