import { swedish } from '../voice/swedish.ts';
import type { ReturnTime } from './return-time.ts';
import { digits, type ReferralWording } from './wording.ts';

const { hour, minute, day, year, months, weekdays } = swedish;

export const inSwedish: ReferralWording = {
  words: swedish,
  someone: 'Personen du söker',
  notAvailable: 'är inte tillgänglig',
  absent: 'Frånvarande',
  spokenEnd: (end) =>
    [WORDS[end.word], spokenDay(end), spokenClock(end)].filter((part) => part !== '').join(' '),
  shownEnd: (end) =>
    [
      end.afterHours || end.minute === undefined ? 'åter' : 'till',
      shownDay(end),
      end.minute === undefined ? '' : digits(end.minute),
    ]
      .filter((part) => part !== '')
      .join(' '),
  press: 'Tryck',
  choice: (choice) => {
    switch (choice.kind) {
      case 'message':
        return 'för att lämna ett meddelande';
      case 'colleague':
        return `för ${choice.name === '' ? 'en kollega' : choice.name}`;
      case 'team':
        return `för ${choice.name === '' ? 'gruppen' : choice.name}`;
      case 'switchboard':
        return 'för växeln';
      case 'mobile':
        return 'för mobiltelefonen';
      case 'elsewhere':
        return 'för att kopplas vidare';
      case 'ring-back':
        return 'för att bli uppringd när personen är tillbaka';
    }
  },
  signs: { '&': 'och', '+': 'plus', '%': 'procent' },
};

const WORDS = { back: 'åter', until: 'till', soon: 'senast' } as const;

function spokenDay({ daysAhead, date, otherYear, minute }: ReturnTime): string {
  if (daysAhead === 0) return minute === undefined ? 'i dag' : '';
  // Tonight's midnight is nobody's tomorrow.
  if (daysAhead === 1) return minute === 0 ? '' : 'i morgon';
  const weekday = weekdays[date.weekday - 1] ?? '';
  if (daysAhead < 7) return weekday;
  const month = months[date.month - 1] ?? '';
  return `${weekday}en ${day(date.day)} ${month}${otherYear ? ` ${year(date.year)}` : ''}`;
}

function spokenClock({ minute: time, word }: ReturnTime): string {
  if (time === undefined) return '';
  if (time === 0) return word === 'until' ? 'midnatt' : 'vid midnatt';
  const past = time % 60;
  return `${hour(Math.floor(time / 60))}${past === 0 ? '' : ` ${minute(past)}`}`;
}

function shownDay({ daysAhead, date, otherYear, minute }: ReturnTime): string {
  if (daysAhead === 0) return minute === undefined ? 'i dag' : '';
  if (daysAhead === 1) return minute === 0 ? '' : 'i morgon';
  if (daysAhead < 7) return (weekdays[date.weekday - 1] ?? '').slice(0, 3);
  const month = (months[date.month - 1] ?? '').slice(0, 3);
  return `${date.day} ${month}${otherYear ? ` ${date.year}` : ''}`;
}
