import Addresses
import JSON
import TextSupport

/// Decodes one object of the file, key by key. It collects errors instead of throwing them.
///
/// A key returns nil if it is missing, null or invalid. Read all values first, then check
/// `diagnostics`:
///
///     var section = ObjectDecoder(value, at: place, keys: ["url", "from"])
///     let url = section.text("url", StringFormats.webURL)
///     let from = section.mailbox("from")
///     guard section.diagnostics.isEmpty, let url, let from else { return nil }
struct ObjectDecoder {
    let place: ValuePath
    private(set) var diagnostics: [Diagnostic]
    private let members: [String: JSON5Value]
    /// False if the value is not an object. Missing keys are then not reported.
    private let isObject: Bool

    /// Creates a decoder.
    ///
    /// - Parameters:
    ///   - value: the value to decode.
    ///   - place: the path of the value in the file.
    ///   - keys: the known keys. All other keys are reported.
    init(_ value: JSON5Value, at place: ValuePath, keys: [String]) {
        self.place = place
        guard case .object(let members) = value else {
            let problem = Problem.type(expected: "an object", found: value.summary)
            diagnostics = [Diagnostic(place: place, problem: problem)]
            (self.members, isObject) = ([:], false)
            return
        }
        diagnostics = members.keys.filter { !keys.contains($0) }.sorted().map {
            Diagnostic(place: place, problem: unknown($0, among: keys))
        }
        (self.members, isObject) = (members, true)
    }

    /// Returns a value, or nil if the key is missing or null.
    func value(_ key: String) -> JSON5Value? {
        members[key].flatMap { $0 == .null ? nil : $0 }
    }

    func has(_ key: String) -> Bool {
        value(key) != nil
    }

    mutating func report(_ problem: Problem, at key: String) {
        diagnostics.append(Diagnostic(place: place.key(key), problem: problem))
    }

    mutating func absorb(_ others: [Diagnostic]) {
        diagnostics += others
    }
}

/// Returns the problem for an unknown key. Keys that look like a password get a message of their
/// own.
private func unknown(_ key: String, among keys: [String]) -> Problem {
    let secrets = ["password", "passwd", "pass", "secret", "token", "apikey"]
    if secrets.contains(key.lowercased()) { return .secretKey(key) }
    return .unknownKey(key, nearest: nearestSpelling(of: key, in: keys))
}

// MARK: - Values

extension ObjectDecoder {
    /// Decodes a string with a parser. If `secret` is true, the value is not part of the error.
    mutating func text<Value>(
        _ key: String, secret: Bool = false, _ parse: (String) throws(Problem) -> Value
    ) -> Value? {
        switch members[key, default: .null] {
        case .null:
            return nil
        case .string(let text):
            do throws(Problem) { return try parse(text) } catch {
                report(secret ? error.hidden : error, at: key)
            }
        case let other:
            let found = secret ? other.kind : other.summary
            report(.type(expected: "a string", found: found), at: key)
        }
        return nil
    }

    /// Decodes a required string. If it is missing, the error shows `expected`.
    mutating func required<Value>(
        _ key: String, _ expected: String, _ parse: (String) throws(Problem) -> Value
    ) -> Value? {
        require(key, expected)
        return text(key, parse)
    }

    mutating func require(_ key: String, _ expected: String) {
        if isObject && !has(key) { report(.missing(expected), at: key) }
    }

    /// Decodes a string or a list of strings with a parser.
    mutating func texts<Value>(
        _ key: String, _ parse: (String) throws(Problem) -> Value
    ) -> [Value] {
        guard case .list? = value(key) else { return text(key, parse).map { [$0] } ?? [] }
        return list(key).compactMap { place, value in
            guard case .string(let text) = value else {
                diagnostics.append(
                    Diagnostic(
                        place: place, problem: .type(expected: "a string", found: value.summary)))
                return nil
            }
            do throws(Problem) { return try parse(text) } catch {
                diagnostics.append(Diagnostic(place: place, problem: error))
                return nil
            }
        }
    }

    mutating func boolean(_ key: String) -> Bool? {
        switch members[key, default: .null] {
        case .null: return nil
        case .boolean(let value): return value
        case let other: report(.type(expected: "true or false", found: other.summary), at: key)
        }
        return nil
    }

    mutating func integer(_ key: String, _ check: (Int) throws(Problem) -> Int) -> Int? {
        switch members[key, default: .null] {
        case .null: return nil
        case .integer(let value):
            do throws(Problem) { return try check(value) } catch { report(error, at: key) }
        case let other: report(.type(expected: "a whole number", found: other.summary), at: key)
        }
        return nil
    }

    /// Returns a decoder for the object under a key. Pass its errors to `absorb`.
    func section(_ key: String, keys: [String]) -> ObjectDecoder? {
        value(key).map { ObjectDecoder($0, at: place.key(key), keys: keys) }
    }

    /// Returns the elements of a list with their paths.
    mutating func list(_ key: String) -> [(place: ValuePath, value: JSON5Value)] {
        switch members[key, default: .null] {
        case .null: return []
        case .list(let values):
            let place = place.key(key)
            return values.enumerated().map { (place.index($0.offset), $0.element) }
        case let other: report(.type(expected: "a list", found: other.summary), at: key)
        }
        return []
    }
}

extension ObjectDecoder {
    /// Decodes one address.
    mutating func mailbox(_ key: String) -> Mailbox? {
        text(key) { text throws(Problem) in
            do throws(AddressListError) {
                return try Mailbox(parsing: text)
            } catch {
                throw .refused(error.description)
            }
        }
    }

    /// Decodes a list of addresses in one string. Each invalid address is reported separately.
    mutating func mailboxes(_ key: String) -> [Mailbox]? {
        guard let text = text(key, StringFormats.any) else { return nil }
        do throws(AddressListError) {
            return try AddressList(parsing: text).mailboxes
        } catch {
            for fault in error.errors { report(.refused(fault.description), at: key) }
            return nil
        }
    }
}
