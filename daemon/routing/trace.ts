import type { Bilingual } from '../../common/activity.ts';
import type { Extension } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { Barred } from './barred.ts';

/** One rule that was asked, and what it said. Read top to bottom it explains the plan. */
export interface TraceStep {
  readonly rule: string;
  readonly because: string;
  /** A call to the public network was not let out. */
  readonly barred?: Barred;
  /** A team was called, and this is one of its people. */
  readonly member?: AskedMember;
  /** Texts that the caller hears as the sysadmin recorded them. */
  readonly recorded?: readonly string[];
}

/** Whether a member of a team is rung, and why. */
export interface AskedMember {
  readonly team: { readonly extension: Extension; readonly name: string };
  readonly name: string;
  readonly fate: MemberFate;
}

export type MemberFate =
  | { readonly kind: 'rung' }
  /** It is the member who calls. */
  | { readonly kind: 'caller' }
  /** The call was the member's before it came to the team. */
  | { readonly kind: 'has-had-it' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'away'; readonly activity: Bilingual; readonly endsAt: EpochMs | undefined }
  | { readonly kind: 'busy'; readonly calls: number }
  | { readonly kind: 'no-device' };
