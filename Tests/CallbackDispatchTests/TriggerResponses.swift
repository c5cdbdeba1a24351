import API
import CallbackDispatch
import CivilTime

/// The responses to triggers and incoming messages.
struct TriggerResponses {
    private let triggers: TriggerOperations

    init(_ triggers: TriggerOperations) {
        self.triggers = triggers
    }

    func accept(_ request: [UInt8], at now: Instant) throws -> Envelope {
        try .responding { Envelope(accepted: try triggers.take(request, at: now)) }
    }

    func acceptMessage(_ request: [UInt8], at now: Instant) throws -> Envelope {
        try .responding { Envelope(accepted: try triggers.takeMessage(request, at: now)) }
    }
}
