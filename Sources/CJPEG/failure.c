#include "failure.h"

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

// A warning means that what follows is made up by libjpeg: grey where the network expects a person.
static void emit_message(j_common_ptr info, int level) {
    if (level < 0) failure_escape(info, result_of(info->err->msg_code));
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
