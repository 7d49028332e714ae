// Feeds CJPEG with mutations of JPEGs, for AddressSanitizer to watch: jpeg CASES SEED FILE...
// Each mutation lies in a block of exactly its size, so that a byte too far is noticed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cjpeg.h"

static uint64_t state;

// SplitMix64.
static uint64_t next(void) {
    uint64_t mixed = state += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

static size_t below(size_t limit) { return limit ? next() % limit : 0; }

struct input {
    uint8_t *bytes;
    size_t count;
};

static struct input read_file(const char *path) {
    struct input input = {NULL, 0};
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    input.bytes = malloc(1 << 20);
    input.count = fread(input.bytes, 1, 1 << 20, file);
    fclose(file);
    return input;
}

// One to eight changes: a byte, a run of bytes, a part taken out or put in again, the end cut off. Half of them among
// the headers, where a change means more.
static struct input mutate(struct input original) {
    struct input result = {malloc(2 * original.count + 64), original.count};
    memcpy(result.bytes, original.bytes, original.count);
    for (size_t changes = 1 + below(8); changes > 0 && result.count > 0; changes--) {
        size_t place = below(next() & 1 && result.count > 700 ? 700 : result.count);
        size_t length = below(result.count - place < 16 ? result.count - place : 16);
        switch (below(6)) {
        case 0: result.bytes[place] = (uint8_t)next(); break;
        case 1: result.bytes[place] ^= (uint8_t)(1u << below(8)); break;
        case 2: memset(result.bytes + place, next() & 1 ? 0xFF : 0, length); break;
        case 3:
            memmove(result.bytes + place, result.bytes + place + length, result.count - place - length);
            result.count -= length;
            break;
        case 4:
            if (result.count + length > 2 * original.count) break;
            memmove(result.bytes + place + length, result.bytes + place, result.count - place);
            result.count += length;
            break;
        default: if (below(4) == 0) result.count = place;
        }
    }
    uint8_t *exact = malloc(result.count);
    memcpy(exact, result.bytes, result.count);
    free(result.bytes);
    result.bytes = exact;
    return result;
}

static int decode(struct input input) {
    // Small, so that images that claim to be large cost no time.
    const cjpeg_limits limits = {.side = 512, .pixels = 512 * 256, .coefficient_bytes = 1 << 20, .scans = 16};
    cjpeg_header header;
    int result = cjpeg_read_header(input.bytes, input.count, &limits, &header);
    if (result) return result;
    int reduction = 1 << below(4);
    int orientation = 1 + (int)below(8);
    size_t width = (header.width + (uint32_t)reduction - 1) / (uint32_t)reduction;
    size_t height = (header.height + (uint32_t)reduction - 1) / (uint32_t)reduction;
    uint8_t *pixels = malloc(3 * width * height);
    result = cjpeg_decode(input.bytes, input.count, &limits, reduction, orientation, pixels, 3 * width * height);
    if (result == cjpeg_repaired) result = cjpeg_ok;
    if (!result && below(16) == 0) {
        uint8_t *encoded;
        size_t count;
        result = cjpeg_encode(pixels, (int)width, (int)height, 1 + (int)below(100), &encoded, &count);
        cjpeg_free(encoded);
    }
    free(pixels);
    return result;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    long cases = atol(argv[1]);
    state = strtoull(argv[2], NULL, 10);
    int files = argc - 3;
    struct input *inputs = calloc((size_t)files, sizeof *inputs);
    for (int index = 0; index < files; index++) {
        inputs[index] = read_file(argv[index + 3]);
        if (decode(inputs[index])) fprintf(stderr, "%s is refused as it is\n", argv[index + 3]);
    }
    long counts[16] = {0};
    for (long index = 0; index < cases; index++) {
        struct input mutation = mutate(inputs[below((size_t)files)]);
        counts[-decode(mutation)]++;
        free(mutation.bytes);
    }
    for (int result = 0; result < 16; result++)
        if (counts[result]) printf("%d: %ld\n", -result, counts[result]);
    for (int index = 0; index < files; index++) free(inputs[index].bytes);
    free(inputs);
    return 0;
}
