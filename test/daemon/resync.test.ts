import fc from 'fast-check';
import t from 'tap';
import { readResync, sendResync } from '../../daemon/resync.ts';

const PHONE = { username: '100-abc123', domain: 'anka.example', vendor: 'Yealink', reboot: false };

t.test('a phone is told in its vendor’s own form', async (t) => {
  const sent: unknown[] = [];
  const control = {
    send: async (command: string, headers: unknown = {}) => {
      sent.push([command, headers]);
      return '';
    },
  };
  for (const [vendor, reboot] of [
    ['Yealink', false],
    ['Yealink', true],
    ['Polycom', true],
  ] as const) {
    const phone = readResync({ ...PHONE, vendor, reboot });
    if (phone === undefined) throw new Error('not read');
    await sendResync(control, phone);
  }
  t.match(sent, [
    ['sendevent NOTIFY', { user: '100-abc123', host: 'anka.example', profile: 'vaxel' }],
    ['sendevent NOTIFY', { 'event-string': 'check-sync;reboot=true' }],
    ['sendevent NOTIFY', { 'event-string': 'check-sync' }],
  ]);
});

t.test('nothing else gets near an event', async (t) => {
  for (const wrong of [
    { ...PHONE, username: 'a\nEvent-Name: X' },
    { ...PHONE, username: '' },
    { ...PHONE, domain: 'anka.example\r\nbody' },
    { ...PHONE, vendor: 'Snom' },
    { ...PHONE, reboot: 'yes' },
    [PHONE],
    'text',
    undefined,
  ]) {
    t.equal(readResync(wrong), undefined);
  }
  fc.assert(fc.property(fc.anything(), (body) => readResync(body) === undefined));
  t.strictSame(readResync({ ...PHONE, more: 1 }), PHONE);
});
