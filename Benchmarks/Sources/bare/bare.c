// What plain libzmq does with the same frames, and the clients and subscribers that measure every service alike.
//
//   bare serve                              ROUTER: one reply of fixed bytes to each request
//   bare publish SIZE SECONDS               PUB: two frames of 4 and SIZE bytes, as fast as it can, after a line on stdin
//   bare cost SIZE COUNT                    PUB: what one such call costs its caller
//   bare allocations SIZE COUNT             PUB: what such calls allocate; needs CountingAllocator before malloc
//   bare subscribe ENDPOINT SECONDS         SUB: how many messages arrive within SECONDS of the first one
//   bare clients ENDPOINT N SECONDS BODY    N DEALER sockets, each with one request under way
//
// Services print {"ready":true,...} with their endpoint; measurements print one JSON object.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void fail(const char *what) {
    fprintf(stderr, "bare: %s: %s\n", what, zmq_strerror(zmq_errno()));
    exit(1);
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double quantile(const double *sorted, size_t count, double q) {
    if (count == 0) return 0;
    size_t index = (size_t)(q * (double)count);
    return sorted[index < count ? index : count - 1];
}

static void print_ready(void *socket, const char *name) {
    char endpoint[256];
    size_t size = sizeof endpoint;
    if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &size) != 0) fail("endpoint");
    printf("{\"ready\":true,\"%s\":\"%s\"}\n", name, endpoint);
    fflush(stdout);
}

static void *open_socket(void *context, int kind) {
    void *socket = zmq_socket(context, kind);
    int mark = 10000, linger = 0;
    if (socket == NULL) fail("socket");
    zmq_setsockopt(socket, ZMQ_SNDHWM, &mark, sizeof mark);
    zmq_setsockopt(socket, ZMQ_RCVHWM, &mark, sizeof mark);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
    return socket;
}

static int serve(void *context) {
    static const char reply[] = "{\"nonce\":1,\"command\":400,\"result\":100,\"data\":{\"applicationMode\":100,"
                                "\"trainingMode\":100},\"errorKind\":0,\"errorCode\":0,\"errorMessage\":null}";
    void *router = open_socket(context, ZMQ_ROUTER);
    int backlog = 1024;
    zmq_setsockopt(router, ZMQ_BACKLOG, &backlog, sizeof backlog);
    if (zmq_bind(router, "tcp://127.0.0.1:*") != 0) fail("bind");
    print_ready(router, "command");
    for (;;) {
        zmq_msg_t part;
        zmq_msg_init(&part);
        int more = 1, is_body = 0;
        while (more) {
            if (zmq_msg_recv(&part, router, 0) < 0) return 0;
            more = zmq_msg_more(&part);
            if (!is_body) {
                is_body = zmq_msg_size(&part) == 0;
                if (zmq_msg_send(&part, router, ZMQ_SNDMORE) < 0) fail("send");
                zmq_msg_init(&part);
            }
        }
        if (zmq_send(router, reply, sizeof reply - 1, 0) < 0) fail("send");
        zmq_msg_close(&part);
    }
}

static int publish(void *context, size_t size, double seconds) {
    void *publisher = open_socket(context, ZMQ_PUB);
    char *body = malloc(size), line[64];
    unsigned char topic[4] = {0xA1, 0x0F, 0, 0};
    memset(body, 'x', size);
    if (zmq_bind(publisher, "tcp://127.0.0.1:*") != 0) fail("bind");
    print_ready(publisher, "subscriber");
    if (fgets(line, sizeof line, stdin) == NULL) return 1;
    double start = now();
    long sent = 0;
    while (now() - start < seconds) {
        for (int i = 0; i < 64; i++, sent++) {
            zmq_send(publisher, topic, 4, ZMQ_SNDMORE);
            zmq_send(publisher, body, size, 0);
        }
    }
    printf("{\"sent\":%ld,\"seconds\":%f}\n", sent, now() - start);
    return 0;
}

static int cost(void *context, size_t size, size_t count) {
    void *publisher = open_socket(context, ZMQ_PUB);
    char *body = malloc(size);
    double *times = malloc(count * sizeof *times);
    memset(body, 'x', size);
    if (zmq_bind(publisher, "tcp://127.0.0.1:*") != 0) fail("bind");
    for (size_t i = 0; i < count; i++) {
        unsigned char topic[4] = {0xA1, 0x0F, 0, 0};
        double start = now();
        zmq_send(publisher, topic, 4, ZMQ_SNDMORE);
        zmq_send(publisher, body, size, 0);
        times[i] = now() - start;
    }
    qsort(times, count, sizeof *times, ascending);
    printf("{\"p50\":%.0f,\"p99\":%.0f,\"p999\":%.0f}\n", quantile(times, count, 0.5) * 1e9,
           quantile(times, count, 0.99) * 1e9, quantile(times, count, 0.999) * 1e9);
    return 0;
}

// Of CountingAllocator, where that is loaded.
__attribute__((weak)) extern unsigned long allocation_count(void);

static int allocations(void *context, size_t size, size_t count) {
    void *publisher = open_socket(context, ZMQ_PUB);
    char *body = malloc(size);
    unsigned char topic[4] = {0xA1, 0x0F, 0, 0};
    memset(body, 'x', size);
    if (allocation_count == NULL || zmq_bind(publisher, "tcp://127.0.0.1:*") != 0) return 1;
    unsigned long before = 0;
    // The first calls prepare what later ones reuse.
    for (size_t i = 0; i < count + 100; i++) {
        if (i == 100) before = allocation_count();
        zmq_send(publisher, topic, 4, ZMQ_SNDMORE);
        zmq_send(publisher, body, size, 0);
    }
    printf("{\"each\":%.3f}\n", (double)(allocation_count() - before) / (double)count);
    return 0;
}

static int subscribe(void *context, const char *endpoint, double seconds) {
    void *subscriber = open_socket(context, ZMQ_SUB);
    zmq_setsockopt(subscriber, ZMQ_SUBSCRIBE, "\xA1\x0F\0\0", 4);
    if (zmq_connect(subscriber, endpoint) != 0) fail("connect");
    printf("{\"ready\":true}\n");
    fflush(stdout);
    zmq_msg_t part;
    zmq_msg_init(&part);
    long received = 0;
    double start = 0, last = 0;
    int patience = (int)(seconds * 1000) + 3000;
    zmq_setsockopt(subscriber, ZMQ_RCVTIMEO, &patience, sizeof patience);
    for (;;) {
        if (zmq_msg_recv(&part, subscriber, 0) < 0) break;
        if (zmq_msg_more(&part)) continue;
        if (received == 0) {
            start = now();
            patience = 500;
            zmq_setsockopt(subscriber, ZMQ_RCVTIMEO, &patience, sizeof patience);
        }
        received++;
        if (received % 64 == 0) {
            last = now();
            if (last - start >= seconds) break;
        }
    }
    printf("{\"received\":%ld,\"seconds\":%f}\n", received, last - start);
    return 0;
}

static int clients(void *context, const char *endpoint, int count, double seconds, const char *body) {
    zmq_pollitem_t *items = calloc((size_t)count, sizeof *items);
    double *sent = calloc((size_t)count, sizeof *sent);
    size_t capacity = 1 << 20, replies = 0;
    double *times = malloc(capacity * sizeof *times);
    size_t length = strlen(body);
    for (int i = 0; i < count; i++) {
        items[i].socket = open_socket(context, ZMQ_DEALER);
        items[i].events = ZMQ_POLLIN;
        if (zmq_connect(items[i].socket, endpoint) != 0) fail("connect");
    }
    // Everybody is connected before the clock starts.
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < count; i++) {
            sent[i] = now();
            zmq_send(items[i].socket, "", 0, ZMQ_SNDMORE);
            zmq_send(items[i].socket, body, length, 0);
            if (round == 0) {
                char reply[4096];
                zmq_recv(items[i].socket, reply, sizeof reply, 0);
                zmq_recv(items[i].socket, reply, sizeof reply, 0);
            }
        }
    }
    double start = now(), end = start + seconds, last = start;
    while (last < end && replies < capacity) {
        if (zmq_poll(items, count, 3000) <= 0) break;
        for (int i = 0; i < count && replies < capacity; i++) {
            if (!(items[i].revents & ZMQ_POLLIN)) continue;
            char reply[4096];
            zmq_recv(items[i].socket, reply, sizeof reply, 0);
            zmq_recv(items[i].socket, reply, sizeof reply, 0);
            last = now();
            times[replies++] = last - sent[i];
            sent[i] = last;
            zmq_send(items[i].socket, "", 0, ZMQ_SNDMORE);
            zmq_send(items[i].socket, body, length, 0);
        }
    }
    qsort(times, replies, sizeof *times, ascending);
    printf("{\"rate\":%.1f,\"p50\":%.0f,\"p99\":%.0f,\"p999\":%.0f}\n", (double)replies / (last - start),
           quantile(times, replies, 0.5) * 1e9, quantile(times, replies, 0.99) * 1e9,
           quantile(times, replies, 0.999) * 1e9);
    fflush(stdout);
    _Exit(0);
}

int main(int argc, char **argv) {
    void *context = zmq_ctx_new();
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 4096);
    const char *mode = argc > 1 ? argv[1] : "";
    if (strcmp(mode, "serve") == 0) return serve(context);
    if (strcmp(mode, "publish") == 0 && argc == 4) return publish(context, (size_t)atol(argv[2]), atof(argv[3]));
    if (strcmp(mode, "cost") == 0 && argc == 4) return cost(context, (size_t)atol(argv[2]), (size_t)atol(argv[3]));
    if (strcmp(mode, "allocations") == 0 && argc == 4)
        return allocations(context, (size_t)atol(argv[2]), (size_t)atol(argv[3]));
    if (strcmp(mode, "subscribe") == 0 && argc == 4) return subscribe(context, argv[2], atof(argv[3]));
    if (strcmp(mode, "clients") == 0 && argc == 6)
        return clients(context, argv[2], atoi(argv[3]), atof(argv[4]), argv[5]);
    fprintf(stderr, "usage: see the head of bare.c\n");
    return 64;
}
