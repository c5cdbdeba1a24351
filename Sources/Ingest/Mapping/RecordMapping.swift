import JSON

/// How the records of another program describe an attempt.
package struct RecordMapping: Sendable {
    /// The field mappings. If a field has several, the first one with a value counts.
    var sources: [FieldMapping]
    /// Whether the time is the start of the attempt, so that the duration must be added.
    var isTimeOfStart = false
    /// Whether the error text counts only without a status, because otherwise it is the endpoint's
    /// response.
    var isErrorWithoutStatus = false
    /// Whether numbers may be strings, and names may be whole numbers.
    var isLenient = false
    /// The filters that a record must pass to count as a delivery.
    var filters: [RecordFilter] = []
    /// The paths from a response to its records. Several paths are alternatives.
    var paths: [[String]] = []

    /// Whether records contain no company, so that the caller must provide one.
    package var needsCompany: Bool { !sources.contains { $0.field == .company } }
}

/// Selects records by the values at a pointer.
struct RecordFilter: Sendable {
    var pointer: JSONPointer
    /// The values as in ``DecodedValue/plain``, or `nil` for a value that is absent or null.
    var values: Set<String?>
    /// Whether only records with one of the values pass. Otherwise only records without them pass.
    var keepsMatches: Bool

    func passes(_ value: DecodedValue) -> Bool {
        let plain: String? = if case .absent = value { nil } else { value.plain }
        return values.contains(plain) == keepsMatches
    }
}

extension RecordMapping {
    /// Convoy's event deliveries: `EventDeliveryResponse` of
    /// https://www.getconvoy.io/docs/api-reference, as listed by
    /// `/v1/projects/{projectID}/eventdeliveries` and contained in Convoy's exports.
    ///
    /// A delivery is one event to one endpoint. It shows the state after the latest attempt, so
    /// importing after each change or only once at the end gives the same counts. It contains no
    /// HTTP status.
    static let convoy = RecordMapping(
        sources: [
            FieldMapping(
                field: .callbackID, pointers: [JSONPointer(names: "uid")], isRequired: true),
            FieldMapping(
                field: .company, pointers: [JSONPointer(names: "project_id")], isRequired: true),
            FieldMapping(
                field: .finishedAt, pointers: [JSONPointer(names: "updated_at")], isRequired: true),
            // 0 if nothing was sent, because the endpoint was inactive.
            FieldMapping(
                field: .attempt, pointers: [JSONPointer(names: "metadata", "num_trials")],
                meanings: [("0", .absent)]),
            FieldMapping(
                field: .outcome, pointers: [JSONPointer(names: "status")], meanings: convoyStates,
                others: .refused, isRequired: true),
            // Discarded means that the endpoint is inactive or was deleted.
            FieldMapping(
                field: .error, pointers: [JSONPointer(names: "status")],
                meanings: [("Discarded", .text("disabled"))], others: .dropped),
            FieldMapping(field: .profileID, pointers: [JSONPointer(names: "endpoint_id")]),
            FieldMapping(field: .event, pointers: [JSONPointer(names: "event_type")]),
            FieldMapping(
                field: .url, pointers: [JSONPointer(names: "target_url")], meanings: [("", .absent)]
            ),
            FieldMapping(field: .url, pointers: [JSONPointer(names: "endpoint_metadata", "url")]),
            // The time from acceptance to delivery, or 0 while it is unknown.
            FieldMapping(
                field: .durationMilliseconds, pointers: [JSONPointer(names: "latency_seconds")],
                meanings: [("0", .absent)], factor: 1000),
        ], paths: [["data", "content"], ["content"]])

    private static let convoyStates: [(value: String, meaning: FieldMapping.Meaning)] = [
        ("Success", .text("delivered")), ("Failure", .text("failed")),
        ("Retry", .text("retrying")), ("Discarded", .text("failed")),
        ("Scheduled", .notFinal), ("Processing", .notFinal),
    ]
}

extension RecordMapping {
    /// Svix's message attempts: `MessageAttemptOut` of https://api.svix.com/docs, as listed by the
    /// responses of `/api/v1/app/{app_id}/attempt/…`.
    ///
    /// A message goes to many endpoints, so message and endpoint together identify a callback. An
    /// attempt has no number. Its time is that of the request, so the duration is added.
    static let svix = RecordMapping(
        sources: [
            FieldMapping(
                field: .callbackID,
                pointers: [JSONPointer(names: "msgId"), JSONPointer(names: "endpointId")],
                isRequired: true),
            FieldMapping(
                field: .finishedAt, pointers: [JSONPointer(names: "timestamp")], isRequired: true),
            FieldMapping(
                field: .outcome, pointers: [JSONPointer(names: "status")], meanings: svixStates,
                others: .refused, isRequired: true),
            FieldMapping(
                field: .status, pointers: [JSONPointer(names: "responseStatusCode")],
                meanings: [("0", .absent)]),
            FieldMapping(
                field: .error, pointers: [JSONPointer(names: "response")], meanings: svixErrors,
                others: .dropped, matchesStart: true),
            FieldMapping(field: .profileID, pointers: [JSONPointer(names: "endpointId")]),
            FieldMapping(field: .event, pointers: [JSONPointer(names: "msg", "eventType")]),
            FieldMapping(field: .url, pointers: [JSONPointer(names: "url")]),
            FieldMapping(
                field: .durationMilliseconds,
                pointers: [JSONPointer(names: "responseDurationMs")]),
        ], isTimeOfStart: true, isErrorWithoutStatus: true, paths: [["data"]])

    /// `MessageStatus`: 0 success, 1 pending, 2 fail, 3 sending, 4 canceled.
    ///
    /// Only "sending" says that another attempt follows.
    private static let svixStates: [(value: String, meaning: FieldMapping.Meaning)] = [
        ("0", .text("delivered")), ("1", .notFinal), ("2", .text("failed")),
        ("3", .text("retrying")), ("4", .text("failed")),
    ]

    /// The contents of `response` if there was no response (`responseStatusCode` 0).
    private static let svixErrors: [(value: String, meaning: FieldMapping.Meaning)] = [
        ("requests to this IP range are blocked", .text("blocked")),
        ("error resolving name", .text("dns")), ("request timed out", .text("timeout")),
        ("error making request: client error (Connect)", .text("connect")),
    ]
}

/// Where records of another program contain a field, and what its values mean.
struct FieldMapping: Sendable {
    /// The meaning of a value.
    enum Meaning: Sendable {
        case text(String)
        case number(JSONNumber)
        case absent
        /// The record is not a delivery.
        case skipped
        /// The attempt is still running.
        case notFinal

        /// The value in terms of the log.
        var value: DecodedValue {
            switch self {
            case .text(let text): DecodedValue(text)
            case .number(let number): .number(number)
            case .absent, .skipped, .notFinal: .absent
            }
        }
    }

    /// What happens to values without a meaning.
    enum Others: Sendable {
        case kept, dropped, refused
    }

    var field: RecordField
    /// The pointers. Several values are joined with `/`, and all of them are required. A `/` in a value
    /// after the first is escaped, so that different values never give the same text.
    var pointers: [JSONPointer]
    var meanings: [(value: String, meaning: Meaning)] = []
    var others = Others.kept
    /// Whether a text matches an entry that it starts with.
    var matchesStart = false
    var isRequired = false
    /// The factor for numbers.
    var factor = 1.0
    /// A constant for all records, without a pointer.
    var constant: DecodedValue?
    /// Whether a whole number is converted to the text of its digits.
    var takesNumbers = false

    /// Converts the values at the pointers to a value of the log.
    func resolve(_ values: [DecodedValue]) throws(RecordError) -> DecodedValue {
        if let constant { return constant }
        let values = try zip(values, pointers).map { (value, pointer) throws(RecordError) in
            try textual(value, at: pointer)
        }
        guard let value = values.first, values.count == 1 else { return try joined(values) }
        if case .absent = value {
            guard isRequired else { return .absent }
            throw .located(.missing(field), place: pointers[0].text)
        }
        guard !meanings.isEmpty else { return scaled(value) }
        return try translated(value)
    }

    /// Returns the meaning of a value in the table, or `nil` if the table does not contain it.
    func meaning(of values: [DecodedValue]) -> Meaning? {
        guard let value = values.first, values.count == 1, !meanings.isEmpty else { return nil }
        let shown = value.plain
        return meanings.first { matchesStart ? shown.hasPrefix($0.value) : shown == $0.value }?
            .meaning
    }

    private func translated(_ value: DecodedValue) throws(RecordError) -> DecodedValue {
        switch (meaning(of: [value]), others) {
        case (.notFinal, _):
            throw .notFinal(place: pointers[0].text, value: value.shown)
        case (let meaning?, _): return meaning.value
        case (nil, .dropped): return .absent
        case (nil, .kept): return scaled(value)
        case (nil, .refused):
            throw .unknownValue(
                place: pointers[0].text, value: value.shown,
                known: meanings.map(\.value))
        }
    }

    private func scaled(_ value: DecodedValue) -> DecodedValue {
        guard factor != 1 else { return value }
        let number: Double?
        switch value {
        case .number(let original): number = original.double
        case .text(let text): number = text.withBytes(Decimal.parse)
        default: number = nil
        }
        return number.flatMap { JSONNumber($0 * factor) }.map { .number($0) } ?? value
    }

    private func textual(
        _ value: DecodedValue, at pointer: JSONPointer
    ) throws(RecordError) -> DecodedValue {
        guard takesNumbers, case .number(let number) = value else { return value }
        // As it is written, because 1.50 and 1.5 may be different IDs.
        guard !number.isPlain, let double = number.double, double.magnitude >= 0x1p53 else {
            return DecodedValue(number.text)
        }
        throw .located(.lostDigits(field, value: number.text), place: pointer.text)
    }

    private func joined(_ values: [DecodedValue]) throws(RecordError) -> DecodedValue {
        var text: [UInt8] = []
        for (value, pointer) in zip(values, pointers) {
            switch value {
            case .text(let part) where !part.isEmpty:
                // The first part needs no escaping, because the others contain no slash.
                if !text.isEmpty { text.append(UInt8(ascii: "/")) }
                text += text.isEmpty ? part : JoinedText.escaped(part)
            case .absent:
                guard isRequired else { return .absent }
                throw .located(.missing(field), place: pointer.text)
            default:
                let shown = value.shown
                throw .located(.invalidValue(field, value: shown), place: pointer.text)
            }
        }
        return .text(text)
    }
}

extension DecodedValue {
    /// The value as it is written in a table of values.
    var plain: String {
        switch self {
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .number(let number): number.wholeDigits ?? shown
        default: shown
        }
    }
}

extension JSONNumber {
    /// Whether it consists of digits, so that none can have been lost.
    fileprivate var isPlain: Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        return digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The digits of a whole number without loss: `7` for `7`, `7.0` and `70e-1`. From 2^53, where
    /// a `Double` cannot represent every integer, only plain digits are accepted.
    fileprivate var wholeDigits: String? {
        if isPlain { return text }
        guard let double, double.magnitude < 0x1p53 else { return nil }
        return Int(exactly: double).map { "\($0)" }
    }
}
