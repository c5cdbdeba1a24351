import DeliveryLog

/// The stored form: cells in order of their keys, each as LEB128 numbers: endpoint, channel,
/// kind, count, number of latency buckets, then each bucket and its count.
extension CountCells {
    /// The bytes of the cells; equal cells give equal bytes. Counts must not be negative.
    func encoded() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: entries.count * Self.mostBytes) { space, size in
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

    /// Of one entry: seven numbers, each of at most nine bytes.
    private static let mostBytes = 63

    /// Reads the cells of a stored blob; nil when it is not one.
    init?(encoded bytes: UnsafeRawBufferPointer) {
        var reader = NumberReader(bytes: bytes)
        // Of most entries two bytes are stored.
        self.init(capacity: bytes.count / 2)
        while !reader.isAtEnd {
            guard reader.readCell({ append($0) }) else { return nil }
        }
    }

    /// Hands over the entries of a stored blob as they come; false when it is not one.
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

/// Writes LEB128 numbers into space that is large enough.
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

/// Reads LEB128 numbers from bytes that may be anything.
private struct NumberReader {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Most numbers are one byte.
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

    /// Hands over the entries of a cell, those of unknown latency first.
    mutating func readCell(_ body: (CountEntry) -> Void) -> Bool {
        guard let endpoint = number(), let channel = number(), channel < CountEntry.channels,
            let kind = number(), CountKey.parts(ofKind: kind) != nil, let count = count(),
            let size = number()
        else { return false }
        func entry(_ bucket: Int?, _ count: Int) -> CountEntry {
            CountEntry(
                endpoint: Int64(endpoint), channel: Int64(channel), kind: kind, bucket: bucket,
                count: count)
        }
        let start = position
        guard let known = sumOfLatency(size), known <= count else { return false }
        if known < count { body(entry(nil, count - known)) }
        position = start
        for _ in 0..<size {
            guard let bucket = number(), let count = self.count() else { return false }
            body(entry(Int(bucket), count))
        }
        return true
    }

    /// How many callbacks have a latency; nil where it is not written as it should be.
    private mutating func sumOfLatency(_ size: UInt64) -> Int? {
        var sum = 0
        var last: UInt64?
        for _ in 0..<size {
            guard let bucket = number(), bucket <= Histogram.lastBucket, let count = count()
            else { return nil }
            if let last, last >= bucket { return nil }
            last = bucket
            sum += count
        }
        return sum
    }

    /// Refuses more than any log holds, so that sums of what is taken cannot overflow.
    private mutating func count() -> Int? {
        number().flatMap { $0 < 1 << 40 ? Int($0) : nil }
    }
}
