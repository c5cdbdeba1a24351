// The least that posts many callbacks: curl_multi without a log, 64 at once, connections reused.
//
// posts PORT COUNT PROFILES: to 127.0.0.1, with the path, the body and the header `Callback-Id` that
// the program's own callbacks have. Fails unless every one was answered 200.

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

enum { at_once = 64 };

struct post {
    CURL *curl;
    struct curl_slist *headers;
    char body[64];
};

static long next, total, profiles, port;

static size_t ignore(char *data, size_t size, size_t count, void *context) {
    (void)data, (void)context;
    return size * count;
}

static void start(CURLM *multi, struct post *post) {
    char url[64], id[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%ld/p/%ld", port, next % profiles);
    snprintf(id, sizeof id, "Callback-Id: c-%ld", next);
    snprintf(post->body, sizeof post->body, "{\"text\":\"message %ld\",\"status\":\"DELIVRD\"}", next);
    curl_slist_free_all(post->headers);
    post->headers = curl_slist_append(
        curl_slist_append(NULL, "Content-Type: application/json"), id);
    curl_easy_setopt(post->curl, CURLOPT_URL, url);
    curl_easy_setopt(post->curl, CURLOPT_POSTFIELDS, post->body);
    curl_easy_setopt(post->curl, CURLOPT_HTTPHEADER, post->headers);
    curl_multi_add_handle(multi, post->curl);
    next++;
}

static void prepare(struct post *post) {
    post->curl = curl_easy_init();
    post->headers = NULL;
    curl_easy_setopt(post->curl, CURLOPT_PRIVATE, post);
    curl_easy_setopt(post->curl, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(post->curl, CURLOPT_TIMEOUT_MS, 15000L);
}

/// Whether it was delivered; its place gets the next one.
static int finish(CURLM *multi, CURLMsg *message) {
    struct post *post;
    long status = 0;
    CURLcode code = message->data.result;
    CURL *curl = message->easy_handle;
    curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&post);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi, curl);
    if (code || status != 200) {
        fprintf(stderr, "posts: %s, status %ld\n", curl_easy_strerror(code), status);
        return 0;
    }
    if (next < total) start(multi, post);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 4) return 64;
    port = atol(argv[1]), total = atol(argv[2]), profiles = atol(argv[3]);
    static struct post posts[at_once];
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)at_once);
    for (int i = 0; i < at_once && next < total; i++) {
        prepare(&posts[i]);
        start(multi, &posts[i]);
    }
    for (long done = 0; done < total;) {
        int running, left;
        CURLMsg *message;
        curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left)))
            if (message->msg == CURLMSG_DONE) {
                if (!finish(multi, message)) return 69;
                done++;
            }
        if (done < total) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    printf("%ld delivered\n", total);
    return 0;
}
