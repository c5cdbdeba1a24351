/// An event while sources were read.
package enum SourceEvent: Hashable, Sendable {
    /// New records were read from a file.
    case read(path: String, IngestCounts)
    /// A record was rejected and saved. Reported once per record.
    case problem(path: String, RejectedRecord)
    /// The last line of a rotated file, from this byte, has no line end yet. A later run decides.
    case waiting(path: String, offset: Int64)
    /// A file could not be read completely. Other files were read.
    case failure(IngestError)
}
