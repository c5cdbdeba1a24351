/// Gives the records of one file, in their order.
protocol RecordSource: AnyObject {
    /// The next record, lent until the next call; nil after the last one.
    func next() throws(IngestError) -> RawRecord?
}

extension RecordReader: RecordSource {}
