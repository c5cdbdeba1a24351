import HTTPServer
import JSON
import Profiles

extension GatewayAPI {
    /// Performs an operation. The command-line tool uses the same operations.
    ///
    /// - Parameter isQuick: Whether to throw `SlowProfile` instead of reading a large profile.
    func envelope(
        _ request: RoutedRequest, _ body: [UInt8], _ stores: Stores, isQuick: Bool = false
    ) throws -> Envelope {
        let faults = request.parameterFaults
        guard faults.isEmpty || request.call.bodyRule != .none else {
            return Envelope(Refusal(ProfileFaults(faults: faults)))
        }
        let operations = Operations(
            of: request.company, stores, self, after: faults, isQuick: isQuick)
        let (id, now) = (request.subject, operations.now)
        let profiles = ProfileResponses(operations.profiles)
        let tests = TestDeliveryResponses(operations.testDeliveries)
        switch request.call {
        case .createProfile: return try profiles.create(body, at: now)
        case .listProfiles: return try profiles.list(request.query)
        case .updateProfile: return try profiles.update(id, body, at: now)
        case .deleteProfile: return try profiles.delete(id)
        case .enableProfile: return try profiles.enable(id, at: now)
        case .disableProfile: return try profiles.disable(id, at: now)
        case .testProfile: return try tests.test(profile: id, body)
        case .testSettings: return try tests.test(settings: body)
        case .listNumbers: return try profiles.bindings(request.query)
        case .bindNumber: return try BindingRequest.bind(id, body, operations.profiles)
        case .showNumber: return try profiles.binding(of: id)
        case .unbindNumber: return try profiles.unbind(id)
        case .listDeliveries:
            return try DeliveryResponses(operations.deliveries).list(request.query)
        case .replay: return try operations.replayed(id)
        // These are handled elsewhere.
        case .trigger, .incomingMessage, .showProfile, .health, .metrics, .description:
            return .failed
        }
    }

    /// Returns the result of ``envelope(_:_:_:)`` as a response. The most frequent call uses JSON
    /// that is already encoded.
    ///
    /// - Parameter atOnce: Whether a large profile throws `SlowProfile`.
    func answer(
        _ request: RoutedRequest, _ body: [UInt8], _ stores: Stores, atOnce: Bool = false
    ) throws -> Response {
        guard request.call == .showProfile, request.parameterFaults.isEmpty else {
            return Response(try envelope(request, body, stores))
        }
        let profiles = Operations(of: request.company, stores, self).profiles
        let responses = ProfileResponses(profiles)
        return Response(try responses.showWritten(request.subject, atOnce: atOnce))
    }
}

extension RoutedRequest {
    /// Errors in the query parameters. Lists check their own parameters.
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

    /// Whether the response should wait for the first attempt.
    var waits: Bool { query.last { $0.name == "wait" }.flatMap { Self.flag($0.value) } ?? false }

    private static func flag(_ text: String) -> Bool? {
        switch text {
        case "true": true
        case "false", "": false
        default: nil
        }
    }
}
