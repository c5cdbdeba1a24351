#pragma once
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo take a variable number of arguments, which Swift cannot call. Each
// function below is one of them for one type of value; passing an option of another type is the caller's mistake.

/// Functions that libcurl calls with bytes to take or to fill: READ, WRITE and HEADERFUNCTION.
typedef size_t (*callback_curl_transfer)(char *bytes, size_t size, size_t count, void *context);

/// Sets an option that is a number or a switch.
static inline CURLcode callback_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option that is a size which may not fit into a long.
static inline CURLcode callback_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option that is text, of which libcurl makes a copy; NULL takes it back.
static inline CURLcode callback_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets an option that is memory of the caller, who keeps it alive until the transfer has ended.
static inline CURLcode callback_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets a list, which libcurl does not copy: the caller frees it when the transfer has ended.
static inline CURLcode callback_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets a function that takes or fills bytes.
static inline CURLcode callback_curl_set_transfer(
    CURL *handle, CURLoption option, callback_curl_transfer value) {
    return curl_easy_setopt(handle, option, value);
}

/// Sets the function that sees what is sent and received.
static inline CURLcode callback_curl_set_debug(CURL *handle, curl_debug_callback value) {
    return curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, value);
}

/// Reads a number about the last transfer.
static inline CURLcode callback_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

/// Reads the socket of the connection that is still open; CURL_SOCKET_BAD when there is none.
static inline CURLcode callback_curl_get_socket(CURL *handle, curl_socket_t *value) {
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, value);
}

/// CURLOPT_MAIL_RCPT_ALLOWFAILS under either of its names: 8.2 renamed it, the number stayed.
static const CURLoption callback_curl_allow_fails = (CURLoption)290;

/// Sets the function that opens the socket to an address, or refuses to.
static inline CURLcode callback_curl_set_open_socket(CURL *handle, curl_opensocket_callback value) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}

/// Reads a time or size about the last transfer; times are in microseconds.
static inline CURLcode callback_curl_get_size(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

/// Reads text about the last transfer, which belongs to libcurl and lasts until the next one.
static inline CURLcode callback_curl_get_text(CURL *handle, CURLINFO info, char **value) {
    return curl_easy_getinfo(handle, info, value);
}

/// Sets an option of a multi handle that is a number; curl_multi_setopt is variadic too.
static inline CURLMcode callback_curl_multi_set_long(CURLM *handle, CURLMoption option, long value) {
    return curl_multi_setopt(handle, option, value);
}
