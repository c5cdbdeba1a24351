/// Decides which `<name>` in XML and HTML are tags and which are placeholders.
///
/// An end tag belongs to a start tag before it. Where several could be meant, it is the outermost
/// within the nearest element that is open for certain: in `<from><from></from>` the first is the
/// tag, and the second a placeholder. Where a name has as many start tags as end tags, all of them
/// are tags. A `<name>` that no end tag belongs to is a placeholder. The time that this takes grows
/// with the number of tags.
struct MarkupTags {
    private struct Open {
        let name: String
        /// Its place in the tokens.
        let token: Int
        let isCertain: Bool
        /// The nearest element that is open for certain, this one included; -1 where there is none.
        let element: Int
    }

    private let language: MarkupLanguage
    /// Elements and candidates that no end tag has closed yet, the outermost first.
    private var open: [Open] = []
    /// The places in `open` of each name.
    private var places: [String: [Int]] = [:]
    /// The tokens whose end tags were found.
    private var tags: Set<Int> = []

    /// The tokens with each `tagOrPlaceholder` replaced by what it is, and without tag marks.
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

    /// The names that have as many start tags as end tags when every candidate is a tag.
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

    /// HTML knows no difference between upper and lower case in names.
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
        // Nothing outside can close what is inside.
        while open.count > start {
            places[open.removeLast().name]?.removeLast()
        }
    }

    /// The place in `open` of what an end tag closes; nil for a stray one.
    private func start(of name: String) -> Int? {
        guard let places = places[name], let last = places.last else { return nil }
        let element = open[last].element
        if element >= 0, open[element].name == name { return element }
        // All of these are about to be closed, so no place is looked at twice.
        return places.reversed().prefix { $0 > element }.last
    }
}
