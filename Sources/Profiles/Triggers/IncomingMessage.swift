package import JSON

/// A WhatsApp message that came in, as the variables of its callback.
package struct IncomingMessage: Hashable, Sendable {
    /// The registered number that it was sent to, which decides its profile.
    package let number: PhoneNumber
    package let variables: JSONObject
    /// What the request calls it; nil when it leaves that to the gateway.
    package let callbackID: String?

    /// Reads the body of a request: the variables, and `callback_id` where there is one.
    ///
    /// - Throws: every fault that it has.
    package init(request: JSONValue) throws(ProfileFaults) {
        var reader = ObjectReader(request, at: .body, names: nil)
        reader.require("wanumber")
        let text = reader.value("wanumber").flatMap { $0.string ?? $0.integer.map(String.init) }
        let number = text.flatMap(PhoneNumber.init)
        if number == nil, reader.value("wanumber") != nil {
            reader.report(
                .must(
                    "be a number in E.164 form, such as 919876543210",
                    at: reader.path / "wanumber"))
        }
        callbackID = reader.callbackID()
        guard reader.faults.isEmpty, let number, var variables = request.object else {
            throw ProfileFaults(faults: reader.faults)
        }
        variables["callback_id"] = nil
        // It is always false in the seeds.
        if variables["custom_response"] == nil { variables["custom_response"] = .boolean(false) }
        (self.number, self.variables) = (number, variables)
    }

    package func event(company: String, callbackID: String) -> TriggeredEvent {
        TriggeredEvent(
            company: company, channel: .whatsapp, event: "incoming-message",
            variables: variables, callbackID: callbackID)
    }
}
