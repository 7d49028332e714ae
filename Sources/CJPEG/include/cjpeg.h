#pragma once

#include <stddef.h>
#include <stdint.h>

/// What the functions here return: 0, why they did nothing, or how they did it.
enum cjpeg_result {
    cjpeg_ok = 0,
    /// Decoded, although libjpeg warned: stray bytes, a missing end marker, or lost restart intervals of at most 5 % of
    /// the image.
    cjpeg_repaired = 1,
    /// The bytes do not begin as a JPEG does.
    cjpeg_not_jpeg = -1,
    /// The bytes end before the image does.
    cjpeg_truncated = -2,
    /// libjpeg objects to the bytes, or more than 5 % of the image are lost.
    cjpeg_corrupt = -3,
    /// Width, height, pixels or coefficients are above the limits.
    cjpeg_too_large = -4,
    /// Neither grey nor three colours.
    cjpeg_unsupported_colour = -5,
    /// More than 8 bits a sample, lossless, or another process that this libjpeg cannot read.
    cjpeg_unsupported_process = -6,
    /// More scans than the limit.
    cjpeg_too_many_scans = -7,
    cjpeg_out_of_memory = -8,
    /// An argument that no image has; a mistake of the caller's.
    cjpeg_invalid_argument = -9,
};

/// What a JPEG may ask for, each checked before anything is allocated for it.
typedef struct cjpeg_limits {
    uint32_t side;
    uint64_t pixels;
    /// Bytes of the coefficients of an image in several scans, which libjpeg holds all at once.
    uint64_t coefficient_bytes;
    /// Scans that are read: each goes through the whole image, and a small file can hold thousands.
    int scans;
} cjpeg_limits;

/// What a JPEG says of itself before its first scan.
typedef struct cjpeg_header {
    uint32_t width;
    uint32_t height;
    /// 1 grey, 3 colours, 4 printing inks.
    int components;
    int is_progressive;
} cjpeg_header;

/// Reads a JPEG up to its first scan, and checks it against the limits. `header` is filled as far as is known, also
/// where a limit is exceeded.
int cjpeg_read_header(const uint8_t *bytes, size_t count, const cjpeg_limits *limits, cjpeg_header *header);

/// Decodes a JPEG into rows of red, green and blue.
///
/// `reduction` is 1, 2, 4 or 8: each side is divided by it, rounded up, in the inverse transform itself. `orientation`
/// is EXIF's, 1 to 8: the image is turned so that it is upright; from 5 on width and height change places.
/// `capacity` are the bytes at `rgb`, which must be 3 for every pixel of the result exactly.
int cjpeg_decode(const uint8_t *bytes, size_t count, const cjpeg_limits *limits, int reduction, int orientation,
                 uint8_t *rgb, size_t capacity);

/// Encodes rows of red, green and blue as a baseline JPEG with halved colours; quality is 1 to 100.
/// `*bytes` is to be freed with `cjpeg_free`.
int cjpeg_encode(const uint8_t *rgb, int width, int height, int quality, uint8_t **bytes, size_t *count);

void cjpeg_free(uint8_t *bytes);
