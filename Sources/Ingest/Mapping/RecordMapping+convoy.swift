import JSON

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
        ("Scheduled", .unended), ("Processing", .unended),
    ]
}
