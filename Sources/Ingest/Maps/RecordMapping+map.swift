extension RecordMapping {
    /// Parses a map: a JSON object of our fields and their locations in records of another program.
    ///
    /// The value of a field is a JSON pointer, an object, or a list of both, of which the first one
    /// with a value counts. An object contains a `pointer`, optionally with a table of `values` or
    /// a `factor`; or several pointers to `join` with `/`; or the `value` of all records. `records`
    /// points to the list in a response. `skip` and `only` contain a `pointer` and `values` that
    /// select records.
    ///
    /// ```json
    /// {"callback_id": "/id", "finished_at": "/time", "status": "/response/code",
    ///  "outcome": {"pointer": "/state", "values": {"ok": "delivered", "error": "failed"}}}
    /// ```
    ///
    /// - Throws: A ``MapError`` that lists all problems.
    package init(map bytes: [UInt8]) throws(MapError) {
        var reader = MapReader()
        self = try reader.format(in: bytes)
    }

    /// Parses the map in a file.
    package init(mapIn path: String) throws {
        var bytes: [UInt8] = []
        let source = try InputFile(path: path).contents()
        // A map is small. If a log was named by mistake, its start is enough.
        try source.read(upTo: 1 << 20) { bytes += $0 }
        try self.init(map: bytes)
    }
}
