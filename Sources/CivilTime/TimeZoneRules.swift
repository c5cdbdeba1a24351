/// The rules of one time zone of the tz database.
package struct TimeZoneRules: Sendable {
    /// Name in the tz database, such as `Asia/Kolkata`.
    package let name: String

    /// UTC.
    package static let utc = TimeZoneRules(name: "UTC")
}
