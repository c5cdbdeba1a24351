import Ingest
import TestSupport

/// Returns bytes in pieces of random sizes.
final class SlicedBytes: ByteSource {
    private var rest: ArraySlice<UInt8>
    private var random: SeededRandom
    private let longest: Int

    init(_ bytes: [UInt8], longest: Int = .max, seed: UInt64 = 0) {
        rest = bytes[...]
        random = SeededRandom(seed: seed)
        self.longest = longest
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let maxCount = min(rest.count, buffer.count, longest)
        guard maxCount > 0 else { return 0 }
        let slice = rest.prefix(Int.random(in: 1...maxCount, using: &random))
        buffer.copyBytes(from: slice)
        rest = rest.dropFirst(slice.count)
        return slice.count
    }
}

/// A record as returned by a reader, with its pieces joined.
struct ReadRecord: Hashable {
    var text: String
    var line: Int
    var end: Int64
    var error: RecordError?

    var isHole: Bool { text.utf8.allSatisfy { $0 == 0 } && !text.isEmpty }
}

/// Returns all records of a source. The pieces of a hole are joined.
func records(_ source: any ByteSource, _ format: RecordFormat, acceptsUnterminated: Bool = true)
    throws(IngestError) -> [ReadRecord]
{
    let reader = RecordReader(source, format: format, acceptsUnterminated: acceptsUnterminated)
    var records: [ReadRecord] = []
    var pieces: [UInt8] = []
    while let record = try reader.next() {
        pieces += record.bytes
        guard record.isEnd else { continue }
        if record.isHole, let last = records.last, last.isHole {
            records[records.count - 1].text += String(decoding: pieces, as: UTF8.self)
            records[records.count - 1].end = record.end
            pieces = []
            continue
        }
        records.append(
            ReadRecord(
                text: String(decoding: pieces, as: UTF8.self), line: record.line, end: record.end,
                error: record.error))
        pieces = []
    }
    return records
}
