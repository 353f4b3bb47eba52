/* A made-up maker's program; the first argument says how it behaves. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "picture.h"

int main(int count, char **arguments) {
    const char *manner = count > 1 ? arguments[1] : "raw";
    uint8_t block[BLOCK_BYTES + 1], picture[BMP_BYTES];
    size_t length = fread(block, 1, sizeof block, stdin);
    if (length != BLOCK_BYTES || strcmp(manner, "refuse") == 0) return 3;
    if (strcmp(manner, "hang") == 0)
        for (;;) pause();
    if (strcmp(manner, "crash") == 0) abort();
    if (strcmp(manner, "silent") == 0) return 0;
    if (strcmp(manner, "flood") == 0)
        while (fwrite(picture, 1, sizeof picture, stdout) > 0) continue;
    if (strcmp(manner, "bmp") == 0) {
        bmp_picture(block, picture);
        return fwrite(picture, 1, BMP_BYTES, stdout) == BMP_BYTES ? 0 : 4;
    }
    fprintf(stderr, "raw\n");
    raw_picture(block, picture);
    return fwrite(picture, 1, RAW_BYTES, stdout) == RAW_BYTES ? 0 : 4;
}
