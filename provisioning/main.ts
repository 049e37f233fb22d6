import { loadConfig } from '../common/config.ts';
import { listenHttp } from '../common/http-listener.ts';
import { openLog } from '../common/log.ts';
import { provisioningApp } from './app.ts';

process.title = 'vaxel-provisioning';

const config = loadConfig(process.env);
const log = openLog('vaxel-provisioning', config.log);
const listener = await listenHttp(
  provisioningApp((err) => {
    log.error({ err }, 'a request ended in a bug of ours');
  }).callback(),
  { host: config.bind, port: config.ports.provisioning, variable: 'VAXEL_PROVISIONING_PORT' },
);
log.info({}, 'vaxel-provisioning answers phones');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void listener.close().then(() => {
      process.exit(0);
    });
  });
}
