/// Something that happened while sources were read.
package enum SourceEvent: Hashable, Sendable {
    /// New records were read from a file.
    case read(path: String, IngestCounts)
    /// A record was not taken; it is kept aside, and told of this once.
    case problem(path: String, RejectedRecord)
    /// A file that could not be read, or not to its end; the others were.
    case failure(IngestError)
}
