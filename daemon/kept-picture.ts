import type { Log } from '../common/log.ts';

/** The newest picture of a part of the database, whoever wrote to it. */
export interface KeptPicture<Picture> {
  /** The last one that was read whole: no call waits for a database. */
  current(): Picture;
  /**
   * Looks whether the database has moved, and reads anew where it has: what was
   * committed before this was asked is in it. Never rejects: while the database
   * cannot be read, the last picture goes on serving calls.
   */
  renew(): Promise<Picture>;
}

/**
 * @param look - gives the picture it was given where nothing has moved.
 * @param what - whose reading fails, for the log: `the directory`.
 */
export function keepPicture<Picture>(
  first: Picture,
  look: (before: Picture) => Promise<Picture>,
  what: string,
  log: Log,
): KeptPicture<Picture> {
  let picture = first;
  let looking: Promise<unknown> = Promise.resolve();
  let failing = false;

  async function lookOnce(): Promise<Picture> {
    try {
      picture = await look(picture);
      if (failing) log.info({}, `${what} can be read again`);
      failing = false;
    } catch (err) {
      if (!failing) log.error({ err }, `${what} cannot be read: calls go on from memory`);
      failing = true;
    }
    return picture;
  }

  return {
    current: () => picture,
    renew: () => {
      // One after the other: a look under way may have begun before the commit this one is asked for.
      const mine = looking.then(lookOnce);
      looking = mine;
      return mine;
    },
  };
}
