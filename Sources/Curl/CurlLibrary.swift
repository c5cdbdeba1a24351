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

/// A list of strings for libcurl. libcurl does not copy it, so keep it alive until the transfer has
/// ended.
struct CurlList: ~Copyable {
    let pointer: UnsafeMutablePointer<curl_slist>?
    private let curl: callback_curl

    init(_ values: [String], of curl: callback_curl) {
        self.curl = curl
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { list = curl.slist_append(list, value) }
        pointer = list
    }

    deinit {
        curl.slist_free_all(pointer)
    }
}
