/// A source of the records in one file, in order.
protocol RecordSource: AnyObject {
    /// Returns the next record, which is valid until the next call, or `nil` after the last one.
    func next() throws(IngestError) -> RawRecord?
}

extension RecordReader: RecordSource {}
