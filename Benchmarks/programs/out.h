// A file written through a buffer, number by number: printf would take most of the time.
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct out {
    FILE *file;
    size_t used;
    char buffer[1 << 16];
};

static void flush_out(struct out *out) {
    if (fwrite(out->buffer, 1, out->used, out->file) != out->used) {
        perror("generate");
        exit(74);
    }
    out->used = 0;
}

static void open_out(struct out *out, const char *path) {
    out->file = fopen(path, "w");
    if (out->file) return;
    perror(path);
    exit(73);
}

static void close_out(struct out *out) {
    if (!out->file) return;
    flush_out(out);
    if (fclose(out->file) == 0) return;
    perror("generate");
    exit(74);
}

/// Room for the longest value that is put at once.
static char *room(struct out *out) {
    if (out->used > sizeof out->buffer - 128) flush_out(out);
    return out->buffer + out->used;
}

static void put(struct out *out, const char *text) {
    size_t length = strlen(text);
    memcpy(room(out), text, length);
    out->used += length;
}

/// Decimal digits, with zeros in front up to a width.
static void put_number(struct out *out, uint64_t number, int width) {
    char digits[20];
    int length = 0;
    do digits[length++] = '0' + number % 10; while (number /= 10);
    while (length < width) digits[length++] = '0';
    char *to = room(out);
    out->used += length;
    while (length) *to++ = digits[--length];
}

/// The lowest hexadecimal digits of a number.
static void put_hex(struct out *out, uint64_t number, int digits) {
    char *to = room(out);
    out->used += digits;
    while (digits) *to++ = "0123456789abcdef"[number >> 4 * --digits & 15];
}

/// An RFC 3339 time in UTC with milliseconds, of Unix milliseconds.
static void put_time(struct out *out, int64_t milliseconds) {
    static char date[16];
    static int64_t day = -1;
    int64_t second = milliseconds / 1000;
    if (second / 86400 != day) {
        time_t time = second;
        day = second / 86400;
        strftime(date, sizeof date, "%Y-%m-%dT", gmtime(&time));
    }
    put(out, date);
    put_number(out, second / 3600 % 24, 2), put(out, ":");
    put_number(out, second / 60 % 60, 2), put(out, ":");
    put_number(out, second % 60, 2), put(out, ".");
    put_number(out, milliseconds % 1000, 3), put(out, "Z");
}
