// How often this process has called malloc, calloc, realloc and the aligned ones.
unsigned long allocation_count(void);
