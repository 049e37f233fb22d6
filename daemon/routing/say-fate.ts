import type { MemberFate } from './trace.ts';

/** Why a member of a team is rung or not, for the trace. */
export function sayFate(fate: MemberFate): string {
  switch (fate.kind) {
    case 'rung':
      return 'is rung';
    case 'caller':
      return 'is the one who calls';
    case 'has-had-it':
      return 'has had this call';
    case 'blocked':
      return 'has blocked the caller';
    case 'away':
      return `has ${fate.activity.en}, which no call to a team rings through`;
    case 'busy':
      return `is in ${fate.calls} ${fate.calls === 1 ? 'call' : 'calls'}, and is not to be rung`;
    case 'no-device':
      return 'has no device that rings';
  }
}
