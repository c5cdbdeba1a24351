/// Finds the records in the answers of an API, byte by byte: in a list, in a list within an
/// answer, or one after the other, on however many lines.
///
/// It checks how JSON is nested (RFC 8259) and leaves words, numbers and text to the parser. An
/// object that has a list or an object where answers hold their records is an answer around them.
struct JSONRecordScanner {
    enum Finding {
        /// A record starts with this byte, within that one of its list (0 outside lists).
        case starts(Int)
        /// What started as a record is an answer around records, or one without any.
        case wraps
        /// The record ends with this byte.
        case ends
        /// The record, a number or a word, ends before this byte.
        case endsBefore
        /// No JSON goes on with this byte.
        case breaks
    }

    private enum State {
        case value, valueOrEnd, name, nameOrEnd, colon, commaOrEnd, word
        /// Within a document that is `null`, after so many letters.
        case null(Int)
        case text(isName: Bool), escape(isName: Bool)
    }

    private struct Frame {
        let isObject: Bool
        /// Whether each of its values is a record, or leads to records.
        let holdsRecords: Bool
        /// Whether only one value leads to the records: the next step on the way is its place.
        let isStep: Bool
        /// The names that lead there, from the answer on.
        let way: [[UInt8]]
        /// Records so far; of a step, values.
        var count = 0
    }

    private static let depthLimit = 512

    /// The names, or places in lists, that lead to the records of an answer; several are
    /// alternatives.
    private let ways: [[[UInt8]]]
    private let longestName: Int
    private var state = State.value
    private var frames: [Frame] = []
    /// How many frames are around the record that has started.
    private var record: Int?
    private var name: [UInt8] = []
    /// The names that led to the record or list that starts.
    private var way: [[UInt8]] = []
    /// What closes and separates is left over where reading starts again behind damage.
    private var skipsLeftovers = false

    init(ways: [[String]]) {
        self.ways = ways.map { $0.map { Array($0.utf8) } }
        longestName = self.ways.joined().map(\.count).max() ?? 0
    }

    /// Whether an answer or a record has started and not ended.
    var isInside: Bool { !frames.isEmpty || record != nil }

    /// Starts again with a new value, after damage.
    mutating func restart() {
        (state, frames, record) = (.value, [], nil)
        skipsLeftovers = true
    }

    /// Moves `index` to the next finding; nil at the end of the bytes.
    mutating func scan(_ bytes: UnsafeRawBufferPointer, from index: inout Int) -> Finding? {
        while index < bytes.count {
            if let finding = step(bytes[index]) { return finding }
            index += 1
        }
        return nil
    }

    private mutating func step(_ byte: UInt8) -> Finding? {
        switch state {
        case .text(let isName): return text(byte, isName: isName)
        case .escape(let isName):
            state = .text(isName: isName)
            return byte < 0x20 ? .breaks : nil
        case .word:
            guard byte.isJSONSpace || byte.isSeparator else { return nil }
            return endValue() ? .endsBefore : step(byte)
        case .null(let count): return null(byte, after: count)
        default: return byte.isJSONSpace ? nil : token(byte)
        }
    }

    private mutating func text(_ byte: UInt8, isName: Bool) -> Finding? {
        switch byte {
        case UInt8(ascii: "\""):
            if !isName { return endValue() ? .ends : nil }
            state = .colon
        case UInt8(ascii: "\\"):
            state = .escape(isName: isName)
            // No text has this byte: names in which something is escaped lead nowhere.
            if isName { name.append(0xFF) }
        case 0..<0x20: return .breaks
        default: if isName, name.count <= longestName { name.append(byte) }
        }
        return nil
    }

    /// A program that has an empty list may write `null` for its answer, as Go's do.
    private mutating func null(_ byte: UInt8, after count: Int) -> Finding? {
        let word = Array("null".utf8)
        guard byte == word[count] else { return .breaks }
        guard count + 1 == word.count else {
            state = .null(count + 1)
            return nil
        }
        _ = endValue()
        return .wraps
    }

    private mutating func token(_ byte: UInt8) -> Finding? {
        switch (state, byte) {
        case (.valueOrEnd, UInt8(ascii: "]")), (.nameOrEnd, UInt8(ascii: "}")),
            (.commaOrEnd, UInt8(ascii: "]")), (.commaOrEnd, UInt8(ascii: "}")):
            return close(byte)
        case (.value, _), (.valueOrEnd, _): return begin(byte)
        case (.name, UInt8(ascii: "\"")), (.nameOrEnd, UInt8(ascii: "\"")):
            name.removeAll(keepingCapacity: true)
            state = .text(isName: true)
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.commaOrEnd, UInt8(ascii: ",")):
            state = frames.last?.isObject == true ? .name : .value
        default: return .breaks
        }
        return nil
    }

    private mutating func begin(_ byte: UInt8) -> Finding? {
        guard let outer = frames.indices.last else { return beginDocument(byte) }
        let isList = byte == UInt8(ascii: "[")
        if frames[outer].holdsRecords { way = frames[outer].way }
        if frames[outer].isStep { return beginStep(byte, in: outer) }
        if frames[outer].holdsRecords, !isList {
            frames[outer].count += 1
            return beginRecord(byte, number: frames[outer].count)
        }
        if record == outer, frames[outer].isObject, isList || byte == UInt8(ascii: "{"),
            leadsOn
        {
            record = nil
            way.append(name)
            return isList ? open(byte, holdsRecords: true) ?? .wraps : beginRecord(byte, number: 0)
        }
        return open(byte, holdsRecords: frames[outer].holdsRecords)
    }

    /// The value of a list in which a place leads on; the others hold no records.
    private mutating func beginStep(_ byte: UInt8, in outer: Int) -> Finding? {
        name = Array("\(frames[outer].count)".utf8)
        frames[outer].count += 1
        guard leadsOn else { return open(byte, holdsRecords: false) }
        way.append(name)
        if byte == UInt8(ascii: "[") { return open(byte, holdsRecords: true) }
        return beginRecord(byte, number: 0)
    }

    /// Whether a list at the present way is one in which a place leads on.
    private var isStep: Bool {
        let isWhole = ways.contains(way)
        return !isWhole
            && ways.contains {
                $0.count > way.count && $0.starts(with: way)
                    && JSONPointer.index(String(decoding: $0[way.count], as: UTF8.self)) != nil
            }
    }

    /// Whether the name of the member is the next one on the way to the records.
    private var leadsOn: Bool {
        ways.contains { $0.count > way.count && $0.starts(with: way) && $0[way.count] == name }
    }

    private mutating func beginDocument(_ byte: UInt8) -> Finding? {
        way = []
        switch byte {
        case UInt8(ascii: "{"): return beginRecord(byte, number: 0)
        case UInt8(ascii: "["): return open(byte, holdsRecords: true)
        case UInt8(ascii: "n"):
            record = frames.count
            state = .null(1)
            return .starts(0)
        // A byte order mark, as files with one get appended to others.
        case 0xEF, 0xBB, 0xBF: return nil
        // A hole in the file, see ``RecordReader``.
        case 0: return nil
        default: return skipsLeftovers && byte.isSeparator ? nil : .breaks
        }
    }

    private mutating func beginRecord(_ byte: UInt8, number: Int) -> Finding? {
        let depth = frames.count
        if let problem = open(byte, holdsRecords: false) { return problem }
        record = depth
        return .starts(number)
    }

    private mutating func open(_ byte: UInt8, holdsRecords: Bool) -> Finding? {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard frames.count < Self.depthLimit else { return .breaks }
            let isObject = byte == UInt8(ascii: "{")
            frames.append(
                Frame(
                    isObject: isObject, holdsRecords: holdsRecords && !isObject,
                    isStep: holdsRecords && !isObject && isStep, way: holdsRecords ? way : []))
            state = isObject ? .nameOrEnd : .valueOrEnd
        case UInt8(ascii: "\""): state = .text(isName: false)
        case _ where byte.isSeparator: return .breaks
        default: state = .word
        }
        return nil
    }

    private mutating func close(_ byte: UInt8) -> Finding? {
        guard let frame = frames.popLast(), frame.isObject == (byte == UInt8(ascii: "}")) else {
            return .breaks
        }
        return endValue() ? .ends : nil
    }

    /// Whether that value was the record.
    private mutating func endValue() -> Bool {
        state = frames.isEmpty ? .value : .commaOrEnd
        guard record == frames.count else { return false }
        record = nil
        return true
    }
}

extension UInt8 {
    fileprivate var isSeparator: Bool {
        switch self {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"): true
        default: false
        }
    }
}
