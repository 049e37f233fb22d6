import { VaxelError } from '../../common/errors.ts';

/** The background jobs we began and whose results have not come. */
export interface Jobs {
  /**
   * Waits for a job; to be called before it is begun, as it may be faster than its own reply.
   * @throws {VaxelError} `ESL_TIMEOUT`, or what `end` was given.
   */
  result(id: string, command: string, withinMs: number): Promise<string>;
  /** Gives a job its result; false where it is not ours, or no longer waited for. */
  finish(id: string, body: string): boolean;
  /** Stops waiting for a job that never began. Its promise stays open. */
  forget(id: string): void;
  end(why: VaxelError): void;
}

/** FreeSWITCH tells every listener of every job, so each is known by the id we gave it. */
export function jobTable(): Jobs {
  const jobs = new Map<string, Job>();

  function take(id: string): Job | undefined {
    const job = jobs.get(id);
    jobs.delete(id);
    clearTimeout(job?.timer);
    return job;
  }

  return {
    result: (id, command, withinMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          take(id)?.reject(new VaxelError('ESL_TIMEOUT', 'the job has not ended', { command }));
        }, withinMs);
        jobs.set(id, { resolve, reject, timer });
      }),
    finish(id, body) {
      const job = take(id);
      job?.resolve(body);
      return job !== undefined;
    },
    forget: (id) => void take(id),
    end(why) {
      for (const id of [...jobs.keys()]) take(id)?.reject(why);
    },
  };
}

interface Job {
  readonly resolve: (body: string) => void;
  readonly reject: (why: VaxelError) => void;
  readonly timer: NodeJS.Timeout;
}
