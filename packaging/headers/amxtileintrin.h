// GCC's header of AMX tiles, with a _tile_loadconfig that says which memory it reads: before 11.5, 12.4 and 13.3 GCC thought of the first
// eight bytes only and left out the code that fills the others, so that the first use of a tile ended the process (GCC bug 114098).
// Can go once nothing older builds this.
#pragma once
#if defined(__GNUC__) && !defined(__clang__)
#define _tile_loadconfig _tile_loadconfig_as_it_was
#include_next <amxtileintrin.h>
#undef _tile_loadconfig
#if defined(__x86_64__)
static __inline__ __attribute__((__always_inline__)) void _tile_loadconfig(const void * config) {
    __asm__ volatile("ldtilecfg\t%X0" ::"m"(*(const char(*)[64]) config));
}
#endif
#else
#include_next <amxtileintrin.h>
#endif
