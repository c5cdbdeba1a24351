/// The parts of a text without tags: comments, CDATA sections, raw text and declarations.
extension MarkupScanner {
    /// Scans a section that begins with `<!` or `<?`.
    mutating func scanSection() {
        followsValue = false
        if startsHere("<!--") {
            skipComment()
        } else if language == .html {
            // In HTML, everything else that begins like this is a comment.
            skip(behind: ">")
        } else if startsHere("<![CDATA[") {
            scanCDATA()
        } else if startsHere("<?") {
            skip(behind: "?>")
        } else {
            skipDeclaration()
        }
    }

    private mutating func skipComment() {
        guard language == .html else {
            index += "<!--".utf8.count
            return skip(behind: "-->")
        }
        // `<!-->` and `<!--->` are complete comments, and `--!>` also ends a comment.
        index += "<!".utf8.count
        while index < bytes.count, !startsHere("-->"), !startsHere("--!>") { index += 1 }
        skip(behind: ">")
    }

    /// Skips a document type declaration, including its internal subset.
    private mutating func skipDeclaration() {
        var depth = 0
        while index < bytes.count {
            let byte = bytes[index]
            if startsHere("<!--") {
                skip(behind: "-->")
            } else if startsHere("<?") {
                skip(behind: "?>")
            } else {
                index += 1
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "'"):
                    while index < bytes.count, bytes[index] != byte { index += 1 }
                    index = min(bytes.count, index + 1)
                case UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "]"): depth -= 1
                case UInt8(ascii: ">") where depth <= 0: return
                default: break
                }
            }
        }
    }

    // MARK: Text without tags

    /// Scans a section in which tags are text. They are distinguished from placeholders separately.
    private mutating func scanCDATA() {
        index += "<![CDATA[".utf8.count
        scanPlainText(.cdata) { $0.startsHere("]]>") }
        skip(behind: "]]>")
    }

    /// Scans the text of an HTML element that contains no tags, such as a script.
    ///
    /// - Parameters:
    ///   - name: the name of the element.
    ///   - start: where the text begins.
    /// - Returns: false if it is not such an element or has no end tag.
    mutating func takeRawText(of name: String, from start: Int) -> Bool {
        let name = name.lowercased()
        guard language == .html, HTMLElements.raw.contains(name), !unclosed.contains(name) else {
            return false
        }
        let end = Array("</\(name)".utf8)
        guard let stop = place(of: end, from: start) else {
            // Later start tags have no end tag either.
            unclosed.insert(name)
            return false
        }
        index = start
        scanPlainText(.markup) { $0.index >= stop }
        return true
    }

    /// Returns the index of a lowercase text, ignoring case.
    private func place(of text: [UInt8], from start: Int) -> Int? {
        (start..<max(start, bytes.count - text.count + 1)).first { place in
            text.indices.allSatisfy { offset in
                let byte = bytes[place + offset]
                return (byte.isASCIILetter ? byte | 0x20 : byte) == text[offset]
            }
        }
    }

    /// Finds placeholders in a text without tags.
    private mutating func scanPlainText(_ escaping: Escaping, _ isOver: (MarkupScanner) -> Bool) {
        endLiteral()
        let start = tokens.count
        while index < bytes.count, !isOver(self) {
            switch bytes[index] {
            case UInt8(ascii: "<") where takeTagOrPlaceholder(escaping): continue
            case UInt8(ascii: "<"): recordTag()
            case UInt8(ascii: "{") where takePlaceholder(escaping): continue
            default: break
            }
            index += 1
        }
        endLiteral()
        let resolved = MarkupTags.resolve(Array(tokens[start...]), language)
        tokens.replaceSubrange(start..., with: resolved)
        followsValue = false
    }

    /// Records the tag that begins here, for the decision about `<name>`.
    private mutating func recordTag() {
        let isEnd = startsHere("</")
        let start = index + (isEnd ? 2 : 1)
        let name = bytes[start...].prefix { $0.isASCIILetter || $0.isPlaceholderNameByte }
        guard !name.isEmpty, name.endIndex < bytes.count else { return }
        let next = bytes[name.endIndex]
        if isEnd, next == UInt8(ascii: ">") || next.isMarkupSpace {
            tokens.append(.end(name: text(name.indices)))
        } else if !isEnd, next.isMarkupSpace {
            tokens.append(.start(name: text(name.indices)))
        }
    }
}

/// HTML elements with special parsing rules.
enum HTMLElements {
    /// Elements without end tags: https://html.spec.whatwg.org/#void-elements.
    static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr",
    ]

    /// Elements whose text ends at their end tag and contains no tags.
    static let raw: Set<String> = [
        "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
    ]
}
