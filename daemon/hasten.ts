/**
 * While a call lives, has FreeSWITCH look for events to send every few milliseconds. By itself it looks
 * every 20 (mod_event_socket.c, `read_packet`), and as its own frames are as long, what ends a call
 * comes just after a look, again and again.
 *
 * @param legs - how many live now.
 */
export function hasten(nudge: () => void, legs: () => number): { look(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    look() {
      if (timer !== undefined || legs() === 0) return;
      timer = setInterval(() => {
        if (legs() === 0) stop();
        else nudge();
      }, EVERY_MS);
    },
    stop,
  };
}

/** Milliseconds. */
const EVERY_MS = 4;
