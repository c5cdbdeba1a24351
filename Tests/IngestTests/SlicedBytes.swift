import Ingest
import TestSupport

/// Bytes that come in pieces of random sizes.
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
        let most = min(rest.count, buffer.count, longest)
        guard most > 0 else { return 0 }
        let slice = rest.prefix(Int.random(in: 1...most, using: &random))
        buffer.copyBytes(from: slice)
        rest = rest.dropFirst(slice.count)
        return slice.count
    }
}

/// A record as a reader gave it, its pieces put together.
struct ReadRecord: Hashable {
    var text: String
    var line: Int
    var end: Int64
    var mistake: RecordError?

    var isHole: Bool { text.utf8.allSatisfy { $0 == 0 } && !text.isEmpty }
}

/// Every record of a source; the pieces of a hole are one.
func records(_ source: any ByteSource, _ format: RecordFormat, takesRest: Bool = true)
    throws(IngestError) -> [ReadRecord]
{
    let reader = RecordReader(source, format: format, takesRest: takesRest)
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
                mistake: record.mistake))
        pieces = []
    }
    return records
}
