/**
 * As the units of systemd have it. V8 lets a heap grow that nobody needs: with 10,000 users the daemon took half as much
 * again. With less than 2 MB for what is young it would copy it over and over.
 */
export const NODE_OPTIONS = [
  '--enable-source-maps',
  '--optimize-for-size',
  '--min-semi-space-size=2',
] as const;

/** As the units have it, too. glibc gives each thread a heap of its own, of which little is used: 11 MB of 154 (mallopt(3), M_ARENA_MAX). */
export const NODE_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' } as const;
