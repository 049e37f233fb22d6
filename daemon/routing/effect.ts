import type { E164, Extension } from '../../common/phone-number.ts';
import type { EpochMs } from '../../common/time.ts';
import type { LegId } from '../call/event.ts';
import type { MenuGreeting } from '../call/question.ts';
import type { ActivityId } from './activity.ts';
import type { Organisation, User } from './directory.ts';
import type { Destination, ForwardReason } from './presence.ts';

/** What a call changes beside itself. */
export type Effect =
  | ({
      readonly kind: 'set-status';
      readonly activity: ActivityId;
      readonly endsAt: EpochMs | undefined;
      /** By the voice menu; left out: by a code. */
      readonly by?: 'menu';
    } & Whose)
  | ({
      readonly kind: 'set-forward';
      readonly reason: ForwardReason;
      readonly to: Destination;
    } & Whose)
  | ({ readonly kind: 'clear-forward'; readonly reason: ForwardReason } & Whose)
  /** In place of those there were for the same occasion. */
  | ({
      readonly kind: 'keep-greeting';
      /** The call it was recorded on. */
      readonly take: LegId;
      readonly greeting: MenuGreeting;
      readonly replaces: readonly string[];
    } & Whose)
  | ({ readonly kind: 'remove-greetings'; readonly ids: readonly string[] } & Whose)
  /** The caller wants to be called when the person is back. */
  | ({
      readonly kind: 'recall';
      readonly caller: E164 | Extension;
      readonly callerName: string;
    } & Whose);

interface Whose {
  readonly organisation: Organisation;
  readonly user: User;
}
