#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "include/cjpeg.h"

// A decompressor is made for every image and not kept: libjpeg would decode an image that lacks tables with those of
// the image before it.
struct decoding {
    struct jpeg_decompress_struct info;
    struct failure failure;
    struct jpeg_progress_mgr progress;
    const cjpeg_limits *limits;
    /// One row, for images that are turned.
    uint8_t *row;
};

// Called for every row of every scan.
static void limit_scans(j_common_ptr info) {
    struct decoding *decoding = (struct decoding *)info->client_data;
    if (decoding->info.input_scan_number > decoding->limits->scans) failure_escape(info, cjpeg_too_many_scans);
}

static uint64_t coefficient_bytes(const struct jpeg_decompress_struct *info) {
    uint64_t blocks = 0;
    for (int index = 0; index < info->num_components; index++) {
        const jpeg_component_info *component = &info->comp_info[index];
        // libjpeg rounds each side up to whole units of its sampling factors.
        uint64_t across = (uint64_t)component->width_in_blocks + component->h_samp_factor;
        uint64_t down = (uint64_t)component->height_in_blocks + component->v_samp_factor;
        blocks += across * down;
    }
    return blocks * sizeof(JBLOCK);
}

static int check_limits(struct jpeg_decompress_struct *info, const cjpeg_limits *limits) {
    uint64_t pixels = (uint64_t)info->image_width * info->image_height;
    if (info->image_width > limits->side || info->image_height > limits->side || pixels > limits->pixels)
        return cjpeg_too_large;
    if (info->num_components != 1 && info->num_components != 3) return cjpeg_unsupported_colour;
    if (jpeg_has_multiple_scans(info) && coefficient_bytes(info) > limits->coefficient_bytes) return cjpeg_too_large;
    return cjpeg_ok;
}

static void begin(struct decoding *decoding, const uint8_t *bytes, size_t count) {
    jpeg_create_decompress(&decoding->info);
    decoding->info.client_data = decoding;
    decoding->progress.progress_monitor = limit_scans;
    decoding->info.progress = &decoding->progress;
    jpeg_mem_src(&decoding->info, bytes, count);
    jpeg_read_header(&decoding->info, TRUE);
}

static int end(struct decoding *decoding, int result) {
    jpeg_destroy_decompress(&decoding->info);
    free(decoding->row);
    return result;
}

static int check_bytes(const uint8_t *bytes, size_t count) {
    if (count == 0) return cjpeg_truncated;
    if (bytes[0] != 0xFF || (count > 1 && bytes[1] != 0xD8)) return cjpeg_not_jpeg;
    return count < 4 ? cjpeg_truncated : cjpeg_ok;
}

/// Runs one decoding. libjpeg's errors return here, whatever `work` was doing.
static int run(const uint8_t *bytes, size_t count, const cjpeg_limits *limits,
               int (*work)(struct decoding *, const void *), const void *request) {
    int result = check_bytes(bytes, count);
    if (result) return result;
    struct decoding decoding;
    memset(&decoding, 0, sizeof decoding);
    decoding.limits = limits;
    decoding.info.err = failure_begin(&decoding.failure);
    if (setjmp(decoding.failure.escape)) return end(&decoding, decoding.failure.result);
    begin(&decoding, bytes, count);
    return end(&decoding, work(&decoding, request));
}

static int describe(struct decoding *decoding, const void *request) {
    cjpeg_header *header = *(cjpeg_header *const *)request;
    header->width = decoding->info.image_width;
    header->height = decoding->info.image_height;
    header->components = decoding->info.num_components;
    header->is_progressive = decoding->info.progressive_mode;
    return check_limits(&decoding->info, decoding->limits);
}

int cjpeg_read_header(const uint8_t *bytes, size_t count, const cjpeg_limits *limits, cjpeg_header *header) {
    memset(header, 0, sizeof *header);
    return run(bytes, count, limits, describe, &header);
}

/// Where the first pixel of an image that is to be turned goes, and how far the next one of its row and of its column
/// are from it, in pixels.
struct placement {
    ptrdiff_t origin, across, down;
};

static struct placement place(int orientation, ptrdiff_t width, ptrdiff_t height) {
    switch (orientation) {
    case 2: return (struct placement){width - 1, -1, width};
    case 3: return (struct placement){width * height - 1, -1, -width};
    case 4: return (struct placement){width * (height - 1), 1, -width};
    // The rows become columns: a row of the result is `height` long.
    case 5: return (struct placement){0, height, 1};
    case 6: return (struct placement){height - 1, height, -1};
    case 7: return (struct placement){width * height - 1, -height, -1};
    case 8: return (struct placement){height * (width - 1), -height, 1};
    default: return (struct placement){0, 1, width};
    }
}

static void read_rows(struct jpeg_decompress_struct *info, uint8_t *rgb) {
    while (info->output_scanline < info->output_height) {
        // As many as libjpeg hands out at once; the pointers beyond the last row are never followed.
        JSAMPROW rows[8];
        JDIMENSION count = info->output_height - info->output_scanline;
        if (count > 8) count = 8;
        for (JDIMENSION index = 0; index < count; index++)
            rows[index] = rgb + 3 * (size_t)info->output_width * (info->output_scanline + index);
        jpeg_read_scanlines(info, rows, count);
    }
}

static void read_turned(struct jpeg_decompress_struct *info, int orientation, uint8_t *row, uint8_t *rgb) {
    struct placement placement = place(orientation, info->output_width, info->output_height);
    while (info->output_scanline < info->output_height) {
        uint8_t *pixel = rgb + 3 * (placement.origin + placement.down * (ptrdiff_t)info->output_scanline);
        JSAMPROW rows[1] = {row};
        jpeg_read_scanlines(info, rows, 1);
        for (JDIMENSION column = 0; column < info->output_width; column++)
            memcpy(pixel + 3 * placement.across * (ptrdiff_t)column, row + 3 * (size_t)column, 3);
    }
}

/// What an image is decoded to.
struct target {
    int reduction, orientation;
    uint8_t *rgb;
    size_t capacity;
};

static int read_image(struct decoding *decoding, const void *request) {
    const struct target *target = request;
    struct jpeg_decompress_struct *info = &decoding->info;
    int result = check_limits(info, decoding->limits);
    if (result) return result;
    info->out_color_space = JCS_RGB;
    info->scale_num = 1;
    info->scale_denom = (unsigned int)target->reduction;
    jpeg_calc_output_dimensions(info);
    if (3 * (size_t)info->output_width * info->output_height != target->capacity) return cjpeg_invalid_argument;
    if (target->orientation > 1) {
        decoding->row = malloc(3 * (size_t)info->output_width);
        if (!decoding->row) return cjpeg_out_of_memory;
    }
    jpeg_start_decompress(info);
    if (target->orientation > 1)
        read_turned(info, target->orientation, decoding->row, target->rgb);
    else
        read_rows(info, target->rgb);
    // Reads up to the end marker.
    jpeg_finish_decompress(info);
    return decoding->failure.is_repaired ? cjpeg_repaired : cjpeg_ok;
}

int cjpeg_decode(const uint8_t *bytes, size_t count, const cjpeg_limits *limits, int reduction, int orientation,
                 uint8_t *rgb, size_t capacity) {
    if (reduction != 1 && reduction != 2 && reduction != 4 && reduction != 8) return cjpeg_invalid_argument;
    if (orientation < 1 || orientation > 8) return cjpeg_invalid_argument;
    struct target target = {reduction, orientation, rgb, capacity};
    return run(bytes, count, limits, read_image, &target);
}
