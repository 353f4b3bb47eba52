/* A made-up maker's library: every way such libraries are called, and every way they are known to misbehave. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "picture.h"

#define LICENCE_CODE 4242

int unpack(char *wlt, char *picture, int code) {
    if (code != LICENCE_CODE) return 0;
    raw_picture((uint8_t *)wlt, (uint8_t *)picture);
    return 1;
}

int unpack_talking(char *wlt, char *picture, int code) {
    printf("decoding %02x\n", wlt[0]);
    fflush(stdout);
    return unpack(wlt, picture, code);
}

int unpack_sized(unsigned char *wlt, int length, unsigned char *picture, int *picture_length) {
    if (length != BLOCK_BYTES) return -4;
    bmp_picture(wlt, picture);
    *picture_length = BMP_BYTES;
    return 1;
}

int unpack_bad_length(unsigned char *wlt, int length, unsigned char *picture, int *picture_length) {
    unpack_sized(wlt, length, picture, picture_length);
    *picture_length = 1 << 30;
    return 1;
}

int wlt_to_bmp(char *wlt, char *picture) {
    bmp_picture((uint8_t *)wlt, (uint8_t *)picture);
    return BMP_BYTES;
}

int dewlt_buf(char *wlt, char *picture, int *picture_length) {
    if (*picture_length < BMP_BYTES) return -4;
    *picture_length = BMP_BYTES;
    return wlt_to_bmp(wlt, picture);
}

int unpack_with_size(char *wlt, char *picture, int size) { return size == BMP_BYTES ? wlt_to_bmp(wlt, picture) : 0; }

static int write_beside(const char *path, const uint8_t *bytes, size_t length, int replace) {
    char beside[4096];
    size_t stem = strlen(path) - 4;
    if (strcmp(path + stem, ".wlt") != 0) return -2;
    snprintf(beside, sizeof beside, "%.*s.bmp", (int)stem, path);
    if (replace && unlink(beside) != 0) return -3;
    FILE *file = fopen(beside, "wb");
    if (file == NULL) return -3;
    size_t written = fwrite(bytes, 1, length, file);
    return fclose(file) == 0 && written == length ? 1 : -3;
}

static int decode_file(const char *path, int replace) {
    uint8_t block[BLOCK_BYTES + 1], picture[BMP_BYTES];
    FILE *file = fopen(path, "rb");
    if (file == NULL) return -3;
    size_t length = fread(block, 1, sizeof block, file);
    fclose(file);
    if (length != BLOCK_BYTES) return -4;
    bmp_picture(block, picture);
    return write_beside(path, picture, sizeof picture, replace);
}

int dewlt(char *path) { return decode_file(path, 0); }
int get_bmp(char *path, int interface) { return interface == 2 ? decode_file(path, 0) : -6; }
int dewlt_replacing(char *path) { return decode_file(path, 1); }

int refuses(char *wlt, char *picture) { return 0; }
int writes_nothing(char *wlt, char *picture) { return 1; }
int overruns_a_little(char *wlt, char *picture) {
    memset(picture, 0x55, 80000);
    bmp_picture((uint8_t *)wlt, (uint8_t *)picture);
    return 1;
}
int overruns_far(char *wlt, char *picture) {
    for (size_t i = 0; i < (size_t)1 << 40; i++) picture[i] = 0x55;
    return 1;
}
int crashes(char *wlt, char *picture) {
    *(volatile int *)8 = 1;
    return 1;
}
int aborts(char *wlt, char *picture) { abort(); }
int exits(char *wlt, char *picture) { exit(0); }
int hangs(char *wlt, char *picture) {
    for (;;) pause();
}
int leaves_a_child(char *wlt, char *picture) {
    if (fork() == 0)
        for (;;) pause();
    return wlt_to_bmp(wlt, picture);
}
/* Some builds also write what they decoded to a file. */
int writes_a_file(char *wlt, char *picture) {
    int file = open("zp.bmp", O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (file < 0 || write(file, wlt, BLOCK_BYTES) != BLOCK_BYTES) return wlt_to_bmp(wlt, picture);
    return 0;
}
