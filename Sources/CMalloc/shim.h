// https://man7.org/linux/man-pages/man3/mallopt.3.html, which Swift's Glibc leaves out.
#include <malloc.h>
