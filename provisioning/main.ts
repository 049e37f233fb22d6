import { runProgram } from '../common/run-program.ts';
import { startProvisioning } from './provisioning.ts';

process.title = 'vaxel-provisioning';

await runProgram(process.env, startProvisioning);
