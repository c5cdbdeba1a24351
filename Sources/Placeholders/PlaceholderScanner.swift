/// Finds the placeholders of a text: `<name>`, `{{name}}`, and where asked `{name}`.
///
/// A name has letters, digits, `_`, `-` and an index such as `[0]`; dots lead into nested values.
/// Whatever else stands between brackets is ordinary text.
struct PlaceholderScanner {
    enum Piece: Hashable, Sendable {
        case literal(String)
        case placeholder(Placeholder)
    }

    private let bytes: [UInt8]
    private let takesSingleBraces: Bool
    private var index = 0
    private var literalStart = 0
    private var pieces: [Piece] = []

    /// The pieces of the text, which joined again are the text.
    static func pieces(of text: String, takesSingleBraces: Bool = false) -> [Piece] {
        var scanner = PlaceholderScanner(text, takesSingleBraces)
        scanner.scan()
        return scanner.pieces
    }

    private init(_ text: String, _ takesSingleBraces: Bool) {
        bytes = Array(text.utf8)
        self.takesSingleBraces = takesSingleBraces
    }

    private mutating func scan() {
        while index < bytes.count {
            guard let (name, end) = placeholder() else {
                index += 1
                continue
            }
            endLiteral()
            let spelling = String(decoding: bytes[index..<end], as: UTF8.self)
            pieces.append(.placeholder(Placeholder(name: name, spelling: spelling)))
            (index, literalStart) = (end, end)
        }
        endLiteral()
    }

    private mutating func endLiteral() {
        guard literalStart < index else { return }
        pieces.append(.literal(String(decoding: bytes[literalStart..<index], as: UTF8.self)))
    }

    private func placeholder() -> (name: String, end: Int)? {
        switch bytes[index] {
        case UInt8(ascii: "<"): return name(from: index + 1, closedBy: ">")
        case UInt8(ascii: "{"):
            guard bytes.dropFirst(index + 1).first == UInt8(ascii: "{") else {
                return takesSingleBraces ? name(from: index + 1, closedBy: "}") : nil
            }
            return name(from: index + 2, closedBy: "}}")
        default: return nil
        }
    }

    /// In double braces spaces may stand around the name, as in Mustache.
    private func name(from start: Int, closedBy close: String) -> (name: String, end: Int)? {
        let allowsSpace = close.utf8.count == 2
        var first = start
        while allowsSpace, first < bytes.count, bytes[first] == 0x20 { first += 1 }
        var last = first
        while last < bytes.count, bytes[last].isNameByte { last += 1 }
        var end = last
        while allowsSpace, end < bytes.count, bytes[end] == 0x20 { end += 1 }
        guard bytes[end...].starts(with: close.utf8) else { return nil }
        let name = String(decoding: bytes[first..<last], as: UTF8.self)
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy(\.isNamePart) else { return nil }
        return (name, end + close.utf8.count)
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}

extension Substring {
    /// `name`, `0`, or `parts[n]`.
    fileprivate var isNamePart: Bool {
        guard let first = utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "[") else {
            return false
        }
        guard let bracket = utf8.firstIndex(of: UInt8(ascii: "[")) else {
            return !utf8.contains(UInt8(ascii: "]"))
        }
        let index = utf8[utf8.index(after: bracket)...]
        return index.last == UInt8(ascii: "]") && index.count > 1
            && !index.dropLast().contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
    }
}
