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
