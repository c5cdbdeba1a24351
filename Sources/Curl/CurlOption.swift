internal import CCurl

/// A libcurl option with the type of its value. Only the options that we use are declared.
struct CurlOption<Value> {
    let raw: CURLoption

    private init(_ raw: CURLoption) {
        self.raw = raw
    }
}

extension CurlOption where Value == String {
    static var url: Self { Self(CURLOPT_URL) }
    static var protocols: Self { Self(CURLOPT_PROTOCOLS_STR) }
    static var proxy: Self { Self(CURLOPT_PROXY) }
    static var caFile: Self { Self(CURLOPT_CAINFO) }
    static var userName: Self { Self(CURLOPT_USERNAME) }
    static var password: Self { Self(CURLOPT_PASSWORD) }
    static var loginOptions: Self { Self(CURLOPT_LOGIN_OPTIONS) }
    static var mailFrom: Self { Self(CURLOPT_MAIL_FROM) }
    static var customRequest: Self { Self(CURLOPT_CUSTOMREQUEST) }
    static var userAgent: Self { Self(CURLOPT_USERAGENT) }
}

extension CurlOption where Value == Int {
    static var noSignal: Self { Self(CURLOPT_NOSIGNAL) }
    static var useTLS: Self { Self(CURLOPT_USE_SSL) }
    static var verifyPeer: Self { Self(CURLOPT_SSL_VERIFYPEER) }
    static var verifyHost: Self { Self(CURLOPT_SSL_VERIFYHOST) }
    static var tlsVersion: Self { Self(CURLOPT_SSLVERSION) }
    static var connectTimeout: Self { Self(CURLOPT_CONNECTTIMEOUT_MS) }
    static var responseTimeout: Self { Self(CURLOPT_SERVER_RESPONSE_TIMEOUT) }
    static var timeout: Self { Self(CURLOPT_TIMEOUT_MS) }
    static var lowSpeedLimit: Self { Self(CURLOPT_LOW_SPEED_LIMIT) }
    static var lowSpeedTime: Self { Self(CURLOPT_LOW_SPEED_TIME) }
    static var maximumIdleTime: Self { Self(CURLOPT_MAXAGE_CONN) }
    static var allowFailedRecipients: Self { Self(callback_curl_allow_fails) }
    static var upload: Self { Self(CURLOPT_UPLOAD) }
    static var noBody: Self { Self(CURLOPT_NOBODY) }
    static var followLocation: Self { Self(CURLOPT_FOLLOWLOCATION) }
    static var verbose: Self { Self(CURLOPT_VERBOSE) }
    static var post: Self { Self(CURLOPT_POST) }
    static var get: Self { Self(CURLOPT_HTTPGET) }
    static var httpVersion: Self { Self(CURLOPT_HTTP_VERSION) }
    static var decodesTransfer: Self { Self(CURLOPT_HTTP_TRANSFER_DECODING) }
    static var quickExit: Self { Self(CURLOPT_QUICK_EXIT) }
}

extension CurlOption where Value == Int64 {
    static var uploadSize: Self { Self(CURLOPT_INFILESIZE_LARGE) }
    static var bodySize: Self { Self(CURLOPT_POSTFIELDSIZE_LARGE) }
}

extension CurlOption where Value == [String] {
    static var recipients: Self { Self(CURLOPT_MAIL_RCPT) }
    static var headers: Self { Self(CURLOPT_HTTPHEADER) }
}

extension CurlOption where Value == callback_curl_transfer {
    static var read: Self { Self(CURLOPT_READFUNCTION) }
    static var write: Self { Self(CURLOPT_WRITEFUNCTION) }
    static var header: Self { Self(CURLOPT_HEADERFUNCTION) }
}

extension CurlOption where Value == UnsafeMutableRawPointer {
    static var readContext: Self { Self(CURLOPT_READDATA) }
    static var headerContext: Self { Self(CURLOPT_HEADERDATA) }
    static var debugContext: Self { Self(CURLOPT_DEBUGDATA) }
    static var errorBuffer: Self { Self(CURLOPT_ERRORBUFFER) }
    static var writeContext: Self { Self(CURLOPT_WRITEDATA) }
    static var openSocketContext: Self { Self(CURLOPT_OPENSOCKETDATA) }
    static var prerequestContext: Self { Self(CURLOPT_PREREQDATA) }
}
