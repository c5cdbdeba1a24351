/// Finds the records in API responses, byte by byte: in a list, in a list inside a response, or one
/// after another, on any number of lines.
///
/// It checks the nesting of JSON (RFC 8259), and leaves words, numbers and strings to the parser.
/// An object with a list or an object at the path of the records is a response that wraps records.
package struct JSONRecordScanner {
    package enum Finding {
        /// A record starts with this byte. The number is its position in a list, or 0 outside
        /// lists.
        case starts(Int)
        /// The object that started as a record is a response that wraps records, or an empty
        /// response.
        case wraps
        /// The record ends with this byte.
        case ends
        /// The record is a number or word and ends before this byte.
        case endsBefore
        /// The list that ends with this byte is shorter than the index in the path to the records.
        case misses
        /// This byte is not valid JSON.
        case breaks
    }

    private enum State {
        case value, valueOrEnd, name, nameOrEnd, colon, commaOrEnd, word
        /// Inside a document `null`, after this many letters.
        case null(Int)
        case text(isName: Bool), escape(isName: Bool)
    }

    private struct Frame {
        let isObject: Bool
        /// Whether each value is a record, or leads to records.
        let holdsRecords: Bool
        /// Whether only one value leads to the records, because the next path component is an
        /// index.
        let isStep: Bool
        /// The path from the response to here.
        let path: [[UInt8]]
        /// The number of records so far, or of values if ``isStep`` is set.
        var count = 0
        /// Whether one of the values is on a path to the records.
        var isOnPath = false
    }

    private static let depthLimit = 512

    /// The paths of names or array indexes that lead to the records in a response. Several paths
    /// are alternatives.
    private let paths: [[[UInt8]]]
    private let maxNameLength: Int
    private var state = State.value
    private var frames: [Frame] = []
    /// The depth at which the current record started.
    private var record: Int?
    private var name: [UInt8] = []
    /// The path to the record or list that starts.
    private var path: [[UInt8]] = []
    /// Whether to ignore closing and separating bytes, which are left over after damage.
    private var skipsLeftovers = false

    package init(paths: [[String]]) {
        self.paths = paths.map { $0.map { Array($0.utf8) } }
        maxNameLength = self.paths.joined().map(\.count).max() ?? 0
    }

    /// Whether a response or record has started and not ended.
    package var isInside: Bool { !frames.isEmpty || record != nil }

    /// Starts over with a new value, after damage.
    package mutating func restart() {
        (state, frames, record) = (.value, [], nil)
        skipsLeftovers = true
    }

    /// Advances `index` to the next finding, or to the end of the bytes and returns `nil`.
    package mutating func scan(_ bytes: UnsafeRawBufferPointer, from index: inout Int) -> Finding? {
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
            // This byte occurs in no text, so that names with escapes never match a path.
            if isName { name.append(0xFF) }
        case 0..<0x20: return .breaks
        default: if isName, name.count <= maxNameLength { name.append(byte) }
        }
        return nil
    }

    /// Handles `null`, which some programs (such as those in Go) write instead of an empty list.
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
        if frames[outer].holdsRecords { path = frames[outer].path }
        if frames[outer].isStep { return beginStep(byte, in: outer) }
        if frames[outer].holdsRecords, !isList {
            frames[outer].count += 1
            return beginRecord(byte, number: frames[outer].count)
        }
        if record == outer, frames[outer].isObject, isList || byte == UInt8(ascii: "{"),
            isOnPath
        {
            record = nil
            path.append(name)
            return isList ? open(byte, holdsRecords: true) ?? .wraps : beginRecord(byte, number: 0)
        }
        return open(byte, holdsRecords: frames[outer].holdsRecords)
    }

    /// Handles the value of a list in which the path names one index. Other values contain no
    /// records.
    private mutating func beginStep(_ byte: UInt8, in outer: Int) -> Finding? {
        name = Array("\(frames[outer].count)".utf8)
        frames[outer].count += 1
        guard isOnPath else { return open(byte, holdsRecords: false) }
        frames[outer].isOnPath = true
        path.append(name)
        if byte == UInt8(ascii: "[") { return open(byte, holdsRecords: true) }
        return beginRecord(byte, number: 0)
    }

    /// Whether the current path ends at a list in which the next component is an index.
    private var isStep: Bool {
        let isWhole = paths.contains(path)
        return !isWhole
            && paths.contains {
                $0.count > path.count && $0.starts(with: path)
                    && JSONPointer.index(String(decoding: $0[path.count], as: UTF8.self)) != nil
            }
    }

    /// Whether the name of the member is the next component of a path to the records.
    private var isOnPath: Bool {
        paths.contains { $0.count > path.count && $0.starts(with: path) && $0[path.count] == name }
    }

    private mutating func beginDocument(_ byte: UInt8) -> Finding? {
        path = []
        switch byte {
        case UInt8(ascii: "{"): return beginRecord(byte, number: 0)
        case UInt8(ascii: "["): return open(byte, holdsRecords: true)
        case UInt8(ascii: "n"):
            record = frames.count
            state = .null(1)
            return .starts(0)
        // A byte order mark, which remains when files are concatenated.
        case 0xEF, 0xBB, 0xBF: return nil
        // A hole in the file. See ``RecordReader``.
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
                    isStep: holdsRecords && !isObject && isStep, path: holdsRecords ? path : []))
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
        if endValue() { return .ends }
        return frame.isStep && frame.count > 0 && !frame.isOnPath ? .misses : nil
    }

    /// Ends a value. Returns true if the value was the record.
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
