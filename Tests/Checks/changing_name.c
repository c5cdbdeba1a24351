/* A resolver whose only name changes: what "changing.test" means stands in the file that
   CHANGING_NAME names. Loaded before the C library's (LD_PRELOAD), so that a program asks it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
    resolver *real = (resolver *)dlsym(RTLD_NEXT, "getaddrinfo");
    char address[64] = "";
    if (name == NULL || strcmp(name, "changing.test") != 0)
        return real(name, service, hints, found);
    FILE *file = fopen(getenv("CHANGING_NAME"), "r");
    if (file == NULL || fgets(address, sizeof address, file) == NULL) abort();
    fclose(file);
    return real(address, service, hints, found);
}
