/* A system that a test may harm, for one process: loaded with LD_PRELOAD.
 *
 * While the file that FAKE_HANG names holds a 1, whoever looks at a folder "clients", or at a file in it, waits, as on a network that is gone.
 *
 * The file that FAKE_CLOCK names holds, as text, by how many seconds the system clock is off. The monotonic clock stays as
 * it is, and so it does on a real machine. While the file that FAKE_THREADS names holds a 0, the system has no more threads
 * to give.
 *
 * Whoever waits until a time of the system clock (sem_timedwait, which is what Dispatch's semaphores do) waits until this
 * clock shows that time, as the kernel has it where the machine's clock is set. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* The number in the file that `variable` names; `absent` where there is none. */
static long long number(const char *variable, long long absent) {
    char text[32] = {0};
    const char *path = getenv(variable);
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    long long result = absent;
    if (file < 0) return absent;
    if (read(file, text, sizeof text - 1) > 0) result = atoll(text);
    close(file);
    return result;
}

static long long offset(void) { return number("FAKE_CLOCK", 0); }

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*run)(void *),
                   void *restrict argument) {
    static int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!next) next = dlsym(RTLD_NEXT, "pthread_create");
    if (number("FAKE_THREADS", 1) == 0) return EAGAIN;
    return next(thread, attributes, run, argument);
}

/* Waits as long as the folder of clients hangs. */
static void hang(const char *path) {
    const char *place = strstr(path, "/clients");
    while (place && number("FAKE_HANG", 0) == 1) usleep(1000);
}

int lstat(const char *restrict path, struct stat *restrict status) {
    static int (*next)(const char *, struct stat *);
    if (!next) next = dlsym(RTLD_NEXT, "lstat");
    hang(path);
    return next(path, status);
}

DIR *opendir(const char *path) {
    static DIR *(*next)(const char *);
    if (!next) next = dlsym(RTLD_NEXT, "opendir");
    hang(path);
    return next(path);
}

int inotify_add_watch(int watch, const char *path, unsigned mask) {
    static int (*next)(int, const char *, unsigned);
    if (!next) next = dlsym(RTLD_NEXT, "inotify_add_watch");
    hang(path);
    return next(watch, path, mask);
}

static int real_gettime(clockid_t clock, struct timespec *time) {
    static int (*next)(clockid_t, struct timespec *);
    if (!next) next = dlsym(RTLD_NEXT, "clock_gettime");
    return next(clock, time);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = real_gettime(clock, time);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += offset();
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

/* The earlier of the deadline and 5 ms from now, by the machine's own clock; whether the deadline has come. */
static int next_look(const struct timespec *deadline, struct timespec *look) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (now.tv_sec > deadline->tv_sec || (now.tv_sec == deadline->tv_sec && now.tv_nsec >= deadline->tv_nsec)) return 1;
    real_gettime(CLOCK_REALTIME, look);
    look->tv_nsec += 5000000;
    if (look->tv_nsec >= 1000000000) {
        look->tv_nsec -= 1000000000;
        look->tv_sec++;
    }
    return 0;
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline) {
    static int (*next)(sem_t *, const struct timespec *);
    struct timespec look;
    if (!next) next = dlsym(RTLD_NEXT, "sem_timedwait");
    while (!next_look(deadline, &look)) {
        if (next(semaphore, &look) == 0) return 0;
        if (errno != ETIMEDOUT) return -1;
    }
    if (sem_trywait(semaphore) == 0) return 0;
    errno = ETIMEDOUT;
    return -1;
}
