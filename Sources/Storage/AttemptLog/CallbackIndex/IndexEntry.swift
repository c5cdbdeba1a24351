/// Maps the hash of a callback to the row ID of an attempt.
struct IndexEntry: Hashable, Comparable, BitwiseCopyable {
    /// See ``CallbackHasher``.
    var hash: UInt64
    /// See ``AttemptRowID``.
    var place: Int64

    static func < (left: IndexEntry, right: IndexEntry) -> Bool {
        (left.hash, left.place) < (right.hash, right.place)
    }

    /// The size of a stored entry: hash and row ID, both little-endian.
    static let size = 16
}

extension [IndexEntry] {
    /// Decodes stored entries. Ignores bytes after the last whole entry.
    init(encoded bytes: UnsafeRawBufferPointer) {
        self.init(unsafeUninitializedCapacity: bytes.count / IndexEntry.size) { space, count in
            count = bytes.count / IndexEntry.size
            for index in 0..<count {
                let offset = index * IndexEntry.size
                let hash = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let place = bytes.loadUnaligned(fromByteOffset: offset + 8, as: Int64.self)
                let entry = IndexEntry(
                    hash: UInt64(littleEndian: hash), place: Int64(littleEndian: place))
                space.initializeElement(at: index, to: entry)
            }
        }
    }

    /// Returns the stored form of the entries.
    func encoded() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count * IndexEntry.size) { space, size in
            let bytes = UnsafeMutableRawBufferPointer(space)
            for (index, entry) in enumerated() {
                let offset = index * IndexEntry.size
                bytes.storeBytes(of: entry.hash.littleEndian, toByteOffset: offset, as: UInt64.self)
                bytes.storeBytes(
                    of: entry.place.littleEndian, toByteOffset: offset + 8, as: Int64.self)
            }
            size = count * IndexEntry.size
        }
    }

    /// Returns the entries of hashes in ascending order. The entries must be sorted.
    func matches(of hashes: [UInt64]) -> [IndexEntry] {
        var matches: [IndexEntry] = []
        var rest = self[...]
        for (index, hash) in hashes.enumerated() where index == 0 || hashes[index - 1] != hash {
            rest = rest.drop { $0.hash < hash }
            matches += rest.prefix { $0.hash == hash }
        }
        return matches
    }

    /// Returns the entries of a hash. The entries must be sorted.
    func places(of hash: UInt64) -> ArraySlice<IndexEntry> {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        return self[low...].prefix { $0.hash == hash }
    }
}
