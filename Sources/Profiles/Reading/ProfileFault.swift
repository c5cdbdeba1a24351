/// One thing that is wrong with a request, as facts; `description` has the seeds' wording.
package enum ProfileFault: Hashable, Sendable {
    /// The text is no JSON; the reason never quotes it.
    case notJSON(reason: String)
    case missing(String, at: Path)
    case type(String, at: Path)
    case tooShort(Int, at: Path)
    case tooLong(Int, at: Path)
    case notAllowed([String], at: Path)
    case unknown(String, nearest: String?, at: Path)
    /// Any other rule, as it goes on after "must" or "must NOT".
    case must(String, at: Path)
    case mustNot(String, at: Path)

    /// Where it is in the request: `body/enc/key`.
    package struct Path: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        package static let body = Path(description: "body")
        package static let params = Path(description: "params")

        package static func / (path: Path, name: String) -> Path {
            Path(description: "\(path)/\(name)")
        }

        package static func / (path: Path, index: Int) -> Path { path / String(index) }
    }
}

extension ProfileFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notJSON(let reason): "body must be JSON: \(reason)"
        case .missing(let name, let path): "\(path) must have required property '\(name)'"
        case .type(let type, let path): "\(path) must be \(type)"
        case .tooShort(let least, let path):
            "\(path) must NOT have fewer than \(least) characters"
        case .tooLong(let most, let path): "\(path) must NOT have more than \(most) characters"
        case .notAllowed(let allowed, let path):
            "\(path) must be equal to one of the allowed values: "
                + allowed.joined(separator: ", ")
        case .unknown(let name, let nearest, let path):
            "\(path) must NOT have additional property '\(name)'"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .must(let words, let path): "\(path) must \(words)"
        case .mustNot(let words, let path): "\(path) must NOT \(words)"
        }
    }

    /// The part of the request that an answer names it under: `body`, `params`.
    package var part: String { String(description.prefix { $0.isLetter }) }
}

/// Everything that is wrong with a request.
package struct ProfileFaults: Error, Hashable, Sendable {
    /// Never empty.
    package let faults: [ProfileFault]

    package init(faults: [ProfileFault]) {
        self.faults = faults
    }

    /// The one fault of a text that is no JSON; the reason must not quote it.
    package init(notJSON reason: String) {
        faults = [.notJSON(reason: reason)]
    }
}

extension ProfileFaults: CustomStringConvertible {
    package var description: String {
        faults.map(\.description).joined(separator: "\n")
    }
}
