import { startProvisioning } from './provisioning.ts';

process.title = 'vaxel-provisioning';

const provisioning = await startProvisioning(process.env);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void provisioning.stop().then(() => {
      process.exit(0);
    });
  });
}
