/// A value of a JSON5 text. The order of members is not kept.
package enum JSON5Value: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// An exact integer in any notation: `7`, `7.0`, `0x7`.
    case integer(Int)
    /// A fraction, or a number outside of the range of `Int`. Infinite if it is outside of the
    /// range of `Double`.
    case number(Double)
    case string(String)
    case list([JSON5Value])
    case object([String: JSON5Value])
}
