package import DeliveryLog

extension Attempt {
    /// Creates an attempt from fields whose values are all text, as on a command line.
    package init(texts: [(field: RecordField, text: String)]) throws(RecordError) {
        let bytes = texts.flatMap { Array($0.text.utf8) }
        self = try bytes.withBytes { (all) throws(RecordError) in
            var fields = FieldValues(isTextual: true)
            var start = 0
            for (field, text) in texts {
                let end = start + text.utf8.count
                let slice = UnsafeRawBufferPointer(rebasing: all[start..<end])
                if !slice.isEmpty { _ = fields.set(field, to: .text(slice)) }
                start = end
            }
            var dimensions = DimensionReuse()
            return try Attempt(fields, &dimensions)
        }
    }
}
