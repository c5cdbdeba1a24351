/// The stored form: cells in order of their keys, each as LEB128 numbers: profile, channel,
/// kind, count, number of latency buckets, then each bucket and its count.
extension CountCells {
    /// The bytes of the cells; equal cells give equal bytes. Counts must not be negative.
    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(cells.count * 16)
        for (key, cell) in cells.sorted(by: { $0.key < $1.key }) {
            bytes.append(number: UInt64(key.profile))
            bytes.append(number: UInt64(key.channel))
            bytes.append(number: key.kind)
            bytes.append(number: UInt64(cell.count))
            bytes.append(cell.latency)
        }
        return bytes
    }

    /// Adds the cells of a stored blob; false when it is not one.
    mutating func merge(encoded bytes: UnsafeRawBufferPointer) -> Bool {
        var reader = NumberReader(bytes: bytes)
        while !reader.isAtEnd {
            guard let (key, cell) = reader.cell() else { return false }
            merge(cell, into: key)
        }
        return true
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    fileprivate mutating func append(_ histogram: Histogram) {
        append(number: UInt64(histogram.counts.count))
        for (bucket, count) in histogram.counts.sorted(by: { $0.key < $1.key }) {
            append(number: UInt64(bucket))
            append(number: UInt64(count))
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

    mutating func number() -> UInt64? {
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

    mutating func cell() -> (CountKey, CountCells.Cell)? {
        guard let profile = number(), let channel = number(),
            let kind = number().flatMap(CountKey.parts(ofKind:)), let count = count(),
            let latency = histogram()
        else { return nil }
        let key = CountKey(
            profile: Int64(profile), channel: Int64(channel), outcome: kind.outcome,
            reason: kind.reason)
        return (key, CountCells.Cell(count: count, latency: latency))
    }

    /// Refuses more than any log holds, so that sums of what is taken cannot overflow.
    private mutating func count() -> Int? {
        number().flatMap { $0 < 1 << 40 ? Int($0) : nil }
    }

    private mutating func histogram() -> Histogram? {
        guard let size = number() else { return nil }
        var histogram = Histogram()
        for _ in 0..<size {
            guard let bucket = number().flatMap({ UInt16(exactly: $0) }),
                bucket <= Histogram.lastBucket, let count = count()
            else { return nil }
            histogram.add(count, toBucket: bucket)
        }
        return histogram
    }
}
