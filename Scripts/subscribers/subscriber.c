/* Prints what an acquisition application publishes.
 *
 *   cc -o subscriber subscriber.c $(pkg-config --cflags --libs libzmq)
 *   ./subscriber [HOST [PORT [COUNT]]]        defaults: 127.0.0.1 5556, for ever
 *
 * The payload is printed as the text it is. Releases up to 0.9.7 send a JSON string that contains the JSON:
 * with a JSON library, parse, and while the result is a string, parse again.
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
        if (zmq_recv(socket, topic, sizeof topic, 0) < 0)
            break; /* Ctrl-C */

        zmq_msg_t payload;
        zmq_msg_init(&payload);
        zmq_msg_recv(&payload, socket, 0);

        struct timespec now;
        char clock[16];
        clock_gettime(CLOCK_REALTIME, &now);
        strftime(clock, sizeof clock, "%H:%M:%S", localtime(&now.tv_sec));
        uint32_t number = topic[0] | topic[1] << 8 | topic[2] << 16 | (uint32_t)topic[3] << 24;
        printf("%s.%03ld %s ", clock, now.tv_nsec / 1000000, name(number));
        fwrite(zmq_msg_data(&payload), 1, zmq_msg_size(&payload), stdout);
        putchar('\n');
        fflush(stdout);
        zmq_msg_close(&payload);
    }

    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
