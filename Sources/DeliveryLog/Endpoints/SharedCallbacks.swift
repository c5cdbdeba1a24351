/// Callbacks with the same ID that ended at several endpoints and count as one.
///
/// This happens if `callback_id` identifies an event that goes to several endpoints. A delivery to
/// one of them then hides failures at another.
package struct SharedCallbacks: Hashable, Sendable {
    package struct Example: Hashable, Sendable {
        package let company: String
        package let callbackID: String
        /// Two of the endpoints.
        package let endpoints: [Endpoint]

        package init(company: String, callbackID: String, endpoints: [Endpoint]) {
            self.company = company
            self.callbackID = callbackID
            self.endpoints = endpoints
        }
    }

    /// The number of attempts that are hidden by an attempt at another endpoint.
    package private(set) var hidden = 0
    /// The first of the callbacks.
    package private(set) var example: Example?

    package init(hidden: Int = 0, example: Example? = nil) {
        self.hidden = hidden
        self.example = example
    }
}
