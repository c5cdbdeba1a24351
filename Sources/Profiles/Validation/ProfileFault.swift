import Placeholders
import TextSupport

/// One problem of a request, in structured form. `description` uses the published wording.
package enum ProfileFault: Hashable, Sendable {
    /// The text is not valid JSON. The reason never quotes it.
    case notJSON(reason: String)
    case missing(String, at: Path)
    case type(String, at: Path)
    case tooShort(Int, at: Path)
    case tooLong(Int, at: Path)
    case notAllowed([String], at: Path)
    case unknown(String, nearest: String?, at: Path)
    /// Any other rule, phrased to follow "must" or "must NOT".
    case must(String, at: Path)
    case mustNot(String, at: Path)
    /// The number of faults that are not listed, because there are too many.
    case more(Int)

    /// The location in the request, such as `body/enc/key`.
    package struct Path: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        package static let body = Path(description: "body")
        package static let params = Path(description: "params")

        package static func / (path: Path, name: String) -> Path {
            Path(description: "\(path)/\(name.shortened)")
        }

        package static func / (path: Path, index: Int) -> Path { path / String(index) }
    }
}

extension ProfileFault: CustomStringConvertible {
    package var description: String { "\(path) \(words)" }

    /// The location in the request.
    package var path: Path {
        switch self {
        case .notJSON, .more: .body
        case .missing(_, let path), .type(_, let path), .tooShort(_, let path),
            .tooLong(_, let path), .notAllowed(_, let path), .unknown(_, _, let path),
            .must(_, let path), .mustNot(_, let path):
            path
        }
    }

    /// The problem, phrased to follow the location.
    package var words: String {
        switch self {
        case .notJSON(let reason): "must be JSON: \(reason)"
        case .missing(let name, _): "must have required property '\(name)'"
        case .type(let type, _): "must be \(type)"
        case .tooShort(let least, _): "must NOT have fewer than \(least) characters"
        case .tooLong(let most, _): "must NOT have more than \(most) characters"
        case .notAllowed(let allowed, _):
            "must be equal to one of the allowed values: " + allowed.joined(separator: ", ")
        case .unknown(let name, let nearest, _):
            "must NOT have additional property '\(name)'"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .must(let words, _): "must \(words)"
        case .mustNot(let words, _): "must NOT \(words)"
        case .more(let count): "has \(count) more error\(count == 1 ? "" : "s")"
        }
    }

    /// The part of the request under which a response lists the fault: `body` or `params`.
    package var part: String { String(description.prefix { $0.isLetter }) }
}

/// All problems of a request.
package struct ProfileFaults: Error, Hashable, Sendable {
    /// The first hundred faults. Never empty.
    package private(set) var faults: [ProfileFault]
    /// The number of further faults.
    package private(set) var omitted: Int

    /// The maximum number of listed faults. A request of one megabyte can have hundreds of
    /// thousands.
    package static let maxListed = 100

    package init(faults: [ProfileFault], omitted: Int = 0) {
        self.faults = Array(faults.prefix(Self.maxListed))
        self.omitted = omitted + max(0, faults.count - Self.maxListed)
    }

    package mutating func add(_ others: ProfileFaults) {
        self = ProfileFaults(faults: faults + others.faults, omitted: omitted + others.omitted)
    }

    /// The faults, followed by the number of further faults.
    package var listed: [ProfileFault] { omitted == 0 ? faults : faults + [.more(omitted)] }

    /// Runs `read`, and throws its faults together with those of the rest of the request.
    ///
    /// - Parameters:
    ///   - others: Faults in the rest of the request, which are listed first.
    ///   - read: Parses a part of the request.
    /// - Returns: The result of `read`, if the request has no faults.
    package static func reading<Value>(
        after others: [ProfileFault], _ read: () throws -> Value
    ) throws -> Value {
        let value: Value
        do {
            value = try read()
        } catch let error as ProfileFaults {
            throw ProfileFaults(faults: others + error.faults, omitted: error.omitted)
        }
        guard others.isEmpty else { throw ProfileFaults(faults: others) }
        return value
    }

    /// Creates the fault of a text that is not valid JSON. The reason must not quote it.
    package init(notJSON reason: String) {
        self.init(faults: [.notJSON(reason: reason)])
    }
}

extension ProfileFaults: CustomStringConvertible {
    package var description: String {
        listed.map(\.description).joined(separator: "\n")
    }
}

extension String {
    /// The string in a form that is short enough to quote in a fault.
    var shortened: String {
        utf8.count <= 200 ? self : String(decoding: utf8.prefix(100), as: UTF8.self) + "…"
    }
}

/// The rules for URLs in a request.
enum URLRule {
    /// Checks a URL, which may have placeholders after its host. Returns `nil` if it is valid.
    static func fault(_ text: String, at place: ProfileFault.Path) -> ProfileFault? {
        if text.hasControl {
            return .mustNot("contain line breaks or control characters", at: place)
        }
        if text.utf8.count > 8192 { return .tooLong(8192, at: place) }
        do throws(URLFault) {
            _ = try URLTemplate(text)
            return nil
        } catch {
            return words(for: error, at: place)
        }
    }

    private static func words(for fault: URLFault, at place: ProfileFault.Path) -> ProfileFault {
        switch fault {
        case .scheme: .must("be a URL that begins with https:// or http://", at: place)
        case .host: .must("name a host, such as https://example.com/callbacks", at: place)
        case .international(let reason):
            .must("name a host that is valid in DNS: \(reason)", at: place)
        case .port: .must("have a port from 1 to 65535 after the host", at: place)
        case .user:
            .mustNot("contain a user or password; use an Authorization header", at: place)
        case .placeholder: .mustNot("have placeholders in scheme, host or port", at: place)
        }
    }
}
