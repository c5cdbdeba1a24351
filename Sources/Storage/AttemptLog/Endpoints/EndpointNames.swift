import DeliveryLog
import SQL
import StorageErrors

/// An endpoint with its title in the log.
struct NamedEndpoint: Hashable {
    var endpoint: Endpoint
    var title: String?
}

extension AttemptLog {
    /// Returns the endpoints with the given numbers.
    func names(of numbers: Set<Int64>) throws(StorageError) -> [Int64: NamedEndpoint] {
        var names: [Int64: NamedEndpoint] = [:]
        for number in numbers { names[number] = try name(of: number) }
        return names
    }

    private func name(of number: Int64) throws(StorageError) -> NamedEndpoint {
        if number == EndpointNumber.unknown { return NamedEndpoint(endpoint: .unknown) }
        if let label = EndpointNumber.origin(of: number) {
            let text = try self.label(label)
            return NamedEndpoint(endpoint: text.map { .origin($0) } ?? .unknown)
        }
        let sql = "SELECT profile_id, ifnull(title, recorded_title) FROM profiles WHERE id = ?"
        return try database.row(sql, [.integer(number)]) {
            NamedEndpoint(endpoint: .profile($0.text(0)), title: $0.optionalText(1))
        } ?? NamedEndpoint(endpoint: .unknown)
    }

    /// Returns the text of a label, or `nil` for 0, which means none.
    func label(_ id: Int64) throws(StorageError) -> String? {
        try database.row("SELECT text FROM labels WHERE id = ?", [.integer(id)]) { $0.text(0) }
    }

    /// Returns the number of an endpoint, or `nil` if the log does not contain it.
    func number(of endpoint: Endpoint, _ company: Int64) throws(StorageError) -> Int64? {
        switch endpoint {
        case .unknown: return EndpointNumber.unknown
        case .profile(let id):
            let sql = "SELECT id FROM profiles WHERE company = ? AND profile_id = ?"
            return try database.row(sql, [.integer(company), .text(id)]) { $0.integer(0) }
        case .origin(let origin):
            let sql = "SELECT id FROM labels WHERE text = ?"
            return try database.row(sql, [.text(origin)]) {
                EndpointNumber.of(profile: 0, origin: $0.integer(0, in: 0...(1 << 40)))
            }
        }
    }
}
