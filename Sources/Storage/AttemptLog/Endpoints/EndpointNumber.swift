/// The number that stands for an endpoint in the tables.
///
/// A profile's is its row in `profiles`; an origin's is its row in `labels`, moved above all rows
/// of profiles; 0 stands for callbacks with neither. The column `routes.endpoint` computes the
/// same number in SQL.
enum EndpointNumber {
    static let unknown: Int64 = 0
    private static let firstOrigin: Int64 = 1 << 40

    /// - Parameters:
    ///   - profile: row of the profile; 0 for none.
    ///   - origin: label of the origin; 0 for none.
    static func of(profile: Int64, origin: Int64) -> Int64 {
        if profile > 0 { return profile }
        return origin > 0 ? origin + firstOrigin : unknown
    }

    /// The label of an origin's number; nil for any other number.
    static func origin(of number: Int64) -> Int64? {
        number > firstOrigin ? number - firstOrigin : nil
    }
}
