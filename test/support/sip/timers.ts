/** The timeouts of one agent, so that closing it leaves nothing behind that keeps the process alive. */
export interface Timers {
  /** Runs once after `ms` milliseconds. @returns what takes it back. */
  after(ms: number, run: () => void): () => void;
  close(): void;
}

export function createTimers(): Timers {
  const pending = new Set<NodeJS.Timeout>();
  let closed = false;
  return {
    after(ms, run) {
      if (closed) return () => undefined;
      const timeout = setTimeout(() => {
        pending.delete(timeout);
        run();
      }, ms);
      pending.add(timeout);
      return () => {
        clearTimeout(timeout);
        pending.delete(timeout);
      };
    },
    close() {
      closed = true;
      for (const timeout of pending) clearTimeout(timeout);
      pending.clear();
    },
  };
}
