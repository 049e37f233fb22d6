import type { OutgoingCall } from './sip/outgoing-call.ts';

/** Keys are lost in a call that has ended, and pressing them would wait for ever. */
export const press = async (call: OutgoingCall, keys: string) => {
  if (call.ending() !== undefined) throw new Error(`${keys} pressed after the end of the call`);
  await call.media.dtmf(keys);
};

/** Waits while this end speaks for so long. */
export const spoken = async (call: OutgoingCall, ms: number) => {
  const until = call.media.packetsSent() + ms / 20;
  await call.media.watch.until(() => (call.media.packetsSent() >= until ? true : undefined), {
    withinMs: ms + 3_000,
    what: `${ms} ms of speech`,
    relookMs: 20,
  });
};
