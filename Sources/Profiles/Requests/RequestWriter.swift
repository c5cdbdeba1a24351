import Placeholders

/// Fills the templates of one callback, which share the bytes that it may have.
struct RequestWriter {
    let filler: Filler<RequestError>
    private var room = RequestLimits.bytes

    init(_ filler: @escaping Filler<RequestError>) {
        self.filler = filler
    }

    /// The text that `fill` makes.
    ///
    /// - Throws: `tooLong` as soon as the callback exceeds ``RequestLimits/bytes``, or what the
    ///   filler throws.
    mutating func text(
        _ fill: (inout FilledText, Filler<RequestError>) throws(RequestError) -> Void
    ) throws(RequestError) -> FilledText {
        var text = FilledText(limit: room)
        try fill(&text, filler)
        guard !text.isTooLong else { throw .tooLong }
        room -= text.bytes.count
        return text
    }
}
