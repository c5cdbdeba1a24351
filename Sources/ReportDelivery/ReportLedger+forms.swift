import Mail
package import Storage
package import StorageErrors

extension ReportLedger {
    /// Returns a stored format of a report, or nil if it is not stored.
    ///
    /// Text and HTML are taken from the report's emails, so that they are exactly what was sent.
    package func form(
        _ form: ReportForm, ofReport id: Int64
    ) throws(StorageError) -> String? {
        switch form {
        case .text: try body(ofReport: id).flatMap { MessageText.of(kind: "plain", in: $0) }
        case .html: try body(ofReport: id).flatMap { MessageText.of(kind: "html", in: $0) }
        case .json, .csv: try storedForm(form, ofReport: id)
        }
    }
}
