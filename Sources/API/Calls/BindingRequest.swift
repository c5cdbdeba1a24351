import JSON
import Profiles

/// The body of a request that binds a number: `{"callback_profile": ID}`.
enum BindingRequest {
    private static let name = "callback_profile"

    static func bind(
        _ number: String, _ body: [UInt8], _ profiles: ProfileOperations
    ) throws -> Envelope {
        let object: JSONObject
        do throws(JSONSyntaxError) {
            guard let value = try JSONValue(parsing: body).object else {
                return .refusal("body must be object", status: 400)
            }
            object = value
        } catch {
            return .refusal("body must be JSON: \(error)", status: 400)
        }
        if let other = object.names.first(where: { $0 != name }) {
            return .refusal("body must NOT have additional property '\(other)'", status: 400)
        }
        guard let id = object[name], id != .null else {
            return .refusal("body must have required property '\(name)'", status: 400)
        }
        guard let id = id.string else {
            return .refusal("body/\(name) must be string", status: 400)
        }
        return try profiles.bind(number, to: id)
    }
}
