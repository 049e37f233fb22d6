import { epochMs } from '../../common/time.ts';
import type { MenuAsks, MenuGreeting } from '../call/question.ts';

/** What a menu asks for, as the channel variable `vx_menu` holds it. */
export function writeMenu(asks: MenuAsks): string {
  switch (asks.for) {
    case 'activity':
    case 'greetings-open':
    case 'greetings':
    case 'greeting-activity':
    case 'greeting-end':
      return asks.for;
    case 'end':
      return `end-${asks.position}`;
    case 'greeting':
    case 'recorded':
    case 'take': {
      const { occasion, activity, endsAt } = asks.greeting;
      return [asks.for, occasion, activity ?? '', endsAt ?? ''].join('_');
    }
  }
}

/** @returns that of the first menu for what nobody wrote. */
export function readMenu(text: string): MenuAsks {
  const plain = PLAIN.find((each) => each === text);
  if (plain !== undefined) return { for: plain };
  const [, position] = /^end-(\d{1,2})$/.exec(text) ?? [];
  if (position !== undefined) return { for: 'end', position: Number(position) };
  const [, step, name, activity = '', end = ''] =
    /^(greeting|recorded|take)_([a-z-]+)_(\w*)_(\d*)$/.exec(text) ?? [];
  const kind = STEPS.find((each) => each === step);
  const occasion = OCCASIONS.find((each) => each === name);
  if (kind === undefined || occasion === undefined) return { for: 'activity' };
  const greeting: MenuGreeting = {
    occasion,
    ...(activity !== '' && { activity }),
    ...(end !== '' && { endsAt: epochMs(Number(end)) }),
  };
  return { for: kind, greeting };
}

const PLAIN = [
  'activity',
  'greetings-open',
  'greetings',
  'greeting-activity',
  'greeting-end',
] as const;
const STEPS = ['greeting', 'recorded', 'take'] as const;
const OCCASIONS = ['always', 'busy', 'no-answer', 'activity'] as const;
