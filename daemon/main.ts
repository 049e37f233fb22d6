import { runProgram } from '../common/run-program.ts';
import { startDaemon } from './daemon.ts';

process.title = 'vaxel-daemon';

await runProgram(process.env, startDaemon);
