import fc from 'fast-check';
import t from 'tap';
import { readEvent } from '../../../daemon/esl/adapter.ts';
import { EVENTS, LEG_EVENTS, LINE_EVENTS } from '../../../daemon/esl/event-names.ts';
import { type EslHeaders, parseEventJson } from '../../../daemon/esl/headers.ts';
import { readEventJson } from '../../../daemon/esl/leg-json.ts';

const at = 1_774_774_800_000;

/** Anna's leg of a call from Björn, as FreeSWITCH tells of it. */
const leg: EslHeaders = {
  'Event-Date-Timestamp': '1774774800000999',
  'Unique-ID': 'a1',
  'Channel-Call-UUID': 'c1',
  'Call-Direction': 'outbound',
  'Caller-Caller-ID-Name': 'Björn Ek',
  'Caller-Caller-ID-Number': '101',
  'Caller-Destination-Number': '100',
  'Caller-Channel-Created-Time': '1774774799000000',
  'Caller-Channel-Answered-Time': '0',
  'Bridge-A-Unique-ID': 'b1',
  'Bridge-B-Unique-ID': 'a1',
  'Hangup-Cause': 'LOSE_RACE',
  'Channel-Presence-Data': 'vaxel/u-100/d-anna-desk',
  variable_vx_leg: 'desk',
  variable_vx___proto__: 'x',
  variable_sip_call_id: 'not a marker',
};

const facts = {
  leg: 'a1',
  call: 'c1',
  at,
  direction: 'out',
  from: { name: 'Björn Ek', number: '101' },
  dialled: '100',
  startedAt: at - 1_000,
  answeredAt: undefined,
  owner: { user: 'u-100', device: 'd-anna-desk', role: 'phone' },
  markers: Object.fromEntries([
    ['leg', 'desk'],
    ['__proto__', 'x'],
  ]),
};

const stamped = (headers: EslHeaders) => ({
  'Event-Date-Timestamp': '1774774800000999',
  ...headers,
});
const custom = (subclass: string, headers: EslHeaders) =>
  stamped({ 'Event-Name': 'CUSTOM', 'Event-Subclass': subclass, ...headers });
const phone = { contact: 'sip:x@192.0.2.7', 'user-agent': 'desk', 'network-ip': '192.0.2.7' };
const registration = {
  at,
  username: 'anna-desk',
  domain: 'anka.example',
  contact: 'sip:x@192.0.2.7',
  userAgent: 'desk',
  ip: '192.0.2.7',
};
const box = { 'VM-User': '100', 'VM-Domain': 'Anka.example' };
const mailbox = { at, user: '100', domain: 'anka.example' };
const FEATURE = { user: '100-desk', host: 'Anka.example', 'call-id': 'f81d@192.0.2.7' };
const asked = {
  at,
  username: '100-desk',
  domain: 'anka.example',
  subscription: 'f81d@192.0.2.7',
};

const callState = (state: string, more: EslHeaders = {}) => ({
  ...leg,
  ...more,
  'Event-Name': 'CHANNEL_CALLSTATE',
  'Channel-Call-State': state,
});

const probed = (headers: EslHeaders) =>
  stamped({
    'Event-Name': 'PRESENCE_PROBE',
    to: 'vaxel+100@Anka.example',
    from: '101-desk@anka.example',
    'sub-call-id': 'abc@192.0.2.7',
    expires: '600',
    ...headers,
  });

const cases: readonly (readonly [what: string, headers: EslHeaders, event: object])[] = [
  ['a leg starts', { ...leg, 'Event-Name': 'CHANNEL_CREATE' }, { kind: 'leg-started', ...facts }],
  [
    'a leg rings',
    { ...leg, 'Event-Name': 'CHANNEL_PROGRESS' },
    { kind: 'leg-ringing', media: false, ...facts },
  ],
  [
    'a leg rings with sound',
    { ...leg, 'Event-Name': 'CHANNEL_PROGRESS_MEDIA' },
    { kind: 'leg-ringing', media: true, ...facts },
  ],
  [
    'a leg is answered',
    {
      ...leg,
      'Event-Name': 'CHANNEL_ANSWER',
      'Caller-Channel-Answered-Time': '1774774800000000',
      'Call-Direction': 'inbound',
      'Channel-Call-UUID': undefined,
    },
    { kind: 'leg-answered', ...facts, answeredAt: at, direction: 'in', call: 'a1' },
  ],
  ['a leg is held', { ...leg, 'Event-Name': 'CHANNEL_HOLD' }, { kind: 'leg-held', ...facts }],
  [
    'a leg is resumed',
    { ...leg, 'Event-Name': 'CHANNEL_UNHOLD' },
    { kind: 'leg-resumed', ...facts },
  ],
  [
    'the B leg of a bridge is with A',
    { ...leg, 'Event-Name': 'CHANNEL_BRIDGE' },
    { kind: 'leg-bridged', with: 'b1', ...facts },
  ],
  [
    'an unbridge names the old peer although the other leg is already the new',
    {
      ...leg,
      'Event-Name': 'CHANNEL_UNBRIDGE',
      'Bridge-A-Unique-ID': 'a1',
      'Bridge-B-Unique-ID': 'old',
      'Other-Leg-Unique-ID': 'new',
    },
    { kind: 'leg-unbridged', with: 'old', ...facts },
  ],
  [
    'a leg that lost the race ends',
    { ...leg, 'Event-Name': 'CHANNEL_HANGUP_COMPLETE' },
    { kind: 'leg-ended', cause: 'LOSE_RACE', ...facts },
  ],
  [
    'a cause nobody decides on is other',
    { ...leg, 'Event-Name': 'CHANNEL_HANGUP_COMPLETE', 'Hangup-Cause': 'BEARERCAPABILITY_NOTIMPL' },
    { kind: 'leg-ended', cause: 'other', ...facts },
  ],
  [
    'a phone registers',
    custom('sofia::register', {
      ...phone,
      'from-user': 'anna-desk',
      'from-host': 'Anka.example',
      expires: '300',
    }),
    { kind: 'registered', ...registration, expires: 300 },
  ],
  [
    'a phone unregisters',
    custom('sofia::unregister', {
      ...phone,
      'from-user': 'anna-desk',
      'from-host': 'anka.example',
      expires: '1774774800',
    }),
    { kind: 'unregistered', why: 'asked', ...registration, expires: 0 },
  ],
  [
    'a registration expires, under other header names',
    custom('sofia::expire', { ...phone, user: 'anna-desk', host: 'anka.example', expires: '9' }),
    { kind: 'unregistered', why: 'expired', ...registration, expires: 0 },
  ],
  [
    'somebody does not know the password',
    custom('sofia::register_failure', {
      ...phone,
      'to-user': 'anna-desk',
      'registration-type': 'INVITE',
    }),
    { kind: 'password-refused', at },
  ],
  [
    'a trunk is registered',
    custom('sofia::gateway_state', { Gateway: 'carrier', State: 'REGED' }),
    { kind: 'gateway', at, gateway: 'carrier', state: 'REGED' },
  ],
  [
    'a call is parked',
    custom('valet_parking::info', {
      'Valet-Lot-Name': 'Anka.Example',
      'Valet-Extension': '7',
      Action: 'hold',
    }),
    { kind: 'parking-changed', at, domain: 'anka.example' },
  ],
  [
    'a trunk in a state nobody decides on',
    custom('sofia::gateway_state', { Gateway: 'carrier', State: 'TRYING' }),
    { kind: 'gateway', at, gateway: 'carrier', state: 'other' },
  ],
  [
    'a message is left',
    custom('vm::maintenance', {
      ...box,
      'VM-Action': 'leave-message',
      'VM-UUID': 'm1',
      'VM-Message-Len': '7',
      'VM-Caller-ID-Name': 'Björn Ek',
      'VM-Caller-ID-Number': '101',
    }),
    {
      kind: 'message-left',
      message: 'm1',
      length: 7,
      from: { name: 'Björn Ek', number: '101' },
      ...mailbox,
    },
  ],
  [
    'a mailbox is opened',
    custom('vm::maintenance', {
      ...box,
      'VM-Action': 'authentication',
      'VM-Auth-Result': 'success',
      'Unique-ID': 'a1',
      variable_voicemail_authorized: 'true',
    }),
    { kind: 'mailbox-login', leg: 'a1', success: true, waived: true, ...mailbox },
  ],
  [
    'a wrong PIN',
    custom('vm::maintenance', {
      ...box,
      'VM-Action': 'authentication',
      'VM-Auth-Result': 'fail',
      'Unique-ID': 'a1',
    }),
    { kind: 'mailbox-login', leg: 'a1', success: false, waived: false, ...mailbox },
  ],
  [
    'a greeting is changed',
    custom('vm::maintenance', { ...box, 'VM-Action': 'change-greeting' }),
    { kind: 'mailbox-changed', what: 'change-greeting', ...mailbox },
  ],
  [
    'messages wait',
    stamped({
      'Event-Name': 'MESSAGE_WAITING',
      'MWI-Message-Account': 'sip:100@Anka.example',
      'MWI-Voice-Message': '2/1 (0/0)',
    }),
    { kind: 'messages-waiting', fresh: 2, old: 1, tells: 'all', ...mailbox },
  ],
  [
    'no messages wait',
    stamped({ 'Event-Name': 'MESSAGE_WAITING', 'MWI-Message-Account': '100@anka.example' }),
    { kind: 'messages-waiting', fresh: 0, old: 0, tells: 'all', ...mailbox },
  ],
  [
    'a phone subscribes and is answered',
    stamped({
      'Event-Name': 'MESSAGE_WAITING',
      'MWI-Message-Account': 'sip:100-app@anka.example',
      'sub-call-id': 'a84b4c76e66710',
    }),
    {
      kind: 'messages-waiting',
      fresh: 0,
      old: 0,
      tells: 'one-subscribed',
      ...mailbox,
      user: '100-app',
    },
  ],
  [
    'a phone asks how its keys stand',
    stamped({ ...FEATURE, 'Event-Name': 'PHONE_FEATURE_SUBSCRIBE' }),
    { kind: 'feature-key', ...asked, press: undefined },
  ],
  [
    'Do Not Disturb is pressed',
    stamped({
      ...FEATURE,
      'Event-Name': 'PHONE_FEATURE_SUBSCRIBE',
      'Feature-Action': 'SetDoNotDisturb',
      'Feature-Enabled': 'true',
    }),
    { kind: 'feature-key', ...asked, press: { key: 'do-not-disturb', on: true } },
  ],
  [
    'a forward is set by its key',
    stamped({
      ...FEATURE,
      'Event-Name': 'PHONE_FEATURE_SUBSCRIBE',
      'Feature-Action': 'SetCallForward',
      'Feature-Enabled': 'true',
      'Action-Name': 'forward_no_answer',
      'Action-Value': ' 070-123 45 67 ',
      ringCount: '4',
    }),
    {
      kind: 'feature-key',
      ...asked,
      press: { key: 'forward', reason: 'no-answer', on: true, to: '070-123 45 67' },
    },
  ],
  [
    'a forward is ended by its key',
    stamped({
      ...FEATURE,
      'Event-Name': 'PHONE_FEATURE_SUBSCRIBE',
      'Feature-Action': 'SetCallForward',
      'Feature-Enabled': 'false',
      'Action-Name': 'forward_immediate',
    }),
    {
      kind: 'feature-key',
      ...asked,
      press: { key: 'forward', reason: 'always', on: false, to: '' },
    },
  ],
  [
    'a forward that mod_sofia could not read is a question',
    stamped({
      ...FEATURE,
      'Event-Name': 'PHONE_FEATURE_SUBSCRIBE',
      'Feature-Action': 'SetCallForward',
    }),
    { kind: 'feature-key', ...asked, press: undefined },
  ],
  [
    'whose password was asked for, before a key is obeyed',
    stamped({
      'Event-Name': 'PRESENCE_PROBE',
      proto: 'account',
      'proto-specific-event-name': 'as-feature-event',
      from: '101-desk@anka.example',
      to: 'account+100-desk@Anka.example',
      'sub-call-id': 'f81d@192.0.2.7',
    }),
    { kind: 'feature-key-owner', ...asked },
  ],
  [
    'under another name of the event mod_sofia has asked for anybody’s password',
    stamped({
      'Event-Name': 'PRESENCE_PROBE',
      proto: 'account',
      'proto-specific-event-name': 'AS-Feature-Event',
      to: 'account+100-desk@anka.example',
      'sub-call-id': 'f81d@192.0.2.7',
    }),
    { kind: 'ignored', why: 'AS-Feature-Event of an account' },
  ],
  [
    'a phone registers and is told',
    stamped({
      'Event-Name': 'MESSAGE_WAITING',
      'MWI-Message-Account': 'sip:100@anka.example',
      'Call-ID': 'f81d4fae-7dec',
    }),
    { kind: 'messages-waiting', fresh: 0, old: 0, tells: 'one-registered', ...mailbox },
  ],
  [
    'a heartbeat',
    stamped({ 'Event-Name': 'HEARTBEAT', 'Session-Count': '3' }),
    { kind: 'heartbeat', at, sessions: 3 },
  ],
  [
    'its state: dialled, it rings',
    callState('RINGING'),
    { kind: 'leg-ringing', media: false, ...facts },
  ],
  [
    'its state: it dials',
    callState('RINGING', { 'Call-Direction': 'inbound' }),
    { kind: 'leg-started', ...facts, direction: 'in' },
  ],
  ['its state: sound', callState('EARLY'), { kind: 'leg-ringing', media: true, ...facts }],
  ['its state: answered', callState('ACTIVE'), { kind: 'leg-answered', ...facts }],
  [
    'its state: back from hold',
    callState('ACTIVE', { 'Original-Channel-Call-State': 'HELD' }),
    { kind: 'leg-resumed', ...facts },
  ],
  ['its state: not held', callState('UNHELD'), { kind: 'leg-resumed', ...facts }],
  ['its state: held', callState('HELD'), { kind: 'leg-held', ...facts }],
  ['its state: over', callState('HANGUP'), { kind: 'leg-ended', cause: 'LOSE_RACE', ...facts }],
  [
    'a mobile’s leg, which confirms',
    callState('HELD', { 'Channel-Presence-Data': 'vaxel/u-100/d-m/confirms' }),
    { kind: 'leg-held', ...facts, owner: { user: 'u-100', device: 'd-m', role: 'confirms' } },
  ],
  [
    'a leg rung without us',
    callState('HELD', { 'Channel-Presence-Data': 'vaxel/u-100/' }),
    { kind: 'leg-held', ...facts, owner: { user: 'u-100', device: undefined, role: 'phone' } },
  ],
  [
    'nobody’s leg',
    callState('HELD', { 'Channel-Presence-Data': 'vaxel/u-100/x y' }),
    { kind: 'leg-held', ...facts, owner: undefined },
  ],
  [
    'a phone subscribes to a lamp',
    probed({}),
    {
      kind: 'lamp-asked',
      at,
      lamp: { kind: 'vaxel', name: '100', domain: 'anka.example' },
      subscription: 'abc@192.0.2.7',
      watcher: '101-desk@anka.example',
      expires: 600,
    },
  ],
  ['a shutdown', stamped({ 'Event-Name': 'SHUTDOWN' }), { kind: 'shutdown', at }],
  [
    'a job ends',
    stamped({ 'Event-Name': 'BACKGROUND_JOB', 'Job-UUID': 'j1', _body: '+OK' }),
    { kind: 'job-ended', at, job: 'j1', said: '+OK' },
  ],
];

for (const [what, headers, event] of cases) {
  t.test(what, async (t) => {
    t.strictSame(readEvent(headers), event);
  });
}

const unreadable: readonly (readonly [headers: EslHeaders, why: string])[] = [
  [callState('DOWN'), 'CHANNEL_CALLSTATE DOWN'],
  [probed({ to: 'park+1@anka.example' }), 'PRESENCE_PROBE of park+1@anka.example is not for us'],
  [probed({ 'sub-call-id': '' }), 'PRESENCE_PROBE of vaxel+100@Anka.example is not for us'],
  [{}, 'nameless event without a readable Event-Date-Timestamp'],
  [
    { ...leg, 'Event-Name': 'CHANNEL_ANSWER', 'Event-Date-Timestamp': '1e9' },
    'CHANNEL_ANSWER without a readable Event-Date-Timestamp',
  ],
  [stamped({ 'Event-Name': 'CHANNEL_ANSWER' }), 'CHANNEL_ANSWER without Unique-ID'],
  [stamped({ 'Event-Name': 'DTMF' }), 'DTMF is not for us'],
  [{ ...leg, 'Event-Name': 'CHANNEL_STATE' }, 'CHANNEL_STATE is not for us'],
  [
    { ...leg, 'Event-Name': 'CHANNEL_BRIDGE', 'Bridge-B-Unique-ID': undefined },
    'leg-bridged without Bridge-A-Unique-ID or Bridge-B-Unique-ID',
  ],
  [custom('valet_parking::info', {}), 'valet_parking::info without Valet-Lot-Name'],
  [stamped({ 'Event-Name': 'CUSTOM' }), 'CUSTOM without Event-Subclass is not for us'],
  [custom('sofia::register', { 'from-user': 'x' }), 'a registration without user and host'],
  [custom('sofia::gateway_state', {}), 'sofia::gateway_state without Gateway'],
  [
    custom('vm::maintenance', { 'VM-Action': 'mwi-update' }),
    'vm::maintenance without VM-Action, VM-User or VM-Domain',
  ],
  [
    stamped({ 'Event-Name': 'MESSAGE_WAITING', 'MWI-Message-Account': '100' }),
    'MESSAGE_WAITING without a readable account and count',
  ],
];

for (const [headers, why] of unreadable) {
  t.test(`ignored: ${why}`, async (t) => {
    t.strictSame(readEvent(headers), { kind: 'ignored', why });
  });
}

t.test('every event we ask for is one we read', async (t) => {
  const read = new Set(
    cases.map(([, headers]) =>
      headers['Event-Name'] === 'CUSTOM' ? headers['Event-Subclass'] : headers['Event-Name'],
    ),
  );
  for (const name of [...LEG_EVENTS, ...LINE_EVENTS, ...EVENTS].filter((name) => name !== 'CUSTOM'))
    t.ok(read.has(name), name);
});

t.test(
  'an event of a leg that is read in parts says the same as one that is read whole',
  async (t) => {
    const names = [...new Set(cases.flatMap(([, headers]) => Object.keys(headers)))];
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '\\\\', '"Unique-ID":"x"'),
    );
    const ofLeg = fc.constantFrom('CHANNEL_CALLSTATE', 'CHANNEL_BRIDGE', 'CHANNEL_ANSWER');
    fc.assert(
      fc.property(ofLeg, fc.dictionary(fc.constantFrom(...names), text), (name, given) => {
        const body = Buffer.from(
          JSON.stringify(Object.assign({ 'Event-Name': name }, given, { 'Event-Name': name })),
        );
        const json = body.toString('latin1');
        const [whole, parts] = [readEvent(parseEventJson(body)), readEvent(readEventJson(json))];
        // What else was written on a leg is nothing to its line.
        const without = (event: object) => JSON.stringify({ ...event, markers: {} });
        return without(whole) === without(parts);
      }),
    );
    const latin1 = '{"Event-Name":"CHANNEL_BRIDGE","Caller-Caller-ID-Name":"\xc5sa"}';
    t.equal(readEventJson(latin1)['Caller-Caller-ID-Name'], 'Åsa');
    t.throws(() => readEventJson('{"Event-Name":"CHANNEL_BRIDGE","Unique-ID":"a'), SyntaxError);
  },
);

t.test('any headers give an event or a reason', async () => {
  const names = [...new Set(cases.flatMap(([, headers]) => Object.keys(headers)))];
  const values = [...new Set(cases.flatMap(([, headers]) => Object.values(headers)))];
  const name = fc.oneof(fc.constantFrom(...names), fc.string());
  const value = fc.oneof(fc.constantFrom(...values), fc.string());
  fc.assert(
    fc.property(fc.dictionary(name, value), (headers) => {
      const event = readEvent(headers);
      return event.kind !== 'ignored' || event.why !== '';
    }),
  );
});
