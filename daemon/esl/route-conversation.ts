import type { Socket } from 'node:net';
import { VaxelError } from '../../common/errors.ts';
import { createRouteFrameReader, type RouteFrame } from './route-frames.ts';
import { decodePercent } from './text.ts';

/** One call's socket, from `connect` until the plan is handed over. */
export interface RouteConversation {
  /**
   * Sends commands in one write, and gives FreeSWITCH's answers in their order.
   * @param answers - how many will come; one for each command unless said.
   * @throws {VaxelError} `ESL_DISCONNECTED` or `ESL_TIMEOUT`; which of the commands ran is then unknown.
   */
  ask(commands: readonly string[], answers?: number): Promise<readonly Answer[]>;
  close(): void;
}

/** The frame as it came, and what it says: the body of an `api` answer, else `Reply-Text`. */
export interface Answer {
  readonly frame: RouteFrame;
  readonly text: string;
}

interface Waiting {
  readonly want: number;
  readonly answers: Answer[];
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (why: VaxelError) => void;
}

/**
 * @param withinMs - how long the whole conversation may take, in milliseconds;
 * below the three seconds after which FreeSWITCH goes on by itself.
 */
export function converse(socket: Socket, withinMs: number): RouteConversation {
  const readFrames = createRouteFrameReader();
  let waiting: Waiting | undefined;
  let ended: VaxelError | undefined;
  let isOver = false;

  const end = (why: VaxelError): void => {
    ended ??= why;
    clearTimeout(deadline);
    socket.destroy();
    waiting?.reject(ended);
    waiting = undefined;
  };
  const deadline = setTimeout(() => {
    end(new VaxelError('ESL_TIMEOUT', 'FreeSWITCH did not answer in time', { withinMs }));
  }, withinMs);

  socket.setNoDelay(true);
  socket.on('error', (cause) => {
    end(disconnected('the call’s socket broke', cause));
  });
  socket.on('close', () => {
    if (!isOver) end(disconnected('FreeSWITCH closed the call’s socket'));
  });
  socket.on('data', (bytes: Buffer) => {
    const frames = readFrames(bytes);
    if (frames === undefined) {
      end(disconnected('what came is not the event socket’s protocol'));
      return;
    }
    for (const frame of frames) {
      if (isAnswer(frame)) take({ frame, text: answerText(frame) });
    }
  });

  function take(answer: Answer): void {
    if (waiting === undefined) return;
    waiting.answers.push(answer);
    if (waiting.answers.length < waiting.want) return;
    waiting.resolve(waiting.answers);
    waiting = undefined;
  }

  return {
    ask: (commands, answers = commands.length) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        if (waiting !== undefined) throw new Error('one question at a time');
        waiting = { want: answers, answers: [], resolve, reject };
        socket.write(commands.map(frameOf).join(''));
      }),
    close: () => {
      isOver = true;
      clearTimeout(deadline);
      socket.end();
    },
  };
}

/** @throws {Error} on a command that could end early and begin another: our own encoder let it through. */
function frameOf(command: string): string {
  if (/[\r\n\0]/.test(command)) throw new Error('a command is one line');
  return `${command}\n\n`;
}

const isAnswer = ({ headers }: RouteFrame): boolean =>
  ['command/reply', 'api/response'].includes(headers.get('Content-Type') ?? '');

const answerText = ({ headers, body }: RouteFrame): string =>
  (body?.toString('utf8') ?? decodePercent(headers.get('Reply-Text') ?? '')).trim();

const disconnected = (how: string, cause?: unknown) =>
  new VaxelError('ESL_DISCONNECTED', how, {}, { cause });
