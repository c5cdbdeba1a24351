internal import CCurl

/// The library as a whole, which has to be loaded and made ready once in a process.
enum CurlLibrary {
    /// Its functions; nil when it is not installed or cannot be used.
    ///
    /// A lazy global makes that one time safe from any thread.
    static let functions: callback_curl? = {
        var functions = callback_curl()
        guard callback_curl_load(&functions) != 0,
            functions.global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
        else { return nil }
        return functions
    }()

    /// What the library says about one of its codes.
    static func words(for code: CURLcode) -> String {
        guard let words = functions?.easy_strerror(code) else {
            return "libcurl.so.4 cannot be loaded; install libcurl4"
        }
        return String(cString: words)
    }
}
