/* Prints what an acquisition application publishes.
 *
 *   cc -o subscriber subscriber.c $(pkg-config --cflags --libs libzmq)
 *   ./subscriber [HOST [PORT [COUNT]]]        defaults: 127.0.0.1 5556, for ever
 *
 * The payload is printed as the text it is, or as bytes where it is none. Releases up to 0.9.7
 * send a JSON string that contains the JSON: with a JSON library, parse, and while the result is a string, parse again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static const char *name(uint32_t topic)
{
    static char number[11];
    switch (topic) {
    case 0: return "ANY";
    case 1001: return "HEARTBEAT";
    case 2001: return "EMERGENCY";
    case 4001: return "EVENT";
    case 5001: return "PROPERTY_CHANGE";
    case 6001: return "COMMAND_RESULT";
    }
    snprintf(number, sizeof number, "%u", topic);
    return number;
}

/* Whether the message that is being received has further frames. */
static int has_more(void *socket)
{
    int more = 0;
    size_t size = sizeof more;
    zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size);
    return more;
}

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
    char endpoint[256];
    snprintf(endpoint, sizeof endpoint, "tcp://%s:%s", argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "5556");
    long count = argc > 3 ? atol(argv[3]) : 0;

    void *context = zmq_ctx_new();
    void *socket = zmq_socket(context, ZMQ_SUB);
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0); /* everything; "\xA1\x0F\0\0", 4 for EVENT alone */
    if (zmq_connect(socket, endpoint) != 0) {
        fprintf(stderr, "%s: %s\n", endpoint, zmq_strerror(zmq_errno()));
        return 1;
    }

    for (long received = 0; count == 0 || received < count; received++) {
        /* Two frames: the topic as 4 bytes, little-endian, and the payload as UTF-8 JSON. */
        unsigned char topic[4] = {0};
        zmq_msg_t payload;
        zmq_msg_init(&payload);
        if (zmq_recv(socket, topic, sizeof topic, 0) < 0)
            break; /* Ctrl-C */
        while (has_more(socket))
            zmq_msg_recv(&payload, socket, 0);

        struct timespec now;
        char clock[16];
        clock_gettime(CLOCK_REALTIME, &now);
        strftime(clock, sizeof clock, "%H:%M:%S", localtime(&now.tv_sec));
        uint32_t number = topic[0] | topic[1] << 8 | topic[2] << 16 | (uint32_t)topic[3] << 24;
        printf("%s.%03ld %s ", clock, now.tv_nsec / 1000000, name(number));
        show(zmq_msg_data(&payload), zmq_msg_size(&payload));
        fflush(stdout);
        zmq_msg_close(&payload);
    }

    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
