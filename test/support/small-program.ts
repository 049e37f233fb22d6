import { VaxelError } from '../../common/errors.ts';
import { openLog } from '../../common/log.ts';
import { runProgram } from '../../common/run-program.ts';

// A program of its own, for a test of how programs are run: `well`, or `stuck` in something that never comes,
// or `refused` where it is to start.
const how = process.argv[2];
const work = setInterval(() => undefined, 1_000);
await runProgram(process.env, async () => {
  if (how === 'refused') throw new VaxelError('CONFIG_INVALID', 'two lines\n  of complaints');
  return {
    log: openLog('small', 'info'),
    state: () => (how === 'stuck' ? new Promise(() => undefined) : Promise.resolve('is well')),
    stop: async () => {
      clearInterval(work);
    },
  };
});
