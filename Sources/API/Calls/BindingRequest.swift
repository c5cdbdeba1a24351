import JSON
import Profiles

/// Parses the body of a request that binds a number: `{"callback_profile": ID}`.
enum BindingRequest {
    private static let name = "callback_profile"

    static func bind(
        _ number: String, _ body: [UInt8], _ profiles: ProfileOperations
    ) throws -> Envelope {
        try .responding {
            let id = try ProfileFaults.reading(after: profiles.parameterFaults) {
                try Self.id(in: body)
            }
            return try ProfileResponses(profiles).bind(number, to: id)
        }
    }

    private static func id(in body: [UInt8]) throws(ProfileFaults) -> String {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: body)
        } catch {
            throw ProfileFaults(notJSON: error.description)
        }
        guard let object = value.object else {
            throw ProfileFaults(faults: [.type("object", at: .body)])
        }
        var faults = object.names.filter { $0 != name }
            .map { ProfileFault.unknown($0, nearest: nil, at: .body) }
        switch object[name] {
        case nil, .null: faults.append(.missing(name, at: .body))
        case .string(let id) where faults.isEmpty: return id
        case .string: break
        default: faults.append(.type("string", at: .body / name))
        }
        throw ProfileFaults(faults: faults)
    }
}
