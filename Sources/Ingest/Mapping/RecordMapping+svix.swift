import JSON

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
        ("0", .text("delivered")), ("1", .unended), ("2", .text("failed")),
        ("3", .text("retrying")), ("4", .text("failed")),
    ]

    /// The contents of `response` if there was no response (`responseStatusCode` 0).
    private static let svixErrors: [(value: String, meaning: FieldMapping.Meaning)] = [
        ("requests to this IP range are blocked", .text("blocked")),
        ("error resolving name", .text("dns")), ("request timed out", .text("timeout")),
        ("error making request: client error (Connect)", .text("connect")),
    ]
}
