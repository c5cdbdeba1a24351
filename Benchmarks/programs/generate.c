// Writes a made-up month of callbacks, the same for the same seed, and its own count of them.
//
// generate --count N [--skip N] [--month N] [--ids ordered|random] [--companies N] [--profiles N]
//          [--seed N] [--ndjson FILE] [--csv FILE] [--counts FILE]
//
// A month of 30 days holds --month records (as many as --count when absent) at even distances; a
// longer count goes on after its end. Of the records 97 % finish in the order of the lines with
// a callback of their own, 1 % are a second attempt up to a day after the first, and 1 % arrive up
// to a day late. The first --skip records are made and counted, and not written.
//
// The counts do not come from the lines: each callback is counted once, when the last of its
// attempts is drawn. They are JSON, [delivered, failed, retrying] by day, profile and channel.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

enum { DAY = 86400000, DAYS = 64, CHANNELS = 4, DELIVERED = 0, FAILED = 1, RETRYING = 2 };
static const int64_t START = 1759276800000;  // 2025-10-01T00:00:00Z, in milliseconds

static const struct ending {
    int outcome, status;
    const char *error, *reason;
} endings[] = {
    {DELIVERED, 200, NULL, NULL},      {DELIVERED, 202, NULL, NULL},
    {DELIVERED, 204, NULL, NULL},      {FAILED, 500, NULL, "http_5xx"},
    {FAILED, 503, NULL, "http_5xx"},   {FAILED, 404, NULL, "http_4xx"},
    {FAILED, 410, NULL, "http_4xx"},   {FAILED, 302, NULL, "http_3xx"},
    {FAILED, 0, "timeout", "timeout"}, {FAILED, 0, "dns", "dns"},
    {FAILED, 0, "connect", "connect"}, {FAILED, 0, "tls", "tls"},
    {FAILED, 0, "socket hang up", "other"},
    {RETRYING, 503, NULL, NULL},
};
enum { GOOD = 3, BAD = 10, RETRY = GOOD + BAD, ENDINGS = RETRY + 1 };
static const char *const channels[CHANNELS] = {"sms", "voice", "whatsapp", "email"};
static const char *const events[CHANNELS] = {"sms-sent", "call-ended", "message-read", "opened"};

struct record {
    uint64_t callback;
    int64_t finished;
    int profile, attempt, ending, duration;
};

static uint64_t count, skip, month, seed = 4, companies = 1, profiles = 200;
static int random_ids;
static struct out ndjson, csv;
static uint64_t by_day[DAYS][3], (*by_profile)[3], by_channel[CHANNELS][3], by_ending[ENDINGS];
static uint64_t callbacks;

/// The number that belongs to `key`, https://prng.di.unimi.it/splitmix64.c.
static uint64_t mix(uint64_t key) {
    uint64_t z = (key + seed * 0x2545F4914F6CDD1D) * 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static void put_uuid(struct out *out, uint64_t key) {
    uint64_t high = mix(key * 2 + 1), low = mix(key * 2);
    high = (high & ~UINT64_C(0xF000)) | 0x4000;  // Version 4 and its variant, RFC 9562.
    low = (low & ~(UINT64_C(3) << 62)) | (UINT64_C(2) << 62);
    put_hex(out, high >> 32, 8);
    put(out, "-");
    put_hex(out, high >> 16, 4);
    put(out, "-");
    put_hex(out, high, 4);
    put(out, "-");
    put_hex(out, low >> 48, 4);
    put(out, "-");
    put_hex(out, low, 12);
}

static void put_callback(struct out *out, uint64_t callback) {
    if (random_ids) return put_uuid(out, callback);
    put(out, "cb-");
    put_number(out, callback, 12);
}

static void put_profile(struct out *out, int profile) {
    put(out, "IN_");
    put_uuid(out, UINT64_C(1) << 62 | profile);
}

static void put_company(struct out *out, int profile) {
    put(out, "HXXXXXXX");
    put_number(out, 71 + profile % companies, 3);
    put(out, "IN");
}

static void put_url(struct out *out, const struct record *record) {
    put(out, "https://hooks-");
    put_number(out, record->profile, 3);
    put(out, ".example.com/callbacks/");
    put(out, channels[record->profile % CHANNELS]);
}

/// What stands between two values; in CSV they have no names.
static void put_field(struct out *out, int named, const char *name, int quoted) {
    put(out, named ? ", \"" : ",");
    if (named) put(out, name), put(out, quoted ? "\": \"" : "\": ");
}

static void put_record(struct out *out, int named, const struct record *record) {
    const struct ending *ending = &endings[record->ending];
    const char *quote = named ? "\"" : "";
    put(out, named ? "{\"callback_id\": \"" : "");
    put_callback(out, record->callback);
    put(out, quote);
    put_field(out, named, "company", 1), put_company(out, record->profile);
    put(out, quote);
    put_field(out, named, "finished_at", 1), put_time(out, record->finished);
    put(out, quote);
    put_field(out, named, "attempt", 0), put_number(out, record->attempt, 1);
    if (!named || ending->outcome == RETRYING) {
        put_field(out, named, "outcome", 1);
        put(out, ending->outcome == RETRYING ? "retrying" : "");
        put(out, quote);
    }
    if (!named || ending->status) {
        put_field(out, named, "status", 0);
        if (ending->status) put_number(out, ending->status, 3);
    }
    if (!named || ending->error) {
        put_field(out, named, "error", 1), put(out, ending->error ? ending->error : "");
        put(out, quote);
    }
    put_field(out, named, "profile_id", 1), put_profile(out, record->profile);
    put(out, quote);
    put_field(out, named, "channel", 1), put(out, channels[record->profile % CHANNELS]);
    put(out, quote);
    put_field(out, named, "event", 1), put(out, events[record->profile % CHANNELS]);
    put(out, quote);
    put_field(out, named, "method", 1), put(out, "POST");
    put(out, quote);
    put_field(out, named, "url", 1), put_url(out, record);
    put(out, quote);
    put_field(out, named, "duration_ms", 0), put_number(out, record->duration, 1);
    put(out, named ? "}\n" : "\n");
}

static void add(const struct record *record) {
    int outcome = endings[record->ending].outcome;
    callbacks++;
    by_day[(record->finished - START) / DAY][outcome]++;
    by_profile[record->profile][outcome]++;
    by_channel[record->profile % CHANNELS][outcome]++;
    by_ending[record->ending]++;
}

static int ending_of(uint64_t chance, int failed_of_1000) {
    int failed = (int)(chance % 1000) < failed_of_1000;
    return failed ? GOOD + (int)(chance / 1000 % BAD) : (int)(chance / 1000 % GOOD);
}

/// Draws the record of a line; `waiting` holds first attempts by the line that tries them again.
static struct record draw(uint64_t line, uint64_t fresh, struct record *waiting, uint64_t slots) {
    uint64_t chance = mix(UINT64_C(1) << 63 | line), kind = chance % 1000;
    struct record *retried = &waiting[line % slots];
    struct record record = {.callback = fresh, .attempt = 1};
    record.finished = START + (int64_t)((__uint128_t)line * 30 * DAY / month);
    record.duration = 20 + (int)((chance >> 32) % 50 * (1 + (chance >> 48) % 40));
    if (retried->attempt) {
        record.callback = retried->callback, record.profile = retried->profile;
        record.attempt = 2, record.ending = ending_of(chance >> 10, 300);
        retried->attempt = 0;
    } else {
        record.profile = (int)((chance >> 20) % profiles);
        record.ending = kind < 10 ? RETRY : ending_of(chance >> 10, 27);
        if (kind >= 10 && kind < 20) record.finished -= (int64_t)(mix(chance) % DAY);
        if (record.finished < START) record.finished = START;
    }
    return record;
}

/// Lets a first attempt wait for a line within the next day on which no other is tried again.
static void hold(struct record record, uint64_t line, struct record *waiting, uint64_t slots) {
    uint64_t slot = line + 1 + mix(record.callback) % (slots - 1);
    while (waiting[slot % slots].attempt || slot % slots == line % slots) slot++;
    waiting[slot % slots] = record;
}

static void generate(void) {
    uint64_t slots = month / 30 > 100 ? month / 30 : 100, fresh = 0;
    struct record *waiting = calloc(slots, sizeof *waiting);
    for (uint64_t line = 0; line < count + skip; line++) {
        struct record record = draw(line, fresh, waiting, slots);
        fresh += record.attempt == 1;
        if (record.ending == RETRY) hold(record, line, waiting, slots);
        else add(&record);
        if (line < skip) continue;
        if (ndjson.file) put_record(&ndjson, 1, &record);
        if (csv.file) put_record(&csv, 0, &record);
    }
    for (uint64_t slot = 0; slot < slots; slot++)
        if (waiting[slot].attempt) add(&waiting[slot]);
    free(waiting);
}

static void put_tally(struct out *out, const uint64_t *tally) {
    put(out, "\": ["), put_number(out, tally[0], 1);
    put(out, ", "), put_number(out, tally[1], 1);
    put(out, ", "), put_number(out, tally[2], 1), put(out, "]");
}

static void put_counts(struct out *out) {
    put(out, "{\"attempts\": "), put_number(out, count + skip, 1);
    put(out, ", \"callbacks\": "), put_number(out, callbacks, 1);
    put(out, ",\n\"days\": {");
    for (int day = 0; day < DAYS; day++) {
        put(out, day ? ", \"" : "\"");
        put_time(out, START + day * (int64_t)DAY);
        out->used -= strlen("T00:00:00.000Z");
        put_tally(out, by_day[day]);
    }
    put(out, "},\n\"profiles\": {");
    for (uint64_t profile = 0; profile < profiles; profile++) {
        put(out, profile ? ",\n\"" : "\""), put_profile(out, profile);
        put_tally(out, by_profile[profile]);
    }
    put(out, "},\n\"channels\": {");
    for (int channel = 0; channel < CHANNELS; channel++) {
        put(out, channel ? ", \"" : "\""), put(out, channels[channel]);
        put_tally(out, by_channel[channel]);
    }
    put(out, "},\n\"failures\": [");
    for (int bad = GOOD; bad < RETRY; bad++) {
        put(out, bad > GOOD ? ", [\"" : "[\""), put(out, endings[bad].reason);
        put(out, "\", "), put_number(out, by_ending[bad], 1), put(out, "]");
    }
    put(out, "]}\n");
}

static void usage(void) {
    fputs("generate: see the top of generate.c for its options\n", stderr);
    exit(64);
}

int main(int argc, char **argv) {
    struct out counts = {0};
    for (int i = 1; i < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (!value) usage();
        if (!strcmp(name, "--count")) count = strtoull(value, NULL, 10);
        else if (!strcmp(name, "--skip")) skip = strtoull(value, NULL, 10);
        else if (!strcmp(name, "--month")) month = strtoull(value, NULL, 10);
        else if (!strcmp(name, "--seed")) seed = strtoull(value, NULL, 10);
        else if (!strcmp(name, "--companies")) companies = strtoull(value, NULL, 10);
        else if (!strcmp(name, "--profiles")) profiles = strtoull(value, NULL, 10);
        else if (!strcmp(name, "--ids")) random_ids = !strcmp(value, "random");
        else if (!strcmp(name, "--ndjson")) open_out(&ndjson, value);
        else if (!strcmp(name, "--csv")) open_out(&csv, value);
        else if (!strcmp(name, "--counts")) open_out(&counts, value);
        else usage();
    }
    if (!month) month = count;
    if (!count || (skip + count) / (month / 30 + 1) >= DAYS) usage();
    by_profile = calloc(profiles, sizeof *by_profile);
    generate();
    if (counts.file) put_counts(&counts);
    close_out(&ndjson), close_out(&csv), close_out(&counts);
    return 0;
}
