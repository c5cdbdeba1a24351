package import SQL
package import StorageErrors
package import TextSupport

/// Computes the hash by which ``CallbackIndex`` finds a callback. The hash is stored.
///
/// Different callbacks can have the same hash, so the IDs themselves are compared as well. The hash
/// has a secret key that is stored in the file. Otherwise, a sender could choose IDs with equal
/// hashes, and comparing all of them would take quadratic time.
struct CallbackHasher: Hashable, Sendable {
    let key: SipHash.Key

    /// Returns the SipHash-1-3 of the company's row ID (eight bytes, little-endian) and the
    /// callback ID.
    func hash(of callbackID: String, company: Int64) -> UInt64 {
        var hash = SipHash(key)
        hash.add(UInt64(bitPattern: company))
        var id = callbackID
        return id.withUTF8 { hash.finish(with: UnsafeRawBufferPointer($0)) }
    }

    func hash(of attempt: borrowing StoredAttempt) -> UInt64 {
        hash(of: attempt.callbackID, company: attempt.route.company)
    }
}

extension CallbackHasher {
    /// Reads the key of a file.
    init(_ database: Database) throws(StorageError) {
        guard let hasher = try Self.stored(in: database) else {
            throw .corrupt(
                at: database.path,
                "the key of the callback index is missing or damaged",
                remedy: "run 'callback-reports verify --repair'")
        }
        self = hasher
    }

    /// Returns the hasher with the key of a file, or nil if the key is missing or damaged.
    static func stored(in database: Database) throws(StorageError) -> CallbackHasher? {
        let key = try database.row("SELECT key FROM index_key WHERE id = 1") {
            $0.withBlob(0) { SipHash.Key($0) }
        }
        return key.flatMap { $0 }.map(CallbackHasher.init(key:))
    }

    /// Creates a key if it is missing or damaged.
    static func makeKeyWhereMissing(in database: Database) throws(StorageError) {
        guard try stored(in: database) == nil else { return }
        try database.execute("INSERT OR REPLACE INTO index_key VALUES(1, randomblob(16))")
    }
}

extension SipHash.Key {
    /// Reads a key of 16 bytes. Returns nil if there are more or fewer.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        first = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        second = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
}

/// The hash function SipHash by Aumasson and Bernstein.
///
/// An attacker who does not know the key cannot find texts with equal hashes. Swift's `Hasher` also
/// uses SipHash, but with another key in each process, and these hashes are stored. SipHash-1-3 has one round
/// per word and three at the end, as in the hash tables of Swift, Rust and Python. See
/// https://www.aumasson.jp/siphash/siphash.pdf.
struct SipHash: BitwiseCopyable {
    struct Key: Hashable, Sendable, BitwiseCopyable {
        var first: UInt64
        var second: UInt64
    }

    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    /// The number of bytes added so far.
    private var bytes: UInt64 = 0
    private let roundsOfWord: Int
    private let roundsAtEnd: Int

    init(_ key: Key, roundsOfWord: Int = 1, roundsAtEnd: Int = 3) {
        v0 = key.first ^ 0x736f_6d65_7073_6575
        v1 = key.second ^ 0x646f_7261_6e64_6f6d
        v2 = key.first ^ 0x6c79_6765_6e65_7261
        v3 = key.second ^ 0x7465_6462_7974_6573
        self.roundsOfWord = roundsOfWord
        self.roundsAtEnd = roundsAtEnd
    }

    // Everything is inlined, so that the numbers of rounds are constants. It runs for each record.

    /// Adds eight bytes, as a little-endian number.
    @inline(__always)
    mutating func add(_ word: UInt64) {
        bytes &+= 8
        mix(word)
    }

    /// Adds the remaining bytes.
    ///
    /// - Returns: The hash of all bytes.
    @inline(__always)
    consuming func finish(with rest: UnsafeRawBufferPointer) -> UInt64 {
        var index = 0
        while index + 8 <= rest.count {
            add(UInt64(littleEndian: rest.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            index += 8
        }
        mix((bytes &+ UInt64(rest.count - index)) << 56 | Self.word(of: rest, from: index))
        v2 ^= 0xFF
        for _ in 0..<roundsAtEnd { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    /// The bytes from an index on, fewer than eight.
    @inline(__always)
    private static func word(of bytes: UnsafeRawBufferPointer, from index: Int) -> UInt64 {
        let count = bytes.count - index
        guard count > 0 else { return 0 }
        if bytes.count >= 8 {
            // The last eight bytes, without those before the index.
            let last = bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
            return UInt64(littleEndian: last) >> UInt64(8 * (8 - count))
        }
        return bytes[index...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        v3 ^= word
        for _ in 0..<roundsOfWord { round() }
        v0 ^= word
    }

    @inline(__always)
    private mutating func round() {
        v0 &+= v1
        v1 = Self.rotate(v1, 13) ^ v0
        v0 = Self.rotate(v0, 32)
        v2 &+= v3
        v3 = Self.rotate(v3, 16) ^ v2
        v0 &+= v3
        v3 = Self.rotate(v3, 21) ^ v0
        v2 &+= v1
        v1 = Self.rotate(v1, 17) ^ v2
        v2 = Self.rotate(v2, 32)
    }

    @inline(__always)
    private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
        word << bits | word >> (64 - bits)
    }
}

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

/// Finds out which callbacks have attempts in the log.
package struct LoggedCallbacks {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns the given IDs that the log contains. Looking up many IDs in one call is cheaper than
    /// one by one.
    package func among(
        _ ids: [String], company sid: String
    ) throws(StorageError) -> Set<ExactText> {
        try database.transaction(.read) { () throws(StorageError) in
            let find = "SELECT id FROM companies WHERE sid = ?"
            guard let company = try database.row(find, [.text(sid)], { $0.integer(0) }) else {
                return []
            }
            let hasher = try CallbackHasher(database)
            let hashes = ids.map { hasher.hash(of: $0, company: company) }.sorted()
            let entries = try CallbackIndex(database: database).entries(of: hashes)
            return try callbacks(of: entries, company).intersection(ids.map(ExactText.init))
        }
    }

    private func callbacks(
        of entries: [IndexEntry], _ company: Int64
    ) throws(StorageError) -> Set<ExactText> {
        let find = try database.prepare(
            "SELECT callback_id FROM attempts WHERE place = ? AND company = ?")
        var callbacks: Set<ExactText> = []
        for entry in entries {
            find.bind([.integer(entry.place), .integer(company)])
            if try find.step() { callbacks.insert(ExactText(find.text(0))) }
            find.reset()
        }
        return callbacks
    }
}

/// Writes the entries of a segment, which must arrive in order, page by page.
struct SegmentWriter: ~Copyable {
    private let database: Database
    private var run: IndexSegment
    private var page: [IndexEntry] = []
    /// The entries that the next filter will cover.
    private var part: [IndexEntry] = []
    private var written = 0
    private let insertPage: Statement
    private let insertFilter: Statement

    init(_ database: Database, run: IndexSegment) throws(StorageError) {
        let insertPage = try database.prepare("INSERT INTO segment_entries VALUES(?, ?)")
        let insertFilter = try database.prepare("INSERT INTO segment_filters VALUES(?, ?)")
        self.database = database
        self.run = run
        self.insertPage = insertPage
        self.insertFilter = insertFilter
    }

    mutating func add(_ entry: IndexEntry) throws(StorageError) {
        if let last = page.last, run.page(of: last.hash) != run.page(of: entry.hash) {
            try writePage()
        }
        if let last = part.last, run.filter(of: last.hash) != run.filter(of: entry.hash) {
            try writeFilter()
        }
        page.append(entry)
        part.append(entry)
    }

    /// Writes the remaining entries. Returns `nil`, with nothing written, without entries.
    consuming func finish() throws(StorageError) -> IndexSegment? {
        try writePage()
        try writeFilter()
        guard written > 0 else { return nil }
        run.count = written
        try database.execute(
            "INSERT INTO callback_segments VALUES(?, ?, ?, ?)",
            [.integer(run.number), Value(run.count), Value(run.parts), Value(run.pages)])
        return run
    }

    private mutating func writePage() throws(StorageError) {
        guard let last = page.last else { return }
        try write(page.encoded(), at: run.page(of: last.hash), with: insertPage)
        written += page.count
        page.removeAll(keepingCapacity: true)
    }

    private mutating func writeFilter() throws(StorageError) {
        guard let last = part.last else { return }
        try write(BloomFilter(part).bytes, at: run.filter(of: last.hash), with: insertFilter)
        part.removeAll(keepingCapacity: true)
    }

    private func write(
        _ bytes: [UInt8], at key: Int64, with insert: borrowing Statement
    ) throws(StorageError) {
        insert.bind(key, at: 1)
        insert.bind(bytes, at: 2)
        try insert.run()
    }
}
