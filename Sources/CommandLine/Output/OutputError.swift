import FileOwners
import Glibc

/// Output that could not be written; a command that meets it ends with `cannotWriteOutput`.
package struct OutputError: Error, Equatable {
    /// A path, or "standard output".
    package let place: String
    /// The system's error number.
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
