import { VaxelError } from '../../common/errors.ts';

/** The commands that wait for their reply, in the order in which they were sent. */
export interface Replies {
  /**
   * Waits for the reply of the command that is sent next.
   * @throws {VaxelError} `ESL_TIMEOUT`, or what `end` was given.
   */
  next(command: string, withinMs: number): Promise<string>;
  /** Gives a reply to the oldest command; false where none waits for one. */
  give(reply: string): boolean;
  end(why: VaxelError): void;
}

/**
 * Pairs replies with commands.
 *
 * FreeSWITCH answers every command with exactly one message, `command/reply`
 * or `api/response`, in the order it read them, and puts no name on the reply
 * (`mod_event_socket.c`, `listener_run`). So there is one queue, popped by either
 * type. A command that was given up keeps its place, or its late reply would
 * be taken for the next command's.
 */
export function replyQueue(options: {
  /** Milliseconds after which an unanswered command means that the connection is dead. */
  readonly stuckAfterMs: number;
  readonly onStuck: () => void;
}): Replies {
  const { stuckAfterMs, onStuck } = options;
  const waiting: Waiting[] = [];

  return {
    next: (command, withinMs) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          reject(new VaxelError('ESL_TIMEOUT', 'FreeSWITCH did not answer', { command }));
        }, withinMs);
        const stuck = setTimeout(onStuck, stuckAfterMs);
        const forget = () => {
          clearTimeout(late);
          clearTimeout(stuck);
        };
        waiting.push({ resolve, reject, forget });
      }),
    give(reply) {
      const oldest = waiting.shift();
      oldest?.forget();
      oldest?.resolve(reply);
      return oldest !== undefined;
    },
    end(why) {
      for (const { forget, reject } of waiting.splice(0)) {
        forget();
        reject(why);
      }
    },
  };
}

interface Waiting {
  readonly resolve: (reply: string) => void;
  readonly reject: (why: VaxelError) => void;
  readonly forget: () => void;
}
