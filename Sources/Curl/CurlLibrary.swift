internal import CCurl

/// The libcurl library, which is loaded and initialized once per process.
enum CurlLibrary {
    /// The functions of libcurl, or nil if it is not installed or cannot be used.
    ///
    /// Lazy initialization of a global is thread-safe.
    static let functions: callback_curl? = {
        var functions = callback_curl()
        guard callback_curl_load(&functions) != 0,
            functions.global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
        else { return nil }
        return functions
    }()

    /// Returns libcurl's message for a code.
    static func words(for code: CURLcode) -> String {
        guard let words = functions?.easy_strerror(code) else {
            return "libcurl.so.4 cannot be loaded; install libcurl4"
        }
        return String(cString: words)
    }
}
