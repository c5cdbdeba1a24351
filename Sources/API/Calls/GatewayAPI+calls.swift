import HTTPServer
import JSON
import Profiles

extension GatewayAPI {
    /// Does what was asked, with the operations that the commands work by as well.
    func envelope(_ order: RoutedRequest, _ body: [UInt8], _ stores: Stores) throws -> Envelope {
        let faults = order.parameterFaults
        guard faults.isEmpty || order.call.bodyRule != .none else {
            return Envelope(ProfileFaults(faults: faults))
        }
        let operations = Operations(of: order.company, stores, self, after: faults)
        let (profiles, id, now) = (operations.profiles, order.subject, operations.now)
        switch order.call {
        case .createProfile: return try profiles.create(body, at: now)
        case .listProfiles: return try profiles.list(order.query)
        case .updateProfile: return try profiles.update(id, body, at: now)
        case .deleteProfile: return try profiles.delete(id)
        case .enableProfile: return try profiles.enable(id, at: now)
        case .disableProfile: return try profiles.disable(id, at: now)
        case .testProfile: return try operations.trials.test(profile: id, body)
        case .testSettings: return try operations.trials.test(settings: body)
        case .listNumbers: return try profiles.bindings(order.query)
        case .bindNumber: return try BindingRequest.bind(id, body, profiles)
        case .showNumber: return try profiles.binding(of: id)
        case .unbindNumber: return try profiles.unbind(id)
        case .listDeliveries: return try operations.deliveries.list(order.query)
        case .replay: return try operations.replay(id)
        // They are answered elsewhere.
        case .trigger, .incomingMessage, .showProfile, .health, .metrics, .description:
            return .failed
        }
    }

    /// The same as an answer; that to the call which comes most often is not written anew each
    /// time.
    func answer(_ order: RoutedRequest, _ body: [UInt8], _ stores: Stores) throws -> Response {
        guard order.call == .showProfile, order.parameterFaults.isEmpty else {
            return Response(try envelope(order, body, stores))
        }
        let profiles = Operations(of: order.company, stores, self).profiles
        return Response(try profiles.showWritten(order.subject))
    }
}

extension RoutedRequest {
    /// What is wrong with the parameters; lists look at their own.
    var parameterFaults: [ProfileFault] {
        let lists: [Operation] = [.listProfiles, .listDeliveries, .listNumbers]
        guard !lists.contains(call) else { return [] }
        let takesWait = call == .trigger || call == .incomingMessage
        return query.compactMap { name, value in
            guard takesWait, name == "wait" else {
                return .unknown(name, nearest: nil, at: .params)
            }
            return Self.flag(value) == nil
                ? .notAllowed(["true", "false"], at: .params / "wait") : nil
        }
    }

    /// Whether the answer is to wait for the first attempt.
    var waits: Bool { query.last { $0.name == "wait" }.flatMap { Self.flag($0.value) } ?? false }

    private static func flag(_ text: String) -> Bool? {
        switch text {
        case "true": true
        case "false", "": false
        default: nil
        }
    }
}
