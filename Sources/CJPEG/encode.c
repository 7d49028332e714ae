#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "include/cjpeg.h"

/// A growing buffer of our own: that of jpeg_mem_dest is lost when an error ends the encoding. `manager` comes first:
/// libjpeg knows only that.
struct destination {
    struct jpeg_destination_mgr manager;
    uint8_t *bytes;
    size_t capacity;
};

struct encoding {
    struct jpeg_compress_struct info;
    struct failure failure;
    struct destination destination;
};

static void init_destination(j_compress_ptr info) {
    struct destination *destination = (struct destination *)info->dest;
    destination->manager.next_output_byte = destination->bytes;
    destination->manager.free_in_buffer = destination->capacity;
}

static boolean empty_output_buffer(j_compress_ptr info) {
    struct destination *destination = (struct destination *)info->dest;
    size_t used = destination->capacity;
    uint8_t *larger = realloc(destination->bytes, 2 * used);
    if (!larger) failure_escape((j_common_ptr)info, cjpeg_out_of_memory);
    destination->bytes = larger;
    destination->capacity = 2 * used;
    destination->manager.next_output_byte = larger + used;
    destination->manager.free_in_buffer = used;
    return TRUE;
}

static void term_destination(j_compress_ptr info) { (void)info; }

static int end(struct encoding *encoding, int result) {
    jpeg_destroy_compress(&encoding->info);
    if (result) free(encoding->destination.bytes);
    return result;
}

static void write_image(struct jpeg_compress_struct *info, const uint8_t *rgb, int width, int height, int quality) {
    info->image_width = (JDIMENSION)width;
    info->image_height = (JDIMENSION)height;
    info->input_components = 3;
    info->in_color_space = JCS_RGB;
    jpeg_set_defaults(info);
    jpeg_set_quality(info, quality, TRUE);
    jpeg_start_compress(info, TRUE);
    while (info->next_scanline < info->image_height) {
        JSAMPROW rows[1] = {(JSAMPROW)(rgb + 3 * (size_t)width * info->next_scanline)};
        jpeg_write_scanlines(info, rows, 1);
    }
    jpeg_finish_compress(info);
}

int cjpeg_encode(const uint8_t *rgb, int width, int height, int quality, uint8_t **bytes, size_t *count) {
    *bytes = NULL;
    *count = 0;
    if (width < 1 || height < 1 || width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION)
        return cjpeg_invalid_argument;
    if (quality < 1 || quality > 100) return cjpeg_invalid_argument;
    struct encoding encoding;
    memset(&encoding, 0, sizeof encoding);
    struct destination *destination = &encoding.destination;
    destination->capacity = 4096 + (size_t)width * (size_t)height / 4;
    destination->bytes = malloc(destination->capacity);
    if (!destination->bytes) return cjpeg_out_of_memory;
    destination->manager.init_destination = init_destination;
    destination->manager.empty_output_buffer = empty_output_buffer;
    destination->manager.term_destination = term_destination;
    encoding.info.err = failure_begin(&encoding.failure);
    if (setjmp(encoding.failure.escape)) return end(&encoding, encoding.failure.result);
    jpeg_create_compress(&encoding.info);
    encoding.info.dest = &destination->manager;
    write_image(&encoding.info, rgb, width, height, quality);
    *bytes = destination->bytes;
    *count = destination->capacity - destination->manager.free_in_buffer;
    return end(&encoding, cjpeg_ok);
}

void cjpeg_free(uint8_t *bytes) { free(bytes); }
