import t from 'tap';
import { TRUNK_TRUSTS, type TrunkTrust } from '../../../common/trunk-trust.ts';
import type { Identity } from '../../../daemon/call/question.ts';
import { readQuestion } from '../../../daemon/esl/route-question.ts';
import { whatWasSeen } from '../../../daemon/decisions/seen.ts';
import type { Trunk } from '../../../daemon/routing/directory.ts';
import { anka } from '../../support/office.ts';
import {
  decide,
  fromOutside,
  type Known,
  now,
  OUTSIDE,
  today,
} from '../../support/office-today.ts';

const SHOWN = '+46812345999';
const trunk = (trust: TrunkTrust, host = '192.0.2.1'): Trunk => ({
  ...{ id: `t-${host}`, name: 'first', host, referralMedia: 'answered', trust },
});

/** A call to Anna, who is at lunch; the caller is her VIP under one number, unless told. */
function called(
  identity: Identity,
  trunks: readonly Trunk[],
  { hidden = false, of = '100', ...known }: Known & { hidden?: boolean } = { vip: true },
) {
  const world = today({ '100': { activity: 'lunch' } }, [{ of, ...known }], {
    trunks: [...trunks],
  });
  const question = fromOutside({
    ...{ identity, callerHidden: hidden, callerNumber: identity.asserted ?? identity.from },
  });
  const { plan } = decide(question, world);
  return { plan, seen: whatWasSeen(question, plan, world, now).caller };
}

t.test('a VIP is one whose number the trunk is trusted to write', async (t) => {
  const written: readonly (readonly [Identity, least: TrunkTrust])[] = [
    [{ from: SHOWN, asserted: OUTSIDE }, 'asserted'],
    [{ from: OUTSIDE, asserted: OUTSIDE }, 'asserted'],
    [{ from: SHOWN, remoteParty: OUTSIDE }, 'remote-party'],
    [{ from: OUTSIDE }, 'from'],
  ];
  for (const [identity, least] of written) {
    for (const trust of TRUNK_TRUSTS) {
      const isEnough = TRUNK_TRUSTS.indexOf(trust) >= TRUNK_TRUSTS.indexOf(least);
      const { plan, seen } = called(identity, [trunk(trust)]);
      const what = `${JSON.stringify(identity)}, trusted ${trust}`;
      t.equal(plan.kind, isEnough ? 'ring' : 'referral', what);
      t.equal(seen.mark, isEnough ? 'vip' : undefined, what);
    }
  }
  const asked = fromOutside();
  const world = today({ '100': { activity: 'lunch' } }, [{ of: '100', vip: true }], {
    trunks: [trunk('nobody')],
  });
  t.equal(decide(asked, world).plan.kind, 'ring', 'a call that is imagined is taken at its word');
  const stolen = called({ from: OUTSIDE, asserted: '+46709999999' }, [trunk('from')]);
  t.equal(stolen.plan.kind, 'referral', 'what is asserted goes before From');
});

t.test('what is shown is From, and who it is where that is no number', async (t) => {
  const shown = (identity: Identity, trust: TrunkTrust = 'asserted') => {
    const { plan } = called(identity, [trunk(trust)]);
    return plan.kind === 'ring' ? plan.shown : undefined;
  };
  t.match(shown({ from: SHOWN, asserted: OUTSIDE }), { number: SHOWN, name: 'Eva Lund' });
  t.match(shown({ from: 'trunk-17', asserted: OUTSIDE }), { number: OUTSIDE });
  t.match(shown({ from: 'anonymous', asserted: OUTSIDE }), undefined, 'hidden, and no VIP');
});

t.test('who hides is nobody’s VIP, and kept out by whatever number there is', async (t) => {
  const asserted = { from: 'anonymous', asserted: OUTSIDE };
  t.equal(called(asserted, [trunk('from')], { vip: true, hidden: true }).plan.kind, 'referral');
  const kept = called(asserted, [trunk('asserted')], { blocked: true, hidden: true });
  t.match(kept.plan, { kind: 'refuse', sip: 486 });
  t.match(kept.seen, { hidden: true, number: '', name: '', mark: 'blocked' }, 'and nobody learns');
  for (const identity of [{ from: OUTSIDE }, { from: OUTSIDE, asserted: SHOWN }]) {
    const { plan } = called(identity, [trunk('nobody')], { blocked: true });
    t.match(plan, { kind: 'refuse' }, 'a From that nobody vouches for is enough to keep out');
  }
  const unsaid = called({ from: 'anonymous', asserted: OUTSIDE }, [trunk('nobody')], {
    ...{ blocked: true, hidden: true },
  });
  t.equal(unsaid.plan.kind, 'referral', 'what nobody is trusted to write is not looked at');
});

t.test('a trunk that cannot be told by its address is the least trusted of them', async (t) => {
  const by = (...trunks: readonly Trunk[]) =>
    called({ from: SHOWN, asserted: OUTSIDE }, trunks).plan.kind;
  const [here, named] = [trunk('asserted'), trunk('nobody', 'sip.carrier.example')];
  t.equal(by(here, named), 'ring', 'this one is known');
  t.equal(by(trunk('asserted', '192.0.2.9'), named), 'referral');
  t.equal(by(trunk('asserted', '192.0.2.9:5060')), 'ring', 'there is no other');
  t.equal(anka.trunks[0]?.trust, undefined, 'a picture from before there was such a thing');
});

t.test('each header is read for itself, whichever FreeSWITCH shows', async (t) => {
  const read = (more: Readonly<Record<string, string>>) => {
    const headers = new Map([
      ['Unique-ID', '7c0e1d52-0000-4000-8000-000000000001'],
      ['Caller-Destination-Number', '+46812345600'],
      ['Caller-Context', 'vaxel-trunks'],
      ['variable_sip_network_ip', '192.0.2.1'],
      ...Object.entries(more),
    ]);
    const question = readQuestion(headers);
    return 'kind' in question ? question.why : question.identity;
  };
  t.strictSame(
    read({
      variable_sip_from_user: '%2B46812345999',
      variable_sip_i_p_asserted_identity:
        'ARRAY::%22Eva%22%20%3Csip%3A%2B46701111111%40c.example%3E|:tel%3A%2B46701111112',
      'variable_sip_Remote-Party-ID': '%3Csip%3A08123%40c.example%3E%3Bparty%3Dcalling',
    }),
    { asserted: '+46701111111', remoteParty: '08123', from: SHOWN },
  );
  t.strictSame(read({ variable_sip_from_user: 'anonymous' }), { from: 'anonymous' });
  t.strictSame(read({ 'variable_sip_P-Asserted-Identity': '0701111111' }), {
    ...{ asserted: '0701111111', from: '' },
  });
});
