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
    /// The faults that are not listed, as there are too many.
    case more(Int)

    /// Where it is in the request: `body/enc/key`.
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

    /// The place in the request that it is about.
    package var path: Path {
        switch self {
        case .notJSON, .more: .body
        case .missing(_, let path), .type(_, let path), .tooShort(_, let path),
            .tooLong(_, let path), .notAllowed(_, let path), .unknown(_, _, let path),
            .must(_, let path), .mustNot(_, let path):
            path
        }
    }

    /// What is wrong there, as it goes on after the place.
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
        case .more(let count): "has \(count) more fault\(count == 1 ? "" : "s")"
        }
    }

    /// The part of the request that an answer names it under: `body`, `params`.
    package var part: String { String(description.prefix { $0.isLetter }) }
}

/// Everything that is wrong with a request.
package struct ProfileFaults: Error, Hashable, Sendable {
    /// The first hundred; never empty.
    package private(set) var faults: [ProfileFault]
    /// How many more there are.
    package private(set) var omitted: Int

    /// An answer lists no more: a request of a megabyte can have hundreds of thousands.
    package static let most = 100

    package init(faults: [ProfileFault], omitted: Int = 0) {
        self.faults = Array(faults.prefix(Self.most))
        self.omitted = omitted + max(0, faults.count - Self.most)
    }

    package mutating func add(_ others: ProfileFaults) {
        self = ProfileFaults(faults: faults + others.faults, omitted: omitted + others.omitted)
    }

    /// The faults, and how many more there are.
    package var listed: [ProfileFault] { omitted == 0 ? faults : faults + [.more(omitted)] }

    /// What reading a part of a request gives, when neither it nor the rest has a fault.
    ///
    /// - Parameter others: what is wrong with the rest, named before the faults of the part.
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

    /// The one fault of a text that is no JSON; the reason must not quote it.
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
    /// A name of a request as a fault may quote it.
    var shortened: String {
        utf8.count <= 200 ? self : String(decoding: utf8.prefix(100), as: UTF8.self) + "…"
    }
}
