/* Sends one command to an acquisition application and prints the reply.
 *
 *   cc -o commander commander.c $(pkg-config --cflags --libs libzmq)
 *   ./commander [HOST [PORT [COMMAND [DATA]]]]        defaults: 127.0.0.1 5557 400 (GET_STATUS), no data
 *   ./commander 127.0.0.1 5557 120 '{"mode": 1000}'   SET_APPLICATION_MODE
 *
 * Exit status: 0 there was a reply, 3 there was none within 5 seconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

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
        fwrite(zmq_msg_data(&reply), 1, zmq_msg_size(&reply), stdout);
        putchar('\n');
    }

    zmq_msg_close(&reply);
    zmq_close(socket);
    zmq_ctx_term(context);
    return status;
}
