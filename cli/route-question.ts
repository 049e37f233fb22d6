import { readE164, readExtension } from '../common/phone-number.ts';
import type { LegId } from '../daemon/call/event.ts';
import type { Question } from '../daemon/call/question.ts';
import { calleeAt } from '../daemon/routing/callee.ts';
import type { Organisation } from '../daemon/routing/directory.ts';
import { type Refused, refused } from './command.ts';

/** A call that somebody thinks of. */
export interface Imagined {
  readonly from: string | undefined;
  readonly to: string;
  readonly name: string;
  readonly hidden: boolean;
}

/** The question FreeSWITCH would ask: an extension calls from its first device, all else through a trunk. */
export function imagine(
  { from, to, name, hidden }: Imagined,
  organisation: Organisation,
): Question | Refused {
  const common = {
    leg: 'imagined' as LegId,
    callerName: name,
    callerHidden: hidden,
    again: undefined,
  };
  const extension = from === undefined ? undefined : readExtension(from);
  const colleague = extension && organisation.users.get(extension);
  if (colleague !== undefined) {
    const device = colleague.devices.find((each) => each.kind !== 'mobile');
    if (device === undefined) {
      return refused('no-device', `${colleague.name} has no device to call from`);
    }
    const { username } = device;
    return {
      ...common,
      from: { kind: 'device', username, domain: organisation.domain },
      callerNumber: colleague.extension,
      dialled: to,
    };
  }
  const called = readExtension(to);
  const user = called && calleeAt(organisation, called)?.user;
  if (user !== undefined && user.numbers[0] === undefined) {
    return refused(
      'no-number',
      `${user.name} has no number that one could call from outside: say --from <extension>`,
    );
  }
  const number = from === undefined ? undefined : readE164(from, organisation);
  if (from !== undefined && number === undefined) {
    return refused('bad-number', `${from} is neither an extension here nor a phone number`);
  }
  return {
    ...common,
    from: { kind: 'trunk', address: organisation.trunks[0]?.host ?? '' },
    callerNumber: number ?? '',
    dialled: user?.numbers[0] ?? readE164(to, organisation) ?? to,
  };
}
