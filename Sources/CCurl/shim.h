#pragma once
#include <curl/curl.h>
#include <dlfcn.h>
#include <locale.h>
#include <string.h>

/// The functions of libcurl that we call.
///
/// The library is loaded on demand. It depends on thirty other libraries, and loading them takes longer than a
/// complete run that finds nothing due.
typedef struct __attribute__((swift_attr("@Sendable"))) {
    __typeof__(curl_global_init) *global_init;
    __typeof__(curl_easy_init) *easy_init;
    __typeof__(curl_easy_cleanup) *easy_cleanup;
    __typeof__(curl_easy_perform) *easy_perform;
    __typeof__(curl_easy_setopt) *easy_setopt;
    __typeof__(curl_easy_getinfo) *easy_getinfo;
    __typeof__(curl_easy_strerror) *easy_strerror;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
    __typeof__(curl_getdate) *getdate;
    __typeof__(curl_multi_init) *multi_init;
    __typeof__(curl_multi_cleanup) *multi_cleanup;
    __typeof__(curl_multi_setopt) *multi_setopt;
    __typeof__(curl_multi_add_handle) *multi_add_handle;
    __typeof__(curl_multi_remove_handle) *multi_remove_handle;
    __typeof__(curl_multi_perform) *multi_perform;
    __typeof__(curl_multi_poll) *multi_poll;
    __typeof__(curl_multi_info_read) *multi_info_read;
    // NULL if libcurl is older than these functions. Only international names need them.
    __typeof__(curl_url) *url;
    __typeof__(curl_url_cleanup) *url_cleanup;
    __typeof__(curl_url_set) *url_set;
    __typeof__(curl_url_get) *url_get;
    __typeof__(curl_free) *free;
} callback_curl;

/// Loads the library for the lifetime of the process. Returns 0 if it or one of its functions is missing.
///
/// The library has had this name since 2006: https://curl.se/libcurl/abi.html.
static inline int callback_curl_load(callback_curl *curl) {
    void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return 0;
    // POSIX guarantees that a pointer from dlsym can be converted to a function pointer.
    if (!(*(void **)&curl->global_init = dlsym(library, "curl_global_init"))) return 0;
    if (!(*(void **)&curl->easy_init = dlsym(library, "curl_easy_init"))) return 0;
    if (!(*(void **)&curl->easy_cleanup = dlsym(library, "curl_easy_cleanup"))) return 0;
    if (!(*(void **)&curl->easy_perform = dlsym(library, "curl_easy_perform"))) return 0;
    if (!(*(void **)&curl->easy_setopt = dlsym(library, "curl_easy_setopt"))) return 0;
    if (!(*(void **)&curl->easy_getinfo = dlsym(library, "curl_easy_getinfo"))) return 0;
    if (!(*(void **)&curl->easy_strerror = dlsym(library, "curl_easy_strerror"))) return 0;
    if (!(*(void **)&curl->slist_append = dlsym(library, "curl_slist_append"))) return 0;
    if (!(*(void **)&curl->slist_free_all = dlsym(library, "curl_slist_free_all"))) return 0;
    if (!(*(void **)&curl->getdate = dlsym(library, "curl_getdate"))) return 0;
    if (!(*(void **)&curl->multi_init = dlsym(library, "curl_multi_init"))) return 0;
    if (!(*(void **)&curl->multi_cleanup = dlsym(library, "curl_multi_cleanup"))) return 0;
    if (!(*(void **)&curl->multi_setopt = dlsym(library, "curl_multi_setopt"))) return 0;
    if (!(*(void **)&curl->multi_add_handle = dlsym(library, "curl_multi_add_handle"))) return 0;
    if (!(*(void **)&curl->multi_remove_handle = dlsym(library, "curl_multi_remove_handle"))) return 0;
    if (!(*(void **)&curl->multi_perform = dlsym(library, "curl_multi_perform"))) return 0;
    if (!(*(void **)&curl->multi_poll = dlsym(library, "curl_multi_poll"))) return 0;
    if (!(*(void **)&curl->multi_info_read = dlsym(library, "curl_multi_info_read"))) return 0;
    *(void **)&curl->url = dlsym(library, "curl_url");
    *(void **)&curl->url_cleanup = dlsym(library, "curl_url_cleanup");
    *(void **)&curl->url_set = dlsym(library, "curl_url_set");
    *(void **)&curl->url_get = dlsym(library, "curl_url_get");
    *(void **)&curl->free = dlsym(library, "curl_free");
    return 1;
}

// CURLU_PUNYCODE since libcurl 7.88. Older headers lack it, and older libraries ignore it.
#define CALLBACK_CURLU_PUNYCODE (1 << 12)

/// Writes the NUL-terminated ASCII form of an international host name to `ascii`.
///
/// Returns 1 on success, 0 if the name has no ASCII form, and -1 if libcurl does not support the conversion. libcurl
/// interprets the name in the character set of the thread's locale, so this function sets a UTF-8 locale temporarily.
static inline int callback_curl_ascii_host(callback_curl curl, const char *name, char *ascii, size_t size) {
    if (!curl.url || !curl.url_cleanup || !curl.url_set || !curl.url_get || !curl.free) return -1;
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!utf8) return -1;
    locale_t before = uselocale(utf8);
    CURLU *url = curl.url();
    char *host = NULL;
    int result = -1;
    if (url) {
        CURLUcode code = curl.url_set(url, CURLUPART_HOST, name, 0);
        if (!code) code = curl.url_get(url, CURLUPART_HOST, &host, CALLBACK_CURLU_PUNYCODE);
        result = code ? 0 : 1;
    }
    if (result == 1) {
        size_t length = strlen(host);
        if (length < size) memcpy(ascii, host, length + 1);
        else result = 0;
        // Older libraries return the name unchanged.
        for (size_t index = 0; result == 1 && index < length; index++)
            if ((unsigned char)host[index] >= 0x80) result = -1;
    }
    if (host) curl.free(host);
    if (url) curl.url_cleanup(url);
    uselocale(before);
    freelocale(utf8);
    return result;
}

// curl_easy_setopt and curl_easy_getinfo are variadic, so Swift cannot call them. Each function below wraps one of
// them for one type of value. Passing an option of another type is a programming error.

/// The type of libcurl's callbacks that read or write bytes: READ, WRITE and HEADERFUNCTION.
typedef size_t (*callback_curl_transfer)(char *bytes, size_t size, size_t count, void *context);

/// Sets a numeric or Boolean option.
static inline CURLcode callback_curl_set_long(callback_curl curl, CURL *handle, CURLoption option, long value) {
    return curl.easy_setopt(handle, option, value);
}

/// Sets an option with a size, which may not fit into a long.
static inline CURLcode callback_curl_set_size(callback_curl curl, CURL *handle, CURLoption option, curl_off_t value) {
    return curl.easy_setopt(handle, option, value);
}

/// Sets a string option. libcurl copies the string; NULL resets the option.
static inline CURLcode callback_curl_set_text(callback_curl curl, CURL *handle, CURLoption option, const char *value) {
    return curl.easy_setopt(handle, option, value);
}

/// Sets a pointer option. The caller must keep the memory alive until the transfer has ended.
static inline CURLcode callback_curl_set_pointer(callback_curl curl, CURL *handle, CURLoption option, void *value) {
    return curl.easy_setopt(handle, option, value);
}

/// Sets a list. libcurl does not copy it; the caller frees it after the transfer.
static inline CURLcode callback_curl_set_list(
    callback_curl curl, CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl.easy_setopt(handle, option, value);
}

/// Sets a callback that reads or writes bytes.
static inline CURLcode callback_curl_set_transfer(
    callback_curl curl, CURL *handle, CURLoption option, callback_curl_transfer value) {
    return curl.easy_setopt(handle, option, value);
}

/// Sets the callback that observes what is sent and received.
static inline CURLcode callback_curl_set_debug(callback_curl curl, CURL *handle, curl_debug_callback value) {
    return curl.easy_setopt(handle, CURLOPT_DEBUGFUNCTION, value);
}

/// Returns a number about the last transfer.
static inline CURLcode callback_curl_get_long(callback_curl curl, CURL *handle, CURLINFO info, long *value) {
    return curl.easy_getinfo(handle, info, value);
}

/// Returns the socket of the open connection, or CURL_SOCKET_BAD if there is none.
static inline CURLcode callback_curl_get_socket(callback_curl curl, CURL *handle, curl_socket_t *value) {
    return curl.easy_getinfo(handle, CURLINFO_ACTIVESOCKET, value);
}

/// CURLOPT_MAIL_RCPT_ALLOWFAILS. libcurl 8.2 renamed it but kept the number.
static const CURLoption callback_curl_allow_fails = (CURLoption)290;

/// Sets the callback that opens or rejects the socket for an address.
static inline CURLcode callback_curl_set_open_socket(
    callback_curl curl, CURL *handle, curl_opensocket_callback value) {
    return curl.easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}

/// Sets the callback that allows or rejects a request on a new or reused connection.
static inline CURLcode callback_curl_set_prerequest(
    callback_curl curl, CURL *handle, curl_prereq_callback value) {
    return curl.easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}

/// Makes OpenSSL return after each message that is not part of a response. `control` is SSL_CTX_ctrl.
static CURLcode callback_curl_clear_retries(CURL *handle, void *context, void *control) {
    (void)handle;
    // SSL_CTRL_CLEAR_MODE and SSL_MODE_AUTO_RETRY: the headers of OpenSSL may not be installed.
    ((long (*)(void *, int, long, void *))control)(context, 78, 4, NULL);
    return CURLE_OK;
}

/// Lets other transfers continue while a server sends nothing but session tickets or key updates.
///
/// By default, OpenSSL reads all of them that have arrived before it returns, and they may have no end:
/// https://docs.openssl.org/3.0/man3/SSL_CTX_set_mode/.
static inline CURLcode callback_curl_read_one_message(callback_curl curl, CURL *handle) {
    // Both libraries are loaded already.
    void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_NOLOAD);
    if (!library) return CURLE_OK;
    __typeof__(curl_version_info) *version;
    *(void **)&version = dlsym(library, "curl_version_info");
    dlclose(library);
    const char *tls = version ? version(CURLVERSION_NOW)->ssl_version : NULL;
    if (!tls || strncmp(tls, "OpenSSL/", 8)) return CURLE_OK;
    library = dlopen("libssl.so.3", RTLD_LAZY | RTLD_NOLOAD);
    if (!library) library = dlopen("libssl.so.1.1", RTLD_LAZY | RTLD_NOLOAD);
    if (!library) return CURLE_OK;
    void *control = dlsym(library, "SSL_CTX_ctrl");
    dlclose(library);
    if (!control) return CURLE_OK;
    CURLcode code = curl.easy_setopt(handle, CURLOPT_SSL_CTX_DATA, control);
    return code ? code : curl.easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, callback_curl_clear_retries);
}

/// Returns a time or a size of the last transfer. Times are in microseconds.
static inline CURLcode callback_curl_get_size(callback_curl curl, CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl.easy_getinfo(handle, info, value);
}

/// Returns a string about the last transfer. It belongs to libcurl and is valid until the next transfer.
static inline CURLcode callback_curl_get_text(callback_curl curl, CURL *handle, CURLINFO info, char **value) {
    return curl.easy_getinfo(handle, info, value);
}

/// Sets a numeric option of a multi handle. curl_multi_setopt is variadic as well.
static inline CURLMcode callback_curl_multi_set_long(
    callback_curl curl, CURLM *handle, CURLMoption option, long value) {
    return curl.multi_setopt(handle, option, value);
}
