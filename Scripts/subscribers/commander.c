/* Sends one command to an acquisition application and prints the reply.
 *
 *   cc -o commander commander.c $(pkg-config --cflags --libs libzmq)
 *   ./commander [HOST [PORT [COMMAND [DATA]]]]        defaults: 127.0.0.1 5557 400 (GET_STATUS), no data
 *   ./commander 127.0.0.1 5557 120 '{"mode": 1000}'   SET_APPLICATION_MODE
 *
 * Exit status: 0 there was a reply, 3 there was none within 5 seconds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

/* Shows UTF-8 text as it is. What is no text, or would command a terminal, is shown as its length and first bytes. */
static void show(const unsigned char *bytes, size_t size)
{
    size_t at = 0, length;
    for (; at < size; at += length) {
        unsigned char first = bytes[at];
        length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || length > size - at)
            break;
        uint32_t character = length == 1 ? first : first & (0x7F >> length);
        size_t next = 1;
        for (; next < length && (bytes[at + next] & 0xC0) == 0x80; next++)
            character = character << 6 | (bytes[at + next] & 0x3F);
        int is_malformed = next < length || (length == 3 && character < 0x800) || character > 0x10FFFF
            || (length == 4 && character < 0x10000) || (character >= 0xD800 && character < 0xE000);
        int is_control = character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0xFEFF
            || (character >= 0x200B && character < 0x2010) || (character >= 0x2028 && character < 0x202F)
            || (character >= 0x2060 && character < 0x2070);
        if (is_malformed || is_control)
            break;
    }
    if (at == size && size > 0) {
        fwrite(bytes, 1, size, stdout);
    } else {
        printf("%zu bytes:", size);
        for (at = 0; at < size && at < 16; at++)
            printf(" %02x", bytes[at]);
        printf(size > 16 ? " ..." : "");
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    char endpoint[256], request[4096];
    snprintf(endpoint, sizeof endpoint, "tcp://%s:%s", argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "5557");

    /* The nonce comes back in the reply, and in the COMMAND_RESULT that follows a reply with result 201 (pending).
     * Use 1 or more: 0 is what the reply to a request says that was not understood. */
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int length = snprintf(request, sizeof request, "{\"command\": %d, \"nonce\": %ld, \"data\": %s}",
                          argc > 3 ? atoi(argv[3]) : 400, now.tv_nsec / 1000 + 1, argc > 4 ? argv[4] : "null");
    if (length >= (int)sizeof request) {
        fprintf(stderr, "the data are too long\n");
        return 64;
    }

    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_REQ);
    int linger = 0, timeout = 5000; /* milliseconds; do not wait for an absent application when ending */
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &timeout, sizeof timeout);
    if (zmq_connect(socket, endpoint) != 0) {
        fprintf(stderr, "%s: %s\n", endpoint, zmq_strerror(zmq_errno()));
        return 1;
    }
    zmq_send(socket, request, length, 0);

    zmq_msg_t reply;
    zmq_msg_init(&reply);
    int status = 0;
    if (zmq_msg_recv(&reply, socket, 0) < 0) {
        /* A REQ socket is now stuck in the middle of its exchange: to go on, close it and make another one. */
        fprintf(stderr, "no answer from %s within 5 seconds\n", endpoint);
        status = 3;
    } else {
        show(zmq_msg_data(&reply), zmq_msg_size(&reply));
    }

    zmq_msg_close(&reply);
    zmq_close(socket);
    zmq_ctx_term(context);
    return status;
}
