/// The number of an endpoint in the tables.
///
/// For a profile it is the row ID in `profiles`. For an origin it is the row ID in `labels`, offset
/// beyond all profiles. 0 means neither. The column `routes.endpoint` computes the same number in
/// SQL.
enum EndpointNumber {
    static let unknown: Int64 = 0
    private static let firstOrigin: Int64 = 1 << 40

    /// - Parameters:
    ///   - profile: The row ID of the profile, or 0 for none.
    ///   - origin: The label of the origin, or 0 for none.
    static func of(profile: Int64, origin: Int64) -> Int64 {
        if profile > 0 { return profile }
        return origin > 0 ? origin + firstOrigin : unknown
    }

    /// Returns the label of an origin's number, or `nil` for any other number.
    static func origin(of number: Int64) -> Int64? {
        number > firstOrigin ? number - firstOrigin : nil
    }
}
