import Placeholders

/// Fills the templates of one callback, which share a limit of bytes.
struct RequestWriter {
    let filler: Filler<RequestError>
    private var room: Int

    init(_ filler: @escaping Filler<RequestError>, limit: Int) {
        self.filler = filler
        room = limit
    }

    /// Returns the text that `fill` produces.
    ///
    /// - Throws: `tooLong` as soon as the callback exceeds the limit, or any error of the filler.
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
