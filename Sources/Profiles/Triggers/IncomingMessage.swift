package import JSON

/// An incoming WhatsApp message, as the variables of its callback.
package struct IncomingMessage: Hashable, Sendable {
    /// The registered number that received the message, which determines the profile.
    package let number: PhoneNumber
    package let variables: JSONObject
    /// The ID that the request chose, or `nil` to generate one.
    package let callbackID: String?

    /// Parses the body of a request: the variables, and an optional `callback_id`.
    ///
    /// - Throws: A ``ProfileFaults`` that lists everything wrong with the request.
    package init(request: JSONValue) throws(ProfileFaults) {
        var reader = ObjectReader(request, at: .body, names: nil)
        reader.require("wanumber")
        let text = reader.value("wanumber").flatMap { $0.string ?? $0.integer.map(String.init) }
        let number = text.flatMap(PhoneNumber.init)
        if number == nil, reader.value("wanumber") != nil {
            reader.report(
                .must(
                    "be a number in E.164 format, such as 919876543210",
                    at: reader.path / "wanumber"))
        }
        callbackID = reader.callbackID()
        guard reader.faults.isEmpty, let number, var variables = request.object else {
            throw ProfileFaults(faults: reader.faults)
        }
        variables["callback_id"] = nil
        // The published interface documents this value as always false.
        if variables["custom_response"] == nil { variables["custom_response"] = .boolean(false) }
        (self.number, self.variables) = (number, variables)
    }

    package func event(company: String, callbackID: String) -> TriggeredEvent {
        TriggeredEvent(
            company: company, channel: .whatsapp, event: "incoming-message",
            variables: variables, callbackID: callbackID)
    }
}
