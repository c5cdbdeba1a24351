import JSON
import Spelling

/// An object of a request whose members are taken one by one, and all that is wrong with them.
struct ObjectReader {
    let path: ProfileFault.Path
    private let members: JSONObject
    private(set) var faults: [ProfileFault] = []
    /// False when something else stands where the object should: then no member is missing.
    private let isObject: Bool

    /// Null members count as absent. Names outside of `names` are a fault unless it is nil.
    ///
    /// - Parameter ignoringCase: understands `params` and `Params` as one.
    init(
        _ value: JSONValue, at path: ProfileFault.Path, names: [String]?,
        ignoringCase: Bool = false
    ) {
        self.path = path
        guard let object = value.object ?? value.objectInText else {
            (members, isObject) = ([:], false)
            faults = [.type("object", at: path)]
            return
        }
        isObject = true
        guard let names else {
            members = object
            return
        }
        var members: JSONObject = [:]
        for member in object.members {
            let name = ignoringCase ? names.first { $0.matches(member.name) } : member.name
            guard let name, names.contains(name) else {
                let nearest = Self.hint(for: member.name, among: names, after: faults.count)
                faults.append(.unknown(member.name.shortened, nearest: nearest, at: path))
                continue
            }
            if members[name] != nil { faults.append(.mustNot("have '\(name)' twice", at: path)) }
            members[name] = member.value
        }
        self.members = members
    }

    /// The name that was probably meant, for the first faults only: it takes its time.
    func hint(for name: String, among names: @autoclosure () -> [String]) -> String? {
        Self.hint(for: name, among: names(), after: faults.count)
    }

    private static func hint(
        for name: String, among names: @autoclosure () -> [String], after faults: Int
    ) -> String? {
        faults < 10 && name.utf8.count <= 50 ? nearestSpelling(of: name, in: names()) : nil
    }

    /// The members that are not null, in order.
    var all: [JSONObject.Member] { members.members.filter { $0.value != .null } }

    /// Nil when absent or null.
    func value(_ name: String) -> JSONValue? {
        members[name].flatMap { $0 == .null ? nil : $0 }
    }

    /// A group of settings; nil also where the answers of the seeds have an empty one.
    func group(_ name: String) -> JSONValue? {
        value(name).flatMap { group in
            group == "" || (group.object ?? group.objectInText)?.members.isEmpty == true
                ? nil : group
        }
    }

    /// Whether the name is there, be it null.
    func names(_ name: String) -> Bool { members[name] != nil }

    mutating func report(_ fault: ProfileFault) {
        faults.append(fault)
    }

    mutating func absorb(_ other: ObjectReader) {
        faults += other.faults
    }

    mutating func require(_ name: String) {
        if isObject, value(name) == nil { report(.missing(name, at: path)) }
    }

    mutating func string(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        if let string = value.string { return string }
        report(.type("string", at: path / name))
        return nil
    }

    /// One word of several, in any case.
    mutating func word<Word: CaseIterable & RawRepresentable<String>>(
        _ name: String, of type: Word.Type
    ) -> Word? {
        guard let text = string(name) else { return nil }
        if let word = Word.allCases.first(where: { $0.rawValue.matches(text) }) { return word }
        report(.notAllowed(Word.allCases.map(\.rawValue), at: path / name))
        return nil
    }
}

extension JSONValue {
    /// The object that a string holds as JSON: so headers travel in the answers.
    var objectInText: JSONObject? {
        guard let text = string else { return nil }
        return (try? JSONValue(parsing: text))?.object
    }

    /// Why a string that begins like an object is none; nil for any other.
    var faultInText: String? {
        guard let text = string, text.trimmed.hasPrefix("{") else { return nil }
        do throws(JSONSyntaxError) {
            _ = try JSONValue(parsing: text)
            return nil
        } catch {
            return error.description
        }
    }
}

extension String {
    /// Whether it is the other word, upper and lower case being the same.
    func matches(_ other: String) -> Bool { lowercased() == other.lowercased() }
}
