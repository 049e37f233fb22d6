import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startRig } from '../../support/provisioning-rig.ts';

const ADD = ['phone', 'add', '64167f1a2b3c', '--model', 'VVX 450', '--user', '100'];

t.test('what a phone writes is kept for it, and for nobody else', async (t) => {
  const rig = await startRig(t);
  const base = new URL((await rig.vaxel(...ADD))['url'] ?? '').pathname;
  const mine = `${base}64167f1a2b3c`;
  const put = (end: string, body: string | Buffer, method = 'PUT') =>
    rig.ask(`${mine}${end}`, { method, body });
  t.equal((await rig.ask(`${mine}-app.log`, { method: 'HEAD' })).status, 404);
  t.equal((await put('-app.log', 'one')).status, 200);
  t.equal((await put('-app.log', 'one two')).status, 200);
  const head = await rig.ask(`${mine}-app.log`, { method: 'HEAD' });
  t.match([head.status, head.headers['content-length'], head.body.length], [200, '7', 0]);
  t.equal((await put('-web.cfg', '<web/>', 'POST')).status, 200);
  t.equal((await rig.ask(`${mine}-web.cfg`)).body.toString(), '<web/>');
  t.equal((await rig.ask(`${mine}-phone.cfg`)).status, 404);

  t.equal((await put('.cfg', 'x')).status, 404, 'no phone writes its own configuration');
  t.equal((await rig.ask(`${base}000000000000.cfg`, { method: 'PUT', body: 'x' })).status, 404);
  t.equal((await rig.ask('/64167f1a2b3c-app.log', { method: 'PUT', body: 'x' })).status, 401);
  const other = await rig.vaxel(
    'phone',
    'add',
    '64167f1a2b3d',
    '--model',
    'VVX 450',
    '--user',
    '101',
  );
  const others = new URL(other['url'] ?? '').pathname;
  t.equal((await rig.ask(`${others}64167f1a2b3c-web.cfg`)).status, 404);

  const large = Buffer.alloc(1_048_577);
  t.equal((await put('-boot.log', large)).status, 413, 'one byte more than a file may have');
  const full = Buffer.alloc(1_048_576);
  const ends = ['-boot.log', '-flash.log', '-calls.xml', '-directory.xml', '-phone.cfg'];
  const statuses: number[] = [];
  for (const end of ends) statuses.push((await put(end, full)).status);
  t.ok(statuses.includes(200) && statuses.includes(413), `a quota: ${statuses.join(' ')}`);

  await rig.stop();
  const [folder = ''] = readdirSync(join(rig.state, 'uploads'));
  const files = readdirSync(join(rig.state, 'uploads', folder));
  t.ok(files.includes('-app.log') && !files.some((name) => name.endsWith('.part')));
  t.equal(statSync(join(rig.state, 'uploads', folder, '-app.log')).mode & 0o777, 0o600);
  const shown = await rig.vaxel('phone', 'show', '64167f1a2b3c');
  t.match(shown, { uploads: [{ file: '-app.log', bytes: 7 }] });
  const log = (await rig.vaxel('phone', 'log', '64167f1a2b3c', '--limit', '500')) as unknown;
  t.match((log as readonly unknown[]).at(-1), {
    method: 'HEAD',
    file: '64167f1a2b3c-app.log',
    status: 404,
  });
});
