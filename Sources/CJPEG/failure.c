#include "failure.h"

#include <stdint.h>

#include <jerror.h>

#include "include/cjpeg.h"

void failure_escape(j_common_ptr info, int result) {
    struct failure *failure = (struct failure *)info->err;
    failure->result = result;
    longjmp(failure->escape, 1);
}

static int result_of(int message) {
    switch (message) {
    case JERR_NO_SOI: return cjpeg_not_jpeg;
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
    case JERR_NO_IMAGE:
    case JWRN_JPEG_EOF: return cjpeg_truncated;
    case JERR_IMAGE_TOO_BIG: return cjpeg_too_large;
    case JERR_BAD_J_COLORSPACE:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_COMPONENT_COUNT: return cjpeg_unsupported_colour;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED: return cjpeg_unsupported_process;
    case JERR_OUT_OF_MEMORY: return cjpeg_out_of_memory;
    default: return cjpeg_corrupt;
    }
}

static void error_exit(j_common_ptr info) { failure_escape(info, result_of(info->err->msg_code)); }

// Bytes between an interval's data and the next marker that webcams leave there; more are data that could not be
// decoded.
enum { stray_bytes = 16 };

// Whether one scan holds the whole image; 0 before it begins.
static int is_one_scan(const struct jpeg_decompress_struct *image) {
    return image->MCUs_per_row > 0 && !image->progressive_mode && image->comps_in_scan == image->num_components;
}

// Notes that an interval is damaged: libjpeg makes its pixels up. Without restart markers that is the rest of the
// image, of which nobody knows how much is right.
static void lose_interval(j_common_ptr info) {
    struct failure *failure = (struct failure *)info->err;
    const struct jpeg_decompress_struct *image = (j_decompress_ptr)info;
    if (failure->is_damaged) return;
    failure->is_damaged = 1;
    failure->lost++;
    uint64_t units = (uint64_t)image->MCUs_per_row * image->MCU_rows_in_scan;
    uint64_t lost = (uint64_t)failure->lost * image->restart_interval;
    if (image->restart_interval == 0 || !is_one_scan(image) || 20 * lost > units)
        failure_escape(info, failure->has_ended ? cjpeg_truncated : cjpeg_corrupt);
}

static void begin_interval(struct failure *failure) { failure->is_damaged = failure->is_strayed = 0; }

static void judge_stray_bytes(j_common_ptr info) {
    struct failure *failure = (struct failure *)info->err;
    // The headers say how long they are, so that what is between them does no harm.
    int is_between_headers = ((j_decompress_ptr)info)->MCUs_per_row == 0;
    if (is_between_headers || info->err->msg_parm.i[0] <= stray_bytes || failure->is_damaged) return;
    lose_interval(info);
    failure->is_strayed = 1;
}

static void judge_resynchronization(j_common_ptr info) {
    struct failure *failure = (struct failure *)info->err;
    // The stray bytes were the next interval, whose marker is lost; that is noted where it is skipped.
    if (failure->is_strayed) failure->lost--;
    failure->expected = info->err->msg_parm.i[1];
    begin_interval(failure);
}

// libjpeg says how it goes on after a wrong restart marker: 1 reads on behind it, 2 looks for the next one, 3 takes the
// interval before it for lost.
static void judge_recovery(j_common_ptr info) {
    struct failure *failure = (struct failure *)info->err;
    int marker = info->err->msg_parm.i[0], action = info->err->msg_parm.i[1];
    if (action == 3 || (action == 1 && marker != JPEG_RST0 + failure->expected)) lose_interval(info);
}

static void judge_warning(j_common_ptr info) {
    struct failure *failure = (struct failure *)info->err;
    failure->is_repaired = 1;
    switch (info->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA: judge_stray_bytes(info); break;
    case JWRN_MUST_RESYNC: judge_resynchronization(info); break;
    case JWRN_HUFF_BAD_CODE:
    case JWRN_HIT_MARKER: lose_interval(info); break;
    case JWRN_JPEG_EOF:
        // With all blocks present only the end marker is missing. Of several scans nobody knows how many there were.
        failure->has_ended = 1;
        if (!is_one_scan((j_decompress_ptr)info)) failure_escape(info, cjpeg_truncated);
        break;
    // Header fields that a baseline decoder does not need.
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM: break;
    // What follows is made up by libjpeg: gray where the network expects a person.
    default: failure_escape(info, result_of(info->err->msg_code));
    }
}

static void emit_message(j_common_ptr info, int level) {
    if (level < 0)
        judge_warning(info);
    else if (info->err->msg_code == JTRC_RST)
        begin_interval((struct failure *)info->err);
    else if (info->err->msg_code == JTRC_RECOVERY_ACTION)
        judge_recovery(info);
}

static void output_message(j_common_ptr info) { (void)info; }

struct jpeg_error_mgr *failure_begin(struct failure *failure) {
    jpeg_std_error(&failure->manager);
    failure->manager.error_exit = error_exit;
    failure->manager.emit_message = emit_message;
    failure->manager.output_message = output_message;
    failure->result = cjpeg_corrupt;
    return &failure->manager;
}
