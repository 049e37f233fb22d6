import { readFileSync } from 'node:fs';
import {
  addTrunk,
  changeTrunk,
  listTrunksOf,
  removeTrunk,
  type TrunkChange,
} from '../common/db/trunks.ts';
import { TRUNK_TRUSTS, type TrunkTrust } from '../common/trunk-trust.ts';
import {
  type Command,
  type Done,
  done,
  type Invocation,
  type Outcome,
  type Refused,
  wrongUsage,
} from './command.ts';
import { table } from './print.ts';
import { refusedBecause } from './refusals.ts';
import { ORG } from './users.ts';
import { changed, inOrganisation } from './workplace.ts';

const add: Command = {
  words: 'trunk add',
  summary: 'add a way to the telephone network, tried after those there are',
  takes: ['<name>'],
  options: {
    host: { value: '<host:port>', required: true, summary: 'where the carrier is' },
    username: { value: '<text>', summary: 'where the carrier asks for one' },
    'password-file': { value: '<file>', summary: 'its password; or $VAXEL_TRUNK_PASSWORD' },
    password: { value: '<text>', summary: 'the same, seen by everyone on this machine' },
    register: { summary: 'register with the carrier' },
    org: ORG,
  },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const { args, values, switches } = invocation;
      const password = passwordOf(invocation);
      if (typeof password === 'object') return password;
      const wanted = {
        name: args[0] ?? '',
        host: values.get('host') ?? '',
        username: values.get('username'),
        password,
        register: switches.has('register'),
      };
      const result = await addTrunk(place.db, place.box, organisation.id, wanted, place.now);
      if (result.kind === 'refused') return refusedBecause(result.why);
      const { name, host } = result.trunk;
      return changed(place, invocation, done(result.trunk, `added ${name} to ${host}`));
    }),
};

const list: Command = {
  words: 'trunk list',
  summary: 'list the trunks in the order they are tried',
  takes: [],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, { db }) => {
      const trunks = await listTrunksOf(db, organisation.id);
      const rows = trunks.map((trunk) => [
        trunk.name,
        trunk.host,
        trunk.username ?? '',
        trunk.register ? 'yes' : 'no',
        trunk.trust,
      ]);
      return done(trunks, table(['NAME', 'HOST', 'USERNAME', 'REGISTERS', 'TRUSTS'], rows));
    }),
};

const remove: Command = {
  words: 'trunk remove',
  summary: 'remove a trunk',
  takes: ['<name>'],
  options: { org: ORG },
  run: async (invocation) =>
    inOrganisation(invocation, async (organisation, place) => {
      const name = invocation.args[0] ?? '';
      if (!(await removeTrunk(place.db, organisation.id, name))) {
        return refusedBecause('unknown-trunk');
      }
      return changed(place, invocation, done({ name }, `removed ${name}`));
    }),
};

const referral: Command = {
  words: 'trunk referral',
  summary:
    'how callers of a trunk hear a referral: answered (they pay), or early (some carriers mute it)',
  takes: ['<name>', 'answered|early'],
  options: { org: ORG },
  run: async (invocation) => {
    const [name = '', media = ''] = invocation.args;
    if (media !== 'answered' && media !== 'early') {
      return wrongUsage('a referral is heard either answered or early');
    }
    const outcome = done({ name, media }, `referrals on ${name} are ${media}`);
    return change(invocation, { referralMedia: media }, outcome);
  },
};

const trust: Command = {
  words: 'trunk trust',
  summary: 'what of a trunk’s calls says who calls: nobody, asserted, remote-party or from',
  takes: ['<name>', `<${TRUNK_TRUSTS.join('|')}>`],
  options: { org: ORG },
  run: async (invocation) => {
    const [name = '', text = ''] = invocation.args;
    const wanted = TRUNK_TRUSTS.find((each) => each === text);
    if (wanted === undefined) return refusedBecause('bad-trust');
    const words = `who calls by ${name}: ${TRUSTED[wanted]}`;
    return change(invocation, { trust: wanted }, done({ name, trust: wanted }, words));
  },
};

const TRUSTED: Readonly<Record<TrunkTrust, string>> = {
  nobody: 'nobody is vouched for, and no VIP is known',
  asserted: 'as P-Asserted-Identity says',
  'remote-party': 'as P-Asserted-Identity says, else Remote-Party-ID',
  from: 'as P-Asserted-Identity says, else Remote-Party-ID, else From',
};

const mobiles: Command = {
  words: 'trunk mobiles',
  summary: 'whether the carrier takes a person’s mobile number for the caller’s',
  takes: ['<name>', '<yes|no>'],
  options: { org: ORG },
  run: async (invocation) => {
    const [name = '', text = ''] = invocation.args;
    if (text !== 'yes' && text !== 'no') return wrongUsage('a trunk takes them, yes or no');
    const takes = text === 'yes';
    const words = `${name} ${takes ? 'takes' : 'does not take'} mobile numbers`;
    return change(invocation, { showsMobiles: takes }, done({ name, mobiles: takes }, words));
  },
};

export const trunkCommands: readonly Command[] = [add, list, remove, referral, trust, mobiles];

/** Of the trunk that is named first. */
const change = async (
  invocation: Invocation,
  wanted: TrunkChange,
  outcome: Done,
): Promise<Outcome> =>
  inOrganisation(invocation, async ({ id }, place) =>
    (await changeTrunk(place.db, id, invocation.args[0] ?? '', wanted))
      ? changed(place, invocation, outcome)
      : refusedBecause('unknown-trunk'),
  );

/** The variable counts only beside a user name: it may be set for another command. */
function passwordOf({ values, env }: Invocation): string | undefined | Refused {
  const file = values.get('password-file');
  if (file === undefined) {
    const variable = values.has('username') ? env['VAXEL_TRUNK_PASSWORD'] : undefined;
    return values.get('password') ?? variable;
  }
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return refusedBecause('password-file');
  }
}
