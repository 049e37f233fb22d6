import fc from 'fast-check';
import t from 'tap';
import type { Extension } from '../../../common/phone-number.ts';
import { seconds } from '../../../common/time.ts';
import type { LegId } from '../../../daemon/call/event.ts';
import { readContacts, type Contact } from '../../../daemon/esl/contacts.ts';
import { forkDialString } from '../../../daemon/esl/dial-string.ts';
import { planCommands } from '../../../daemon/esl/plan-commands.ts';
import { plainValue } from '../../../daemon/esl/plain-value.ts';
import type { ReferralPlan, RingPlan, Shown } from '../../../daemon/routing/plan.ts';
import { anna } from '../../support/office.ts';

const leg = '7c0e1d52-0000-0000-0000-000000000001' as LegId;
const app = 'sofia/vaxel/sip:100-app@127.0.0.1:5071' as Contact;
const desk = 'sofia/vaxel/sip:100-desk@127.0.0.1:5072;transport=udp' as Contact;
const registered = new Map([
  ['100-app', [app]],
  ['100-desk', [desk]],
]);

const ringing = (shown: Shown): RingPlan => ({
  kind: 'ring',
  domain: 'anka.example',
  legs: anna.devices.map((device) => ({ device, after: seconds(0), shows: 'name' })),
  trunk: 'first',
  ringFor: seconds(25),
  shown,
  shownOnMobiles: { name: '', number: '+46812345601', hidden: false },
  language: 'sv',
  then: {
    kind: 'voicemail',
    domain: 'anka.example',
    mailbox: anna.extension,
    language: 'sv',
    zone: 'Europe/Stockholm',
    greeting: 'usual',
  },
  via: [anna.extension],
  asks: true,
});
const bjornCalls = ringing({ name: 'Björn Ek', number: '101', hidden: false });

t.test('a fork is one flat list, each leg marked with whose it is', async (t) => {
  t.equal(
    forkDialString(bjornCalls, registered),
    '{ignore_early_media=true,originate_timeout=25,sip_invite_domain=anka.example}' +
      `[presence_data=vaxel/u-100/d-anna-app,leg_timeout=25]${app},` +
      `[presence_data=vaxel/u-100/d-anna-desk,leg_timeout=25]${desk},` +
      '[presence_data=vaxel/u-100/d-anna-mobile/confirms,leg_timeout=25,' +
      'group_confirm_key=1,group_confirm_cancel_timeout=true,group_confirm_read_timeout=8000,' +
      'group_confirm_file=${vaxel_prompts}/sv/mobile-confirm.wav,' +
      'origination_caller_id_number=+46812345601,origination_caller_id_name=+46812345601]' +
      'sofia/gateway/first/+46701234567',
  );
});

t.test(
  'a pickup says to the phones that ring that somebody has answered, then takes the caller',
  async (t) => {
    const ringing = ['b1' as LegId, 'b2' as LegId];
    const commands = planCommands(
      leg,
      '**100',
      { kind: 'pickup', caller: 'a1' as LegId, ringing },
      {},
    );
    t.same(commands.slice(0, 2), [
      'api uuid_setvar b1 sip_reason SIP;cause=200;text="Call completed elsewhere"',
      'api uuid_setvar b2 sip_reason SIP;cause=200;text="Call completed elsewhere"',
    ]);
    t.match(commands[2], /intercept_unbridged_only=true;vx_caller=a1;vx_plan=pickup/);
  },
);

t.test('every registration of a device rings', async (t) => {
  const twice = new Map([['100-app', [app, desk]]]);
  t.match(forkDialString({ ...bjornCalls, trunk: undefined }, twice), /sip:100-app.*sip:100-desk/);
});

t.test(
  'where nothing is registered and no mobile is reached, there is nothing to dial',
  async (t) => {
    t.equal(forkDialString({ ...bjornCalls, trunk: undefined }, new Map()), undefined);
  },
);

/** What FreeSWITCH makes of `uuid_setvar_multi`, after its switch_separate_string. */
function variablesSet(commands: readonly string[]): readonly (readonly string[])[] {
  const list = commands[0]?.replace(`api uuid_setvar_multi ${leg} `, '') ?? '';
  const items: string[] = [];
  let item = '';
  let quoted = false;
  for (let at = 0; at < list.length; at += 1) {
    const letter = list.charAt(at);
    if (letter === '\\' && /['";\\nrts]/.test(list.charAt(at + 1))) item += list.charAt((at += 1));
    else if (letter === "'" && (quoted || list.includes("'", at + 1))) quoted = !quoted;
    else if (letter === ';' && !quoted) {
      items.push(item);
      item = '';
    } else item += letter;
  }
  items.push(item);
  return items.map((item) => [item.slice(0, item.indexOf('=')), item.slice(item.indexOf('=') + 1)]);
}

t.test('the plan is set first, then the way back is given up, the transfer ends it', async (t) => {
  const commands = planCommands(leg, '100', bjornCalls, { dial: 'DIAL' });
  t.equal(commands.length, 2);
  const set = variablesSet(commands);
  t.same(set.at(-1), ['socket_resume', 'false']);
  t.match(Object.fromEntries(set), {
    effective_caller_id_name: 'Björn Ek',
    vx_dial: 'DIAL',
    vx_mailbox: '100',
    vx_plan: 'ring',
  });
  t.equal(commands[1], `api uuid_transfer ${leg} 100 XML vaxel-plan`);
});

t.test(
  'a team takes no messages: what follows is said, or asked for by its own extension',
  async (t) => {
    const then = { kind: 'refuse', sip: 480, say: 'refuse-no-answer', language: 'sv' } as const;
    const via = [anna.extension, '200' as Extension];
    const set = (asks: boolean) => {
      const plan: RingPlan = { ...bjornCalls, via, asks, then };
      return variablesSet(planCommands(leg, '200', plan, { dial: 'DIAL' }));
    };
    const said = { vx_say: 'refuse-no-answer', vx_sip: '480', default_language: 'sv' };
    const about = { vx_mailbox: '200', vx_domain: 'anka.example', vx_via: '100-200' };
    t.match(Object.fromEntries(set(false)), {
      ...said,
      ...about,
      vx_plan: 'ring',
      vx_after: 'refuse',
    });
    t.match(Object.fromEntries(set(true)), { ...said, ...about, vx_after: 'ask-team' });
  },
);

t.test('a display shows a time whole, and whatever else a label holds', async (t) => {
  const { then } = bjornCalls;
  if (then.kind !== 'voicemail') throw new Error('Anna has voicemail');
  const shown = (display: string) => {
    const plan: ReferralPlan = {
      ...{ kind: 'referral', media: 'answered', say: [], display, choices: '', then },
      ...{ language: 'sv', via: [anna.extension] },
    };
    const set = variablesSet(planCommands(leg, '100', plan, {}));
    return set.find(([name]) => name === 'initial_callee_id_name')?.[1];
  };
  t.equal(shown('Lunch till 13:00'), 'Lunch till 13.00');
  t.equal(shown('VAB/sjuk @ hemma: hela dagen'), 'VAB-sjuk - hemma. hela dagen');
});

t.test(
  'a dial string that names a variable goes before the list, which would refuse it',
  async (t) => {
    const [first, second, ...rest] = planCommands(leg, '100', bjornCalls, {
      dial: 'x=${vaxel_prompts}',
    });
    t.equal(first, `api uuid_setvar ${leg} vx_dial x=\${vaxel_prompts}`);
    t.match(second, /^api uuid_setvar_multi [^$]*;socket_resume=false$/);
    t.equal(rest.length, 1);
  },
);

t.test('every value arrives as it was, whatever it holds', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const shown = { name: `x${name}x`, number: '101', hidden: false };
      const set = variablesSet(planCommands(leg, '100', ringing(shown), { dial: desk }));
      t.match(Object.fromEntries(set), {
        effective_caller_id_name: plainValue(shown.name),
        vx_dial: desk,
      });
    }),
  );
});

t.test('a hidden caller’s number is in no command', async (t) => {
  const hidden = ringing({ name: 'Björn Ek', number: '101', hidden: true });
  t.notMatch(planCommands(leg, '100', hidden, { dial: 'DIAL' }).join('\n'), /Björn| 101/);
});

t.test('no name of any caller expands, ends a command or begins another', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, number) => {
      const shown = { name, number, hidden: false };
      return planCommands(leg, '100', ringing(shown), { dial: 'DIAL' }).every(
        (command) => !/[$\r\n\0]/.test(command) && command.startsWith('api uuid_'),
      );
    }),
  );
});

const names: readonly (readonly [from: string, to: string])[] = [
  ['${system(touch /tmp/x)}', '{system(touch /tmp/x)}'],
  ['$${domain}', '{domain}'],
  [`O'Brien, "Åsa" & Co`, `O'Brien, "Åsa" & Co`],
  ['a^b,c;d|e[x]{y}', 'a^b,c;d|e[x]{y}'],
  ['Anna 🦆 Berg', 'Anna 🦆 Berg'],
  ['Anna\r\n\r\napi shutdown', 'Anna api shutdown'],
];
for (const [from, to] of names) {
  t.test(`a caller named ${JSON.stringify(from)} is shown as a person would read it`, async (t) => {
    t.equal(plainValue(from), to);
  });
}

t.test('a contact that means something in a dial string is not dialled', async (t) => {
  const answers = [
    'error/user_not_registered',
    'sofia/vaxel/sip:a@1.2.3.4;x=${system(y)}',
    'sofia/vaxel/sip:a@1.2.3.4]loopback/112',
    'sofia/vaxel/sip:a@1.2.3.4|sofia/gateway/first/+99',
    '-ERR no reply',
    '',
  ];
  for (const answer of answers) t.same(readContacts(answer), [], answer);
  t.same(readContacts(`${app},${desk}`), [app, desk]);
});
