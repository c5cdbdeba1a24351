import SQL
import StorageErrors

/// Computes the number by which ``CallbackIndex`` finds a callback; the number is stored.
///
/// Different callbacks can have the same number, so the IDs themselves are compared as well. The
/// hash has a secret key that is stored in the file. Otherwise, a sender could choose IDs with equal
/// numbers, and comparing all of them would take quadratic time.
struct CallbackHasher: Hashable, Sendable {
    let key: SipHash.Key

    /// The SipHash-1-3 of the company's row, eight bytes little-endian, and the id.
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
                "the hash key of the callback index is missing or damaged; run "
                    + "'callback-reports verify --repair'")
        }
        self = hasher
    }

    /// The one with the key of a file; nil where the file has none that is whole.
    static func stored(in database: Database) throws(StorageError) -> CallbackHasher? {
        let key = try database.row("SELECT key FROM index_key WHERE id = 1") {
            $0.withBlob(0) { SipHash.Key($0) }
        }
        return key.flatMap { $0 }.map(CallbackHasher.init(key:))
    }

    /// Makes a key where the file has none that is whole.
    static func makeKeyWhereMissing(in database: Database) throws(StorageError) {
        guard try stored(in: database) == nil else { return }
        try database.execute("INSERT OR REPLACE INTO index_key VALUES(1, randomblob(16))")
    }
}

extension SipHash.Key {
    /// Reads 16 bytes; nil where there are more or fewer.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        first = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        second = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
}
