#pragma once
#include <zmq.h>
#ifdef __linux__
#include <sys/epoll.h> // which the C library's own module leaves out
#include <sys/eventfd.h>
#endif
