import Storage
import StorageErrors

extension FileCheckpoint.Position {
    /// Where a reader of records continues.
    var place: RecordReader.Place {
        get { RecordReader.Place(offset: offset, lines: lines) }
        set { (offset, lines) = (newValue.offset, newValue.lines) }
    }
}

extension CheckpointStore {
    /// Returns the header row of the most recent CSV file at a path, or else in its rotation.
    func header(at path: String) throws(StorageError) -> [UInt8]? {
        let files = try headers()
        let original = LogName.original(of: path)
        let found =
            files.first { $0.path == path }
            ?? files.first { LogName.original(of: $0.path) == original }
        return found?.header
    }
}
