/* What the made-up makers decode to: not the real format, only something that depends on every byte given. */
#include <stdint.h>
#include <string.h>

#define WIDTH 102
#define HEIGHT 126
#define RAW_BYTES (WIDTH * HEIGHT * 3)
#define ROW_BYTES 308
#define BMP_BYTES (54 + HEIGHT * ROW_BYTES)
#define BLOCK_BYTES 1024

static void raw_picture(const uint8_t *block, uint8_t *out) {
    for (int i = 0; i < RAW_BYTES; i++) out[i] = (uint8_t)(block[i % BLOCK_BYTES] + i / 7);
}

/* The same picture as a BMP: rows in the same order, red and blue swapped back, two bytes of padding a row. */
static void bmp_picture(const uint8_t *block, uint8_t *out) {
    static const uint8_t head[30] = {0x42, 0x4D, 0xCE, 0x97, 0, 0, 0, 0,    0, 0, 0x36, 0, 0, 0, 0x28,
                                     0,    0,    0,    0x66, 0, 0, 0, 0x7E, 0, 0, 0,    1, 0, 24, 0};
    uint8_t raw[RAW_BYTES];
    raw_picture(block, raw);
    memset(out, 0, BMP_BYTES);
    memcpy(out, head, sizeof head);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const uint8_t *from = raw + (y * WIDTH + x) * 3;
            uint8_t *to = out + 54 + y * ROW_BYTES + x * 3;
            to[0] = from[2], to[1] = from[1], to[2] = from[0];
        }
}
