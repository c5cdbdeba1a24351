// A mail server that takes every mail, counts it and throws it away.
//
// Prints the port it listens on (127.0.0.1). Mails go on being taken until standard input ends;
// then it prints how many connections and mails it had, and the bytes of the mails.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_long connections, mails, bytes;

static int say(int client, const char *text) {
    return write(client, text, strlen(text)) == (ssize_t)strlen(text);
}

/// Reads the lines of a mail; one that begins with a dot had another put before it.
static int receive(FILE *input, char *line, size_t size) {
    long length = 0;
    while (fgets(line, size, input)) {
        if (!strcmp(line, ".\r\n")) {
            mails++;
            bytes += length;
            return 1;
        }
        length += strlen(line) - (line[0] == '.');
    }
    return 0;
}

static int answer(int client, FILE *input, char *line, size_t size) {
    if (!strncasecmp(line, "QUIT", 4)) return say(client, "221 bye\r\n"), 0;
    if (!strncasecmp(line, "EHLO", 4)) return say(client, "250-sink\r\n250 8BITMIME\r\n");
    if (strncasecmp(line, "DATA", 4)) return say(client, "250 ok\r\n");
    return say(client, "354 go on\r\n") && receive(input, line, size)
        && say(client, "250 ok\r\n");
}

static void *serve(void *argument) {
    int client = (int)(long)argument;
    char line[4096];
    FILE *input = fdopen(client, "r");
    say(client, "220 sink ESMTP\r\n");
    while (fgets(line, sizeof line, input) && answer(client, input, line, sizeof line)) continue;
    fclose(input);
    return NULL;
}

static void take(int listener) {
    int client = accept(listener, NULL, NULL), yes = 1;
    pthread_t thread;
    if (client < 0) return;
    connections++;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    pthread_create(&thread, NULL, serve, (void *)(long)client);
    pthread_detach(thread);
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 64)
        || getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("sink");
        return 70;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    struct pollfd ready[] = {{.fd = listener, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    while (poll(ready, 2, -1) >= 0 && !ready[1].revents)
        if (ready[0].revents) take(listener);
    printf("%ld %ld %ld\n", connections, mails, bytes);
    return 0;
}
