/// Decides which `<name>` in XML and HTML are tags and which are placeholders.
///
/// An end tag belongs to an earlier start tag. If there are several candidates, the outermost one
/// inside of the nearest certain element is used: in `<from><from></from>`, the first is a tag and
/// the second a placeholder. If a name has as many start tags as end tags, all of them are tags. A
/// `<name>` without an end tag is a placeholder. The running time is linear in the number of tags.
struct MarkupTags {
    private struct Open {
        let name: String
        /// The index of the token.
        let token: Int
        let isCertain: Bool
        /// The index in `open` of the nearest certain element, including this one, or -1 if there
        /// is none.
        let element: Int
    }

    private let language: MarkupLanguage
    /// The open elements and candidates, outermost first.
    private var open: [Open] = []
    /// The indices in `open` of each name.
    private var places: [String: [Int]] = [:]
    /// The tokens whose end tags were found.
    private var tags: Set<Int> = []

    /// Returns the tokens with each `tagOrPlaceholder` resolved, without the tokens for tags.
    static func resolve(_ tokens: [MarkupToken], _ language: MarkupLanguage) -> [MarkupToken] {
        var finder = MarkupTags(language: language)
        finder.findTags(tokens)
        return tokens.enumerated().compactMap { index, token in
            switch token {
            case .literal, .placeholder: token
            case .tagOrPlaceholder(let found, let escaping):
                finder.tags.contains(index)
                    ? .literal(found.spelling) : .placeholder(found, escaping)
            case .start, .end: nil
            }
        }
    }

    private init(language: MarkupLanguage) {
        self.language = language
    }

    private mutating func findTags(_ tokens: [MarkupToken]) {
        let balanced = balancedNames(tokens)
        for (index, token) in tokens.enumerated() {
            switch token {
            case .literal, .placeholder: continue
            case .tagOrPlaceholder(let found, _):
                let name = key(found.name)
                begin(name, at: index, isCertain: balanced.contains(name))
            case .start(let name): begin(key(name), at: index, isCertain: true)
            case .end(let name): end(key(name))
            }
        }
    }

    /// Returns the names that have as many start tags as end tags if all candidates are tags.
    private func balancedNames(_ tokens: [MarkupToken]) -> Set<String> {
        var surplus: [String: Int] = [:]
        for token in tokens {
            switch token {
            case .literal, .placeholder: continue
            case .tagOrPlaceholder(let found, _): surplus[key(found.name), default: 0] += 1
            case .start(let name): surplus[key(name), default: 0] += 1
            case .end(let name): surplus[key(name), default: 0] -= 1
            }
        }
        return Set(surplus.filter { $0.value == 0 }.keys)
    }

    /// Names in HTML are case-insensitive.
    private func key(_ name: String) -> String {
        language == .html ? name.lowercased() : name
    }

    private mutating func begin(_ name: String, at token: Int, isCertain: Bool) {
        let element = isCertain ? open.count : open.last?.element ?? -1
        places[name, default: []].append(open.count)
        open.append(Open(name: name, token: token, isCertain: isCertain, element: element))
    }

    private mutating func end(_ name: String) {
        guard let start = start(of: name) else { return }
        tags.insert(open[start].token)
        // An end tag outside of the element cannot close anything inside.
        while open.count > start {
            places[open.removeLast().name]?.removeLast()
        }
    }

    /// Returns the index in `open` of the element that an end tag closes, or nil for an unmatched
    /// end tag.
    private func start(of name: String) -> Int? {
        guard let places = places[name], let last = places.last else { return nil }
        let element = open[last].element
        if element >= 0, open[element].name == name { return element }
        // All of these are about to be closed, so each index is visited only once.
        return places.reversed().prefix { $0 > element }.last
    }
}

/// The markup language, which determines which tags must be closed and what must be quoted.
package enum MarkupLanguage: Hashable, Sendable {
    /// XML: https://www.w3.org/TR/xml/.
    case xml
    /// HTML: https://html.spec.whatwg.org/multipage/parsing.html.
    case html
}

/// A token of a template in XML or HTML.
enum MarkupToken {
    case literal(String)
    case placeholder(Placeholder, Escaping)
    /// `<name>` between tags: a start tag or a placeholder. ``MarkupTags`` decides which.
    case tagOrPlaceholder(Placeholder, Escaping)
    /// A start tag that cannot be a placeholder and needs an end tag. Its text is a separate
    /// literal.
    case start(name: String)
    /// An end tag. Its text is a separate literal.
    case end(name: String)
}

extension MarkupScanner {
    /// Whether the name of a tag begins here, with a letter or a placeholder.
    var startsTagName: Bool {
        guard index < bytes.count else { return false }
        let byte = bytes[index]
        return byte.isASCIILetter
            || Placeholder.find(in: bytes, at: index) != nil
            || language == .xml && (byte >= 0x80 || byte.startsMarkupName || byte == 0x3A)
    }

    /// Scans a start tag, beginning with its name.
    mutating func scanStartTag() {
        let name = scanTagName()
        var isEmpty = false
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            isEmpty = bytes[index] == UInt8(ascii: "/")
            if isEmpty || bytes[index].isMarkupSpace { index += 1 } else { scanAttribute() }
        }
        index = min(bytes.count, index + 1)
        guard let name, !isEmpty else { return }
        if language == .html {
            if HTMLElements.void.contains(name.lowercased()) { return }
            if takeRawText(of: name, from: index) { return }
        }
        tokens.append(.start(name: name))
    }

    /// Scans an end tag. In HTML, it can have attributes, which are ignored.
    mutating func scanEndTag() {
        followsValue = false
        index += 2
        // Without a name, it is a comment in HTML and invalid in XML.
        guard startsTagName else { return language == .html ? skip(behind: ">") : () }
        let name = scanTagName()
        while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
            let byte = bytes[index]
            if byte == UInt8(ascii: "/") || byte.isMarkupSpace {
                index += 1
            } else if language == .html {
                scanAttribute()
            } else {
                return
            }
        }
        index = min(bytes.count, index + 1)
        if let name { tokens.append(.end(name: name)) }
    }

    /// Scans the name of a tag. Returns nil if it contains placeholders.
    private mutating func scanTagName() -> String? {
        let start = index
        return scanName(endedBy: { _ in false }) ? nil : text(start..<index)
    }

    /// Scans a name up to a space, `/` or `>`. Returns whether it contains placeholders.
    private mutating func scanName(endedBy ends: (UInt8) -> Bool) -> Bool {
        let start = index
        var hasValue = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte.isMarkupSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
                || ends(byte)
            {
                break
            }
            let isFirst = index == start || bytes[index - 1] == UInt8(ascii: ":")
            if takePlaceholder(.markupName(isFirst: isFirst)) {
                hasValue = true
            } else {
                index += 1
            }
        }
        return hasValue
    }

    // MARK: Attributes

    private mutating func scanAttribute() {
        // A leading equals sign is part of the name.
        if bytes[index] == UInt8(ascii: "=") { index += 1 }
        if scanName(endedBy: { $0 == UInt8(ascii: "=") }) { namesAttributes = true }
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return }
        index += 1
        skipSpace()
        guard index < bytes.count else { return }
        switch bytes[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): scanQuotedValue(bytes[index])
        case UInt8(ascii: ">"): return
        default: scanUnquotedValue()
        }
    }

    private mutating func skipSpace() {
        while index < bytes.count, bytes[index].isMarkupSpace { index += 1 }
    }

    private mutating func scanQuotedValue(_ quote: UInt8) {
        index += 1
        while index < bytes.count, bytes[index] != quote {
            if !takePlaceholder(.attribute) { index += 1 }
        }
        index = min(bytes.count, index + 1)
    }

    /// Scans an unquoted value. If it contains placeholders, quotes are added, because an empty
    /// value or one with a space would change the tag.
    private mutating func scanUnquotedValue() {
        endLiteral()
        let start = tokens.count
        while index < bytes.count, !bytes[index].isMarkupSpace, bytes[index] != UInt8(ascii: ">") {
            if !takePlaceholder(.attribute) { index += 1 }
        }
        endLiteral()
        // Copy the slice. Otherwise, the replacement below would copy all tokens.
        let value = Array(tokens[start...])
        guard value.contains(where: \.isPlaceholder) else { return }
        let quoted = value.map { token in
            guard case .literal(let text) = token else { return token }
            return .literal(text.replacing("\"", with: "&quot;"))
        }
        tokens.replaceSubrange(start..., with: [.literal("\"")] + quoted + [.literal("\"")])
    }
}

extension MarkupToken {
    fileprivate var isPlaceholder: Bool {
        if case .placeholder = self { return true }
        return false
    }
}

extension UInt8 {
    var isMarkupSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) && self != 0x0B }
}
