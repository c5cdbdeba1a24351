internal import CCurl

/// A list of texts for libcurl, which keeps no copy of it: to be kept until the transfer is over.
struct CurlList: ~Copyable {
    let pointer: UnsafeMutablePointer<curl_slist>?

    init(_ values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { list = curl_slist_append(list, value) }
        pointer = list
    }

    deinit {
        curl_slist_free_all(pointer)
    }
}
