import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import t from 'tap';
import type { Config } from '../../common/config.ts';
import { checkLostPackets } from '../../cli/doctor/lost-packets.ts';
import { eventually } from '../support/eventually.ts';

const withPorts = (sip: number, trunk = 1) => ({ ports: { sip, trunk } }) as Config;

t.test(
  'packets that came faster than they were read are counted where the kernel drops them',
  async (t) => {
    const slow = createSocket('udp4');
    const quick = createSocket('udp4');
    t.teardown(() => {
      slow.close();
      quick.close();
    });
    slow.bind(0, '127.0.0.1');
    await once(slow, 'listening');
    slow.setRecvBufferSize(4_096);
    const { port } = slow.address();
    t.match(checkLostPackets(withPorts(port)), [{ check: 'packets', level: 'ok' }]);

    // All in one turn of the event loop: nothing is read meanwhile.
    for (let i = 0; i < 200; i += 1) quick.send(Buffer.alloc(512), port, '127.0.0.1');
    const lost = await eventually('lost packets', () =>
      checkLostPackets(withPorts(port)).find(({ level }) => level === 'warning'),
    );
    t.match(lost, { found: /^\d+ came faster than FreeSWITCH read them/, mend: /rmem_default/ });
    t.match(checkLostPackets(withPorts(1, port)), [{ level: 'warning' }], 'of trunks as well');
    t.match(checkLostPackets(withPorts(1)), [{ level: 'ok' }], 'not those of another program');
  },
);

t.test('both families are added up, and where no kernel says so nothing is claimed', async (t) => {
  const head =
    '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n';
  const row = (address: string, drops: number) =>
    `  366: ${address}:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3128930 2 00000000f1f3bff9 ${drops}       \n`;
  const tables = [head + row('0100007F', 4), head + row('0'.repeat(32), 3)];
  t.match(checkLostPackets(withPorts(5060), tables), [{ found: /^7 came/ }]);
  t.strictSame(checkLostPackets(withPorts(5060), ['', '']), []);
});

t.test('the package sets what the doctor asks for', async (t) => {
  const [, set = '?'] =
    /^net\.core\.rmem_default = (\d+)$/m.exec(readFileSync('systemd/vaxel.sysctl.conf', 'utf8')) ??
    [];
  const row =
    '  1: 0100007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 1 2 0 1\n';
  t.match(checkLostPackets(withPorts(5060), [row])[0]?.mend, `rmem_default=${set} `);
});
