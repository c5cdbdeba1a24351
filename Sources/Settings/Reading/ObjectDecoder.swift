import Addresses
import CivilTime
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
    ///   - value: The value to decode.
    ///   - place: The path of the value in the file.
    ///   - keys: The known keys. All other keys are reported.
    ///   - isSecret: Whether errors must not show a value that is not an object.
    init(_ value: JSON5Value, at place: ValuePath, keys: [String], isSecret: Bool = false) {
        self.place = place
        guard case .object(let members) = value else {
            let found = isSecret ? value.kind : value.summary
            let problem = Problem.type(expected: "an object", found: found)
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
    if secrets.contains(key.lowercased()) {
        return .secretKey(key, isPassword: !keys.contains("secretFile"))
    }
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
    func section(_ key: String, keys: [String], isSecret: Bool = false) -> ObjectDecoder? {
        value(key).map {
            ObjectDecoder($0, at: place.key(key), keys: keys, isSecret: isSecret)
        }
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

/// Parsers for the formats of strings and numbers in the configuration.
enum StringFormats {
    /// One visible line of text: no control characters, at most 200 bytes.
    static func line(_ text: String) throws(Problem) -> String {
        let isLine = text.utf8.count <= 200 && !text.hasControl
        guard isLine, !text.allSatisfy(\.isWhitespace) else {
            throw .form(text, expected: "one line of 1 to 200 bytes")
        }
        return text
    }

    /// Any string, for values that are parsed later.
    static func any(_ text: String) throws(Problem) -> String { text }

    static func path(_ text: String) throws(Problem) -> String {
        guard !text.isEmpty, !text.hasControl else {
            throw .form(text, expected: "the path of a file or directory")
        }
        return text
    }

    /// A time as `HH:MM` on the 24-hour clock.
    static func time(_ text: String) throws(Problem) -> TimeOfDay {
        let digits = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 5, digits.count == 2,
            let hour = number(digits[0]), let minute = number(digits[1]),
            hour < 24, minute < 60
        else { throw .form(text, expected: "a time from 00:00 to 23:59") }
        return TimeOfDay(hour: hour, minute: minute)
    }

    static func dayOfMonth(_ day: Int) throws(Problem) -> Int {
        guard (1...31).contains(day) else { throw .range(day, 1...31) }
        return day
    }

    static func count(_ count: Int) throws(Problem) -> Int {
        guard count >= 0 else { throw .tooSmall(count, least: 0) }
        return count
    }

    /// A limit of at least one.
    static func limit(_ count: Int) throws(Problem) -> Int {
        guard count >= 1 else { throw .tooSmall(count, least: 1) }
        return count
    }

    static func weekday(_ text: String) throws(Problem) -> Weekday {
        if let weekday = Weekday(name: text) { return weekday }
        let names = Weekday.allCases.map(\.rawValue)
        let nearest = nearestSpelling(of: text.lowercased(), in: names)
        throw .unknownWord(text, nearest: nearest, all: names)
    }

    static func tls(_ text: String) throws(Problem) -> String {
        let words = ["required", "none"]
        if words.contains(text) { return text }
        throw .unknownWord(text, nearest: nearestSpelling(of: text, in: words), all: words)
    }

    /// The name of an environment variable, as defined by POSIX.
    static func variable(_ text: String) throws(Problem) -> String {
        guard text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
            throw .form(text, expected: "the name of an environment variable")
        }
        return text
    }

    /// The region in a profile ID, which is part of URLs.
    static func pod(_ text: String) throws(Problem) -> String {
        guard text.wholeMatch(of: /[A-Za-z0-9]{1,16}/) != nil else {
            throw .form(text, expected: "1 to 16 letters and digits, such as 'IN'")
        }
        return text
    }

    /// A host name for EHLO (RFC 5321 section 4.1.2).
    static func hostName(_ text: String) throws(Problem) -> String {
        let label = /[A-Za-z0-9]([A-Za-z0-9\-]{0,61}[A-Za-z0-9])?/
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, labels.allSatisfy({ $0.wholeMatch(of: label) != nil }) else {
            throw .form(text, expected: "a host name such as 'reports.example.com'")
        }
        return text
    }

    /// An `https` or `http` URL. Errors do not show it because the path of a monitor's URL works
    /// like a password.
    static func webURL(_ text: String) throws(Problem) -> String {
        guard try authority(of: text) != nil else {
            throw .hiddenForm(expected: "a URL that begins with https:// or http://")
        }
        return text
    }

    /// The base URL of links in mails. A trailing `/` is removed.
    static func publicURL(_ text: String) throws(Problem) -> String {
        let text = String(text.hasSuffix("/") ? text.dropLast() : text[...])
        guard let authority = try authority(of: text), !authority.rest.contains("?"),
            !authority.rest.contains("#")
        else {
            throw .form(text, expected: "a URL such as 'https://callbacks.example.com'")
        }
        return text
    }

    /// A URL for the List-Unsubscribe header: a web address or `mailto:` (RFC 2369 section 3.2).
    static func unsubscribeURL(_ text: String) throws(Problem) -> String {
        if text.lowercased().hasPrefix("mailto:"), text.contains("@"), isURL(text) {
            return text
        }
        guard text.lowercased().hasPrefix("http") else {
            throw .form(text, expected: "a URL that begins with https:// or mailto:")
        }
        return try webURL(text)
    }

    /// Returns the start of a web address, or nil if the text is not one.
    static func authority(of text: String) throws(Problem) -> URLAuthority? {
        do throws(URLFault) {
            let authority = try URLAuthority(startOf: text)
            return isURL(text) ? authority : nil
        } catch {
            if error == .user { throw .secretURL }
            return nil
        }
    }

    /// Whether the text has only characters that need no encoding, and so cannot end a header.
    private static func isURL(_ text: String) -> Bool {
        text.utf8.allSatisfy(\.isURLByte)
            && text.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
                .allSatisfy { $0.count >= 2 && $0.prefix(2).allSatisfy(\.isHexDigit) }
    }
}

/// Parses a number that consists only of ASCII digits, without sign or spaces.
func number(_ digits: Substring) -> Int? {
    digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
}
