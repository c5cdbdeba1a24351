// The least that mails many mails: one libcurl handle, one connection, mails of one size.
//
// mails PORT MAILS BYTES: to 127.0.0.1, without TLS, as the program's own mails go to the sink.

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mail {
    const char *text;
    size_t size, sent;
};

static size_t read_mail(char *to, size_t size, size_t count, void *context) {
    struct mail *mail = context;
    size_t rest = mail->size - mail->sent, taken = size * count < rest ? size * count : rest;
    memcpy(to, mail->text + mail->sent, taken);
    mail->sent += taken;
    return taken;
}

/// Lines of 76 characters, as quoted-printable has them.
static char *make_mail(size_t size) {
    char *text = malloc(size + 1);
    for (size_t i = 0; i < size; i++)
        text[i] = i % 78 == 76 ? '\r' : i % 78 == 77 ? '\n' : 'm';
    memcpy(text + size - 2, "\r\n", 2);
    return text;
}

static int send_mail(CURL *curl, struct mail *mail, long number) {
    char recipient[64];
    snprintf(recipient, sizeof recipient, "<ops-%ld@example.com>", number);
    struct curl_slist *recipients = curl_slist_append(NULL, recipient);
    mail->sent = 0;
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(recipients);
    if (code) fprintf(stderr, "mails: %s\n", curl_easy_strerror(code));
    return code == CURLE_OK;
}

int main(int argc, char **argv) {
    if (argc != 4) return 64;
    char url[64];
    size_t size = strtoul(argv[3], NULL, 10);
    struct mail mail = {.text = make_mail(size), .size = size};
    snprintf(url, sizeof url, "smtp://127.0.0.1:%s", argv[1]);
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "<reports@example.com>");
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_mail);
    curl_easy_setopt(curl, CURLOPT_READDATA, &mail);
    for (long number = atol(argv[2]); number > 0; number--)
        if (!send_mail(curl, &mail, number)) return 69;
    curl_easy_cleanup(curl);
    return 0;
}
