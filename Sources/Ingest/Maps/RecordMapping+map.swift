extension RecordMapping {
    /// The format that a map tells: a JSON object of our fields and where records hold them.
    ///
    /// A field has a JSON pointer, an object or a list of both, of which the first that is there
    /// counts. An object has a `pointer`, with a table of `values` or a `factor`, or several that
    /// `join` with `/`, or the `value` of all records. `records` points at an answer's list. `skip`
    /// and `only` have a `pointer` and `values` that say which records tell of no delivery.
    package init(map bytes: [UInt8]) throws(MapError) {
        var reader = MapReader()
        self = try reader.format(in: bytes)
    }

    /// Reads the map in a file.
    package init(mapIn path: String) throws {
        var bytes: [UInt8] = []
        let source = try InputFile(path: path).contents()
        // A map is small; of a log that was named by mistake the start is enough.
        try source.read(upTo: 1 << 20) { bytes += $0 }
        try self.init(map: bytes)
    }
}
