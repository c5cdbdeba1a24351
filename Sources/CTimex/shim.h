// https://man7.org/linux/man-pages/man2/adjtimex.2.html, which Swift's Glibc leaves out.
#include <sys/timex.h>
