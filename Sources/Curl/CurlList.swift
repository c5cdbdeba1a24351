internal import CCurl

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
