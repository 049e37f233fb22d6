import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { epochMs, systemClock } from '../../common/time.ts';
import { spokenTime } from '../../daemon/voice/spoken-time.ts';
import { liveTest } from '../support/live.ts';
import { listenToMailboxes } from '../support/mailbox-events.ts';
import { createAgent } from '../support/sip/agent.ts';
import { refuses, rings } from '../support/sip/behaviours.ts';
import { heard } from '../support/sip/hearing.ts';
import type { OutgoingCall } from '../support/sip/outgoing-call.ts';
import { heardFor, isSilent, toneLengthMs, wavSamples } from '../support/tone-length.ts';

const BEEP_HZ = 1_000;
const BJORN_HZ = 620;

liveTest('voicemail', async (t, exchange) => {
  await exchange.vaxel('user', 'add', '100', '--name', 'Anna Berg', '--ring', '5');
  await exchange.vaxel('user', 'add', '101', '--name', 'Björn Ek');
  await exchange.vaxel('user', 'pin', '101', '--pin', '8305');
  const mailboxes = await listenToMailboxes(exchange);
  t.teardown(() => {
    mailboxes.close();
  });

  const phone = async (extension: string, toneHz: number) => {
    const account = await exchange.addDevice(extension);
    const agent = await createAgent({ bind: '127.0.0.1', toneHz });
    t.teardown(() => agent.close());
    const register = () =>
      agent.register({ domain: exchange.domain, registrar: exchange.sip, ...account });
    const call = (to: string) =>
      agent.call({ to, domain: exchange.domain, proxy: exchange.sip, auth: account });
    const subscribe = () =>
      agent.subscribe({
        event: 'message-summary',
        to: account.username,
        domain: exchange.domain,
        proxy: exchange.sip,
        auth: account,
      });
    return { agent, account, register, call, subscribe };
  };
  const anna = await phone('100', 440);
  const bjorn = await phone('101', BJORN_HZ);
  await bjorn.register();

  const recordings = () => {
    const folder = join(exchange.state, 'voicemail', exchange.domain, '100');
    return readdirSync(folder)
      .filter((name) => name.startsWith('msg_'))
      .map((name) => wavSamples(readFileSync(join(folder, name))));
  };

  /** Speaks for two seconds after the beep, and hangs up. */
  const leaveMessage = async (call: OutgoingCall) => {
    await call.answered(15_000);
    await heardFor(call, BEEP_HZ, 500, 20_000);
    const until = call.media.packetsSent() + 115;
    await call.media.watch.until(() => (call.media.packetsSent() >= until ? true : undefined), {
      withinMs: 5_000,
      what: 'two seconds of speech',
      relookMs: 20,
    });
    await call.hangup();
    return mailboxes.done('leave-message');
  };

  await t.test(
    'nobody registered: a message is taken at once, after greeting and beep',
    async (t) => {
      const since = mailboxes.prompts().length;
      const call = await bjorn.call('100');
      const left = await leaveMessage(call);
      t.equal(left['VM-User'], '100');
      t.equal(left['VM-Caller-ID-Number'], '101');
      t.same(mailboxes.prompts().slice(since), ['sv/greeting', 'sv/record-message']);
      const samples = call.media.heard.samples();
      const beep = toneLengthMs(samples, BEEP_HZ);
      t.ok(beep > 560 && beep < 720, `a beep of 640 ms, heard as ${beep}`);
      t.notOk(isSilent(samples.subarray(8_000, 16_000)), 'the greeting is heard');
      const [message, ...more] = recordings();
      t.same(more, []);
      const tone = message && toneLengthMs(message, BJORN_HZ);
      t.ok(tone !== undefined && tone > 1_500 && tone < 3_500, `Björn was recorded for ${tone} ms`);
    },
  );
  void epochMs;
  void systemClock;
  void spokenTime;
  void refuses;
  void rings;
  void heard;
  void anna;
});

void t;
