/// Callbacks of one id that ended at several endpoints, and count as one.
///
/// It happens where `callback_id` is the id of an event that goes to several endpoints: a delivery
/// to one of them then hides the failures of another.
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

    /// How many attempts ended at an endpoint and are hidden by one at another endpoint.
    package private(set) var hidden = 0
    /// The first of the callbacks.
    package private(set) var example: Example?

    package init(hidden: Int = 0, example: Example? = nil) {
        self.hidden = hidden
        self.example = example
    }
}
