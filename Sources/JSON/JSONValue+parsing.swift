extension JSONValue {
    /// Parses a text that consists of one JSON value. It may begin with a byte order mark.
    package init(
        parsing bytes: [UInt8], _ rules: JSONRules = .strict
    ) throws(JSONSyntaxError) {
        var parser = JSONParser(bytes, rules)
        self = try parser.document()
    }

    package init(
        parsing text: String, _ rules: JSONRules = .strict
    ) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8), rules)
    }
}
