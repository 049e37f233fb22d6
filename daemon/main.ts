import { startDaemon } from './daemon.ts';

process.title = 'vaxel-daemon';

const daemon = await startDaemon(process.env);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void daemon.stop().then(() => {
      process.exit(0);
    });
  });
}
