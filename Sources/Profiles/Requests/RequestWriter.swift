import Placeholders

/// Fills the templates of one callback, which share a limit of bytes.
struct RequestWriter {
    let filler: Filler<RequestError>
    private var room = RequestLimits.bytes

    init(_ filler: @escaping Filler<RequestError>) {
        self.filler = filler
    }

    /// Returns the text that `fill` produces.
    ///
    /// - Throws: `tooLong` as soon as the callback exceeds ``RequestLimits/bytes``, or any error of
    ///   the filler.
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
