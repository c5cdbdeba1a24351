package import CallbackDispatch
package import CivilTime
import JSON
import Profiles
package import Storage

/// The responses to operations on deliveries.
package struct DeliveryResponses {
    private let deliveries: DeliveryOperations

    package init(_ deliveries: DeliveryOperations) {
        self.deliveries = deliveries
    }

    /// Returns one page of logged attempts, newest first.
    package func list(_ parameters: [(name: String, value: String)]) throws -> Envelope {
        try .responding {
            let list = try EncodedList { size in
                try deliveries.list(parameters) { size($0.json) }
            }
            return Envelope(success: "Deliveries fetched successfully", list.data("deliveries"))
        }
    }

    /// Queues one more attempt at a finished callback, with the same callback ID.
    package func replay(_ callbackID: String, at now: Instant) throws -> Envelope {
        try .responding {
            try deliveries.replay(callbackID, at: now)
            return Envelope(
                success: "Callback queued successfully",
                .object(["callback_id": .string(callbackID)]), status: 202)
        }
    }
}

extension Delivery {
    /// The size of the delivery in a response, in bytes.
    package var encodedSize: Int { json.compactCount }
}

/// The responses to test deliveries.
package struct TestDeliveryResponses {
    private let tests: TestDeliveryOperations

    package init(_ tests: TestDeliveryOperations) {
        self.tests = tests
    }

    /// Sends a test callback with a saved profile.
    ///
    /// - Parameter request: Empty, or JSON with `variables`.
    package func test(profile id: String, _ request: [UInt8]) throws -> Envelope {
        try .responding {
            Envelope(try tests.test(profile: id, request.isEmpty ? nil : .text(request)))
        }
    }

    /// Sends a test callback with settings that are not saved.
    package func test(settings request: [UInt8]) throws -> Envelope {
        try .responding { Envelope(try tests.test(settings: .text(request))) }
    }
}

extension TestDeliveryOperations.Tested {
    package var summary: String {
        "The test callback \(delivery.wasDelivered ? "was delivered" : "failed")"
    }
}

extension Envelope {
    package init(_ tested: TestDeliveryOperations.Tested) {
        self.init(success: tested.summary, .object(tested.json))
    }

    /// Creates the response to triggers that are on disk.
    package init(accepted callbacks: [AcceptedCallback]) {
        self.init(accepted: callbacks.map { JSONValue.object($0.json) })
    }

    init(accepted callbacks: [JSONValue]) {
        self.init(
            success: "Callbacks accepted successfully", .object(["callbacks": .array(callbacks)]),
            status: 202)
    }
}

extension AcceptedCallback {
    var json: JSONObject {
        var object: JSONObject = ["callback_id": .string(callbackID)]
        switch target {
        case .profile(let id): object["callback_profile"] = .string(id)
        case .url(let url): object["url"] = .string(url)
        }
        object["channel"] = .string(channel)
        object["event"] = JSONValue(event)
        if isDuplicate { object["duplicate"] = .boolean(true) }
        return object
    }
}
