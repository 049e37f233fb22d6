import { english } from '../voice/english.ts';
import type { ReturnTime } from './return-time.ts';
import { digits, type ReferralWording } from './wording.ts';

const { number, minute, day, year, months, weekdays, clock } = english;

export const inEnglish: ReferralWording = {
  words: english,
  someone: 'The person you are calling',
  notAvailable: 'is not available',
  absent: 'Absent',
  spokenEnd,
  shownEnd: (end) =>
    [
      end.afterHours || end.minute === undefined ? 'back' : 'until',
      shownDay(end),
      end.minute === undefined ? '' : digits(end.minute),
    ]
      .filter((part) => part !== '')
      .join(' '),
  press: 'Press',
  choice: (choice) => {
    switch (choice.kind) {
      case 'message':
        return 'to leave a message';
      case 'colleague':
        return `for ${choice.name === '' ? 'a colleague' : choice.name}`;
      case 'team':
        return `for ${choice.name === '' ? 'the team' : choice.name}`;
      case 'switchboard':
        return 'for the switchboard';
      case 'mobile':
        return 'for the mobile phone';
      case 'elsewhere':
        return 'to be connected';
      case 'ring-back':
        return 'to be called back when the person has returned';
    }
  },
  signs: { '&': 'and', '+': 'plus', '%': 'percent' },
};

const WORDS = { back: 'back', until: 'until', soon: 'by' } as const;

/** "back at one P M", "back on Monday at one P M"; but "until one P M", "until Monday at one P M". */
function spokenEnd(end: ReturnTime): string {
  const { word, minute: time } = end;
  const day = spokenDay(end);
  const on = word === 'back' && end.daysAhead > 1 ? 'on ' : '';
  const at = word === 'back' || day !== '' ? 'at ' : '';
  const parts = [WORDS[word], `${on}${day}`, time === undefined ? '' : `${at}${spokenClock(time)}`];
  return parts.filter((part) => part !== '').join(' ');
}

function spokenDay({ daysAhead, date, otherYear, minute: time }: ReturnTime): string {
  if (daysAhead === 0) return time === undefined ? 'today' : '';
  // Tonight's midnight is nobody's tomorrow.
  if (daysAhead === 1) return time === 0 ? '' : 'tomorrow';
  const weekday = weekdays[date.weekday - 1] ?? '';
  if (daysAhead < 7) return weekday;
  const month = months[date.month - 1] ?? '';
  return `${weekday} ${day(date.day)} ${month}${otherYear ? ` ${year(date.year)}` : ''}`;
}

function spokenClock(time: number): string {
  if (time === 0) return 'midnight';
  if (time === 720) return 'noon';
  const hour = Math.floor(time / 60);
  const past = time % 60;
  const half = (hour < 12 ? clock.am : clock.pm) ?? '';
  return `${number(hour % 12 === 0 ? 12 : hour % 12)}${past === 0 ? '' : ` ${minute(past)}`} ${half}`;
}

function shownDay({ daysAhead, date, otherYear, minute: time }: ReturnTime): string {
  if (daysAhead === 0) return time === undefined ? 'today' : '';
  if (daysAhead === 1) return time === 0 ? '' : 'tomorrow';
  if (daysAhead < 7) return (weekdays[date.weekday - 1] ?? '').slice(0, 3);
  const month = (months[date.month - 1] ?? '').slice(0, 3);
  return `${date.day} ${month}${otherYear ? ` ${date.year}` : ''}`;
}
