import FileOwners
import Glibc

/// An error that occurred while writing output. Commands exit with `cannotWriteOutput`.
package struct OutputError: Error, Equatable {
    /// A path, or "standard output".
    package let place: String
    /// The `errno` value.
    package let code: Int32

    package init(_ place: String, code: Int32) {
        self.place = place
        self.code = code
    }
}

extension OutputError: CustomStringConvertible {
    package var description: String {
        "cannot write \(place.withVisibleControls): \(String(cString: strerror(code)))"
            + FileOwner.remedy(at: place, code: code)
    }
}
