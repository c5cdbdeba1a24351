import Glibc

/// Where the first record in a buffer ends.
enum RecordBoundary: Equatable {
    /// The record has this many bytes, including its line end.
    case whole(Int)
    /// The quotes of a CSV record are broken. Only its first line, of this size, is rejected.
    case broken(Int)
    case tooLong
    /// The buffer starts with this many NUL bytes.
    case hole(Int)
    /// The end is not in the buffer yet.
    case unfinished

    /// The maximum size of a record in bytes, without its line end.
    static let limit = 1 << 20
    /// A record that does not end within this many bytes is too long. Includes CR and LF.
    private static let window = limit + 2

    /// - Parameter isEnd: Whether no more bytes will follow, so that the last record needs no line
    ///   end.
    init(lineIn bytes: UnsafeRawBufferPointer, isEnd: Bool) {
        let seen = bytes.prefixBytes(Self.window)
        if let newline = seen.firstIndex(ofByte: UInt8(ascii: "\n")) {
            self = Self.checked(newline + 1, in: seen)
        } else if bytes.count >= Self.window {
            self = .tooLong
        } else {
            self = isEnd && !bytes.isEmpty ? Self.checked(bytes.count, in: seen) : .unfinished
        }
    }

    /// Finds the end of a CSV record, in which a line end inside quotes does not count.
    ///
    /// - Parameter dialect: The dialect, or `nil` before the header row. Then any separator ends a
    ///   cell.
    init(rowIn bytes: UnsafeRawBufferPointer, _ dialect: CSVDialect?, isEnd: Bool) {
        let seen = bytes.prefixBytes(Self.window)
        let newline = seen.firstIndex(ofByte: UInt8(ascii: "\n"))
        guard seen.prefixBytes(newline ?? seen.count).firstIndex(ofByte: UInt8(ascii: "\"")) != nil
        else {
            self.init(lineIn: bytes, isEnd: isEnd)
            return
        }
        let isOver = bytes.count >= Self.window
        switch QuotedRow(seen, dialect) {
        case .ends(let size): self = Self.checked(size, in: seen)
        case .open where !isOver && !isEnd, .unended where !isOver && !isEnd: self = .unfinished
        case .unended: self = isOver ? .tooLong : Self.checked(seen.count, in: seen)
        case .open, .broken:
            if let newline {
                self = .broken(newline + 1)
            } else if isOver {
                self = .tooLong
            } else {
                self = isEnd ? .broken(seen.count) : .unfinished
            }
        }
    }

    private static func checked(_ size: Int, in bytes: UnsafeRawBufferPointer) -> RecordBoundary {
        bytes.prefixBytes(size).withoutLineEnd.count > limit ? .tooLong : .whole(size)
    }
}

/// How a CSV row with quotes ends.
private enum QuotedRow {
    case ends(Int)
    /// Inside quotes.
    case open
    /// Outside quotes, without a line end.
    case unended
    /// Text follows a closing quote.
    case broken

    init(_ bytes: UnsafeRawBufferPointer, _ dialect: CSVDialect?) {
        let separator = dialect?.separator
        let endsCell = { (byte: UInt8) in
            byte == UInt8(ascii: "\n")
                || separator.map { $0 == byte } ?? CSVDialect.separators.contains(byte)
        }
        var index = 0
        while index < bytes.count {
            if dialect?.skipsSpace == true { index = bytes.indexAfterSpaces(from: index) }
            if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                guard let close = Self.closingQuote(bytes, from: index + 1) else {
                    self = .open
                    return
                }
                index = close + 1
            } else {
                index = bytes[index...].firstIndex(where: endsCell) ?? bytes.count
            }
            // A CR may be half of a line end.
            if index < bytes.count, bytes[index] == UInt8(ascii: "\r") { index += 1 }
            guard index < bytes.count else { break }
            guard endsCell(bytes[index]) else {
                self = .broken
                return
            }
            index += 1
            if bytes[index - 1] == UInt8(ascii: "\n") {
                self = .ends(index)
                return
            }
        }
        self = .unended
    }

    private static func closingQuote(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while let quote = bytes[index...].firstIndex(of: UInt8(ascii: "\"")) {
            guard quote + 1 < bytes.count, bytes[quote + 1] == UInt8(ascii: "\"") else {
                return quote
            }
            index = quote + 2
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// Returns the size of the first line if the bytes are a CSV row of several lines whose quoted cell
    /// is not closed. Otherwise returns `nil`.
    func openRow(_ dialect: CSVDialect?) -> Int? {
        guard case .broken(let size) = RecordBoundary(rowIn: self, dialect, isEnd: true),
            self[size - 1] == UInt8(ascii: "\n")
        else { return nil }
        return size
    }

    func prefixBytes(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[..<Swift.min(count, self.count)])
    }

    func firstIndex(ofByte byte: UInt8) -> Int? {
        guard let start = baseAddress, let found = memchr(start, Int32(byte), count) else {
            return nil
        }
        return UnsafeRawPointer(found) - start
    }
}
