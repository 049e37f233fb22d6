import { type Plan, type RingLeg, rungAt } from '../routing/plan.ts';

/**
 * Where a plan leads, as one short word: what two decisions are compared by.
 * Two that a caller cannot tell apart are the same.
 */
export function outcomeOf(plan: Plan): string {
  switch (plan.kind) {
    case 'ring':
      return `ring ${rungAt(plan)}: ${plan.legs.map(rungLeg).join(', ')}`;
    case 'referral':
      return `referral ${plan.then.mailbox}`;
    case 'voicemail':
    case 'unheard':
    case 'mailbox':
      return `${plan.kind} ${plan.mailbox}`;
    case 'out':
      return `out ${plan.to}`;
    case 'refuse':
      return `refuse ${plan.sip}`;
    case 'announce':
    case 'menu':
    case 'record':
    case 'pickup':
    case 'which-mailbox':
    case 'silence':
    case 'native':
      return plan.kind;
  }
}

const rungLeg = ({ device, member }: RingLeg): string =>
  member === undefined ? device.label : `${device.label} of ${member}`;
