// Runs a program and writes what it took: measure RESULT PROGRAM ARGUMENT...
//
// RESULT gets one line: seconds from start to end, of the clock, of the CPU for the program and
// for the system; the peak of its resident memory in KiB; its exit status (128 and the signal
// when it was killed). Processes that it waited for are part of it. That this program is small
// matters: a child's peak begins with the memory of the process that made it.

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    pid_t child;
    struct rusage used;
    int status;
    double start = now();
    errno = posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ);
    if (errno || wait4(child, &status, 0, &used) < 0) {
        perror(argv[2]);
        return 70;
    }
    double wall = now() - start;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *result = fopen(argv[1], "w");
    if (!result) {
        perror(argv[1]);
        return 73;
    }
    fprintf(result, "%.6f %.6f %.6f %ld %d\n", wall, seconds(used.ru_utime),
            seconds(used.ru_stime), used.ru_maxrss, code);
    return fclose(result) ? 74 : 0;
}
