import DeliveryLog

/// The counts of one or several buckets.
///
/// While changes are collected, counts may be negative.
struct CountCells: Equatable {
    /// The entries in order, with distinct keys and nonzero counts, so that equal counts are equal
    /// values.
    private(set) var entries: [CountEntry] = []

    init() {}

    /// Creates empty cells with a reserved capacity.
    init(capacity: Int) {
        entries.reserveCapacity(capacity)
    }

    /// Sums entries in any order.
    init(summing unordered: [CountEntry]) {
        self.init(ordered: unordered.sorted { $0.precedes($1) })
    }

    /// Sums entries that are in order.
    init(ordered: some Collection<CountEntry>) {
        entries.reserveCapacity(ordered.count)
        for entry in ordered { append(entry) }
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Whether a count is negative, which only damage can cause.
    var hasNegative: Bool { entries.contains { $0.count < 0 } }

    /// The sums by outcome.
    var tally: Tally {
        entries.reduce(into: Tally()) { tally, entry in
            if let outcome = entry.outcome { tally[outcome] += entry.count }
        }
    }

    mutating func merge(_ other: CountCells) {
        guard !isEmpty else {
            self = other
            return
        }
        var sum = CountCells()
        sum.entries.reserveCapacity(entries.count + other.entries.count)
        var rest = other.entries[...]
        for entry in entries {
            while let first = rest.first, first.precedes(entry) {
                sum.append(first)
                rest.removeFirst()
            }
            sum.append(entry)
        }
        for entry in rest { sum.append(entry) }
        self = sum
    }

    /// Appends an entry, which must not precede the last one.
    mutating func append(_ entry: CountEntry) {
        guard let last = entries.last, last.isSame(as: entry) else {
            if entry.count != 0 { entries.append(entry) }
            return
        }
        entries[entries.count - 1].count += entry.count
        if last.count + entry.count == 0 { entries.removeLast() }
    }
}

/// The stored form: cells in the order of their keys, each as LEB128 numbers: endpoint, channel,
/// kind, count, number of latency buckets, and then each bucket with its count.
extension CountCells {
    /// Encodes the cells. Equal cells have equal bytes. Counts must not be negative.
    func encoded() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: entries.count * Self.maximumBytes) { space, size in
            var writer = NumberWriter(space: space)
            var rest = entries[...]
            while let first = rest.first {
                let cell = rest.prefix { $0.hasKey(of: first) }
                rest = rest[cell.endIndex...]
                writer.write(cell, first)
            }
            size = writer.size
        }
    }

    /// The maximum size of one entry: seven numbers of at most nine bytes.
    private static let maximumBytes = 63

    /// Decodes the cells. Returns `nil` if the bytes are not valid.
    init?(encoded bytes: UnsafeRawBufferPointer) {
        var reader = NumberReader(bytes: bytes)
        // Most entries take two bytes.
        self.init(capacity: bytes.count / 2)
        while !reader.isAtEnd {
            guard reader.readCell({ append($0) }) else { return nil }
        }
    }

    /// Calls `body` with each entry of a stored blob. Returns false if the bytes are not valid.
    static func read(
        encoded bytes: UnsafeRawBufferPointer, _ body: (CountEntry) -> Void
    ) -> Bool {
        var reader = NumberReader(bytes: bytes)
        while !reader.isAtEnd {
            guard reader.readCell(body) else { return false }
        }
        return true
    }
}

extension CountSums {
    /// Adds the entries of a stored blob. Returns false if the bytes are not valid.
    mutating func add(encoded bytes: UnsafeRawBufferPointer) -> Bool {
        var reader = NumberReader(bytes: bytes)
        while !reader.isAtEnd {
            guard reader.addCell(to: &self) else { return false }
        }
        return true
    }
}

/// Writes LEB128 numbers into a buffer that is large enough.
private struct NumberWriter {
    let space: UnsafeMutableBufferPointer<UInt8>
    var size = 0

    init(space: UnsafeMutableBufferPointer<UInt8>) {
        self.space = space
    }

    mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            space[size] = UInt8(truncatingIfNeeded: rest) | 0x80
            size += 1
            rest >>= 7
        }
        space[size] = UInt8(rest)
        size += 1
    }

    mutating func write(_ cell: ArraySlice<CountEntry>, _ first: CountEntry) {
        write(UInt64(first.endpoint))
        write(UInt64(first.channel))
        write(first.kind)
        write(UInt64(cell.reduce(0) { $0 + $1.count }))
        let latency = first.bucket == nil ? cell.dropFirst() : cell
        write(UInt64(latency.count))
        for entry in latency {
            write(UInt64(entry.bucket ?? 0))
            write(UInt64(entry.count))
        }
    }
}

/// Reads LEB128 numbers from bytes that may be invalid.
private struct NumberReader {
    let bytes: UnsafeRawBufferPointer
    var position = 0
    /// Each access to the constant would check whether it has been calculated.
    private let lastBucket = Histogram.lastBucket

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Most numbers have one byte.
    @inline(__always)
    mutating func number() -> UInt64? {
        guard position < bytes.count, bytes[position] < 0x80 else { return longNumber() }
        position += 1
        return UInt64(bytes[position - 1])
    }

    private mutating func longNumber() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 63, by: 7) {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        return nil
    }

    /// Calls `body` with the entries of a cell, those with unknown latency first.
    mutating func readCell(_ body: (CountEntry) -> Void) -> Bool {
        guard var entry = entry(), let size = number() else { return false }
        let start = position
        guard let known = readLatency(size, { _, _ in }), known <= entry.count else { return false }
        if known < entry.count {
            entry.count -= known
            body(entry)
        }
        position = start
        return readLatency(size) { body(entry.with(bucket: $0, count: $1)) } != nil
    }

    /// Adds a cell to sums, which need the latency of delivered callbacks only.
    mutating func addCell(to sums: inout CountSums) -> Bool {
        guard let entry = entry(), let size = number() else { return false }
        sums.addCount(of: entry)
        let known =
            entry.outcome == .delivered
            ? sums.withDelivered { all in readLatency(size) { all[$0] += $1 } }
            : readLatency(size) { _, _ in }
        return known.map { $0 <= entry.count } ?? false
    }

    /// Reads the start of a cell: its key and its count.
    private mutating func entry() -> CountEntry? {
        guard let endpoint = number(), let channel = number(), channel < CountEntry.channels,
            let kind = number(), CountKey.parts(ofKind: kind) != nil, let count = count()
        else { return nil }
        return CountEntry(
            endpoint: Int64(endpoint), channel: Int64(channel), kind: kind, bucket: nil,
            count: count)
    }

    /// Calls `body` with each bucket of a cell and its count. Returns the number of callbacks with
    /// a latency, or `nil` if the encoding is not valid.
    @inline(__always)
    private mutating func readLatency(
        _ size: UInt64, _ body: (_ bucket: Int, _ count: Int) -> Void
    ) -> Int? {
        var sum = 0
        var last = -1
        for _ in 0..<size {
            guard let number = number(), let count = count() else { return nil }
            guard number <= lastBucket, Int(number) > last else { return nil }
            last = Int(number)
            sum += count
            body(last, count)
        }
        return sum
    }

    /// Rejects counts that no log can have, so that sums of valid counts cannot overflow.
    private mutating func count() -> Int? {
        number().flatMap { $0 < 1 << 40 ? Int($0) : nil }
    }
}
