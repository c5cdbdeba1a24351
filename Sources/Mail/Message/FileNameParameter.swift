import TextSupport

/// The name of an attachment as header parameters.
struct FileNameParameter {
    private let name: String

    init(_ name: String) throws(MessageError) {
        guard !name.hasControl else { throw .controlCharacter(field: "attachment") }
        let isPath = name.contains { $0 == "/" || $0 == "\\" }
        guard !name.isEmpty, !isPath else { throw .fileName(name) }
        self.name = name
    }

    /// The pieces of the `filename` parameter, encoded as in RFC 2231 if necessary.
    ///
    /// Only one of the two forms is used, because mail readers disagree on which one takes
    /// precedence.
    var disposition: [String] {
        isPlain ? ["filename=\"\(name)\""] : Self.extended("filename", name)
    }

    /// The name for readers that only support `name`. Non-ASCII characters become `_`.
    var fallback: String {
        let letters = name.prefix(50).map { character in
            character.isASCII && character != "\"" && character != "?" ? character : "_"
        }
        return "name=\"\(String(letters))\""
    }

    private var isPlain: Bool {
        name.isPrintableASCII && name.utf8.count <= 50 && !name.contains("\"")
            && !name.contains("=?")
    }

    /// Returns `key*0*=UTF-8''…; key*1*=…` in sections that fit into a line (RFC 2231 section 4.1).
    private static func extended(_ key: String, _ value: String) -> [String] {
        // Split only between scalars, because a section that ends inside one would not be valid
        // UTF-8.
        let encoded = value.unicodeScalars.map { scalar in
            String(scalar).utf8.map(Self.escaped).joined()
        }
        var sections = [""]
        for unit in encoded {
            if sections[sections.count - 1].utf8.count + unit.utf8.count > 50 {
                sections.append("")
            }
            sections[sections.count - 1] += unit
        }
        if sections.count == 1 { return ["\(key)*=UTF-8''\(sections[0])"] }
        return sections.enumerated().map { index, section in
            let end = index == sections.count - 1 ? "" : ";"
            return "\(key)*\(index)*=\(index == 0 ? "UTF-8''" : "")\(section)\(end)"
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let isSafe = byte.isLetterOrDigit || "-._".utf8.contains(byte)
        return isSafe ? String(Unicode.Scalar(byte)) : "%" + byte.hexadecimal(uppercase: true)
    }
}
