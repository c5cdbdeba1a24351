package import DeliveryLog

extension Attempt {
    /// Creates an attempt from the fields of a record.
    ///
    /// The rules are those of the record table in the documentation of the log format.
    init(_ fields: FieldValues, _ dimensions: inout DimensionReuse) throws(RecordError) {
        if case .absent = fields[.company] { throw .missing(.company) }
        let callbackID = try fields.requiredText(.callbackID)
        let finishedAt = try fields.finishedAt()
        let result = try Result(fields)
        let number = try fields.optionalInteger(.attempt, in: 1...Int(Int32.max)) ?? 1
        let route = try dimensions.route(fields) { () throws(RecordError) in
            try AttemptDimensions(fields)
        }
        self.init(
            route: route, callbackID: callbackID, number: number, finishedAt: finishedAt,
            outcome: result.outcome, reason: result.reason, status: result.status,
            durationMilliseconds: try fields.duration())
    }

    /// How the attempt ended, from `outcome`, `status` and `error` together.
    struct Result {
        var outcome: Outcome
        var reason: Reason?
        var status: Int?

        init(_ fields: FieldValues) throws(RecordError) {
            let word = try fields.outcome()
            let error = try fields.error()
            status = try fields.optionalInteger(.status, in: 100...599)
            guard word != nil || error != nil || status != nil else { throw .noOutcome }
            outcome = word ?? (status.map { 200..<300 ~= $0 } == true ? .delivered : .failed)
            if outcome != .delivered { reason = Self.reason(error: error, status: status) }
        }

        /// The word of a reason takes precedence. Other text, such as "Not Found", usually repeats
        /// what the status says more precisely.
        private static func reason(
            error: UnsafeRawBufferPointer?, status: Int?
        ) -> Reason? {
            if let error, let word = Reason.allCases.first(where: { error.isText($0.name) }) {
                return word
            }
            return status.map(Reason.init(status:))
        }
    }
}

extension AttemptDimensions {
    fileprivate convenience init(_ fields: FieldValues) throws(RecordError) {
        self.init(
            company: try fields.requiredText(.company),
            profileID: try fields.optionalText(.profileID),
            channel: try fields.optionalText(.channel),
            event: try fields.optionalText(.event),
            method: try fields.optionalText(.method),
            origin: try fields.rawText(.url).flatMap(Origin.of),
            profileTitle: fields.title(.profileTitle))
    }
}

extension FieldValues {
    fileprivate func outcome() throws(RecordError) -> Outcome? {
        guard let word = try rawText(.outcome) else { return nil }
        guard let outcome = Outcome.allCases.first(where: { word.isText($0.name) }) else {
            throw invalidValue(.outcome)
        }
        return outcome
    }

    /// Returns the word of a reason or any other text, which is not stored.
    fileprivate func error() throws(RecordError) -> UnsafeRawBufferPointer? {
        guard let text = try rawText(.error), !text.isEmpty else { return nil }
        return text
    }

    /// Returns the duration in whole milliseconds. The limit of a century prevents overflows in
    /// sums.
    fileprivate func duration() throws(RecordError) -> Int? {
        guard let number = try optionalNumber(.durationMilliseconds) else { return nil }
        guard number >= 0, number < 3.2e12 else { throw invalidValue(.durationMilliseconds) }
        return Int(number.rounded())
    }
}

extension UnsafeRawBufferPointer {
    /// Returns whether the bytes equal the text in UTF-8.
    func isText(_ text: String) -> Bool {
        guard text.utf8.count == count else { return false }
        return text.utf8.elementsEqual(self)
    }
}

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
