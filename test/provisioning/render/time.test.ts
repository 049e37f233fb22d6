import t, { type Test } from 'tap';
import { readFileName } from '../../../provisioning/files/file-name.ts';
import { findModel } from '../../../provisioning/models/find.ts';
import { renderFile } from '../../../provisioning/render/render-file.ts';
import { timeRule } from '../../../provisioning/render/time-rule.ts';
import { officePhone } from '../../support/desk-phones.ts';
import { readPolycomCfg } from '../../support/polycom-cfg.ts';
import { readYealinkCfg } from '../../support/yealink-cfg.ts';

const YEARS = Array.from({ length: 10 }, (_, i) => 2026 + i);

/** In milliseconds. */
const minutes = (count: number): number => count * 60_000;

/** Zones with summer time: minutes east in winter, and by how much the clock is moved. */
const zones = [
  ['Europe/Stockholm', 60, 60],
  ['Europe/Helsinki', 120, 60],
  ['Europe/London', 0, 60],
  ['America/New_York', -300, 60],
  ['America/St_Johns', -210, 60],
  ['Australia/Sydney', 600, 60],
  ['Australia/Lord_Howe', 630, 30],
] as const;

for (const [zone, winter, moved] of zones) {
  t.test(`a Yealink in ${zone} changes its clock when everybody does, 2026 to 2035`, async (t) => {
    const values = readYealinkCfg(rendered('T46U', '.cfg', zone));
    t.equal(values.get('local_time.time_zone'), zoneText(winter));
    t.equal(values.get('local_time.summer_time'), '1');
    t.equal(values.get('local_time.offset_time'), `${moved}`);
    for (const year of YEARS) {
      const starts = yealinkMoment(year, values.get('local_time.start_time'));
      const ends = yealinkMoment(year, values.get('local_time.end_time'));
      changesAt(t, zone, starts - minutes(winter), winter, winter + moved);
      changesAt(t, zone, ends - minutes(winter + moved), winter + moved, winter);
    }
  });

  t.test(`a Polycom in ${zone} does too`, async (t) => {
    const values = readPolycomCfg(rendered('VVX 450', '-settings.cfg', zone));
    t.equal(values.get('tcpIpApp.sntp.gmtOffset'), `${winter * 60}`);
    if (moved !== 60) return;
    for (const year of YEARS) {
      changesAt(
        t,
        zone,
        polycomMoment(year, values, 'start') - minutes(winter),
        winter,
        winter + 60,
      );
      changesAt(
        t,
        zone,
        polycomMoment(year, values, 'stop') - minutes(winter + 60),
        winter + 60,
        winter,
      );
    }
  });
}

const fixed = [
  ['UTC', '+0'],
  ['Asia/Kolkata', '+5:30'],
  ['Asia/Tokyo', '+9'],
  ['Atlantic/Reykjavik', '+0'],
  ['America/Phoenix', '-7'],
] as const;

for (const [zone, text] of fixed) {
  t.test(`in ${zone} nobody changes the clock, so no phone does`, async (t) => {
    const yealink = readYealinkCfg(rendered('T46U', '.cfg', zone));
    t.equal(yealink.get('local_time.time_zone'), text);
    t.equal(yealink.get('local_time.summer_time'), '0');
    const polycom = readPolycomCfg(rendered('VVX 450', '-settings.cfg', zone));
    t.equal(polycom.get('tcpIpApp.sntp.daylightSavings.enable'), '0');
  });
}

t.test('a zone whose summer follows the moon has none on a phone', async (t) => {
  t.equal(timeRule('Africa/Casablanca').summer, undefined);
});

t.test(
  'in Sweden a clock has 24 hours and its date the year first, unless somebody says otherwise',
  async (t) => {
    const yealink = readYealinkCfg(rendered('T46U', '.cfg', 'Europe/Stockholm'));
    t.equal(yealink.get('local_time.time_format'), '1');
    t.equal(yealink.get('local_time.date_format'), '2');
    const polycom = readPolycomCfg(rendered('VVX 450', '-settings.cfg', 'Europe/Stockholm'));
    t.equal(polycom.get('lcl.datetime.time.24HourClock'), '1');
    const said = new Map([
      ['time.clock', '12'],
      ['time.date', 'month-first'],
      ['time.zone', 'America/New_York'],
    ]);
    const american = readYealinkCfg(rendered('T46U', '.cfg', 'Europe/Stockholm', said));
    t.equal(american.get('local_time.time_format'), '0');
    t.equal(american.get('local_time.date_format'), '4');
    t.equal(american.get('local_time.time_zone'), '-5');
  },
);

function rendered(
  name: string,
  ending: string,
  zone: string,
  settings = new Map<string, string>(),
) {
  const model = findModel(name);
  if (model === undefined) throw new Error(name);
  const sane = officePhone(model, { settings });
  const phone = { ...sane, organisation: { ...sane.organisation, zone } };
  const file = readFileName(`${phone.mac}${ending}`);
  const bytes = file && renderFile(phone, file);
  if (bytes === undefined) throw new Error(`no ${ending}`);
  return bytes;
}

function zoneText(offset: number): string {
  const rest = Math.abs(offset) % 60;
  const hours = Math.floor(Math.abs(offset) / 60);
  return `${offset < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${rest}`}`;
}

/** The wall clock's moment of `month/week/weekday/hour`, as if Greenwich's; Sunday is 7. */
function yealinkMoment(year: number, text = ''): number {
  const [month = 0, week = 0, weekday = 0, hour = 0] = text.split('/').map(Number);
  return nth(year, month, week, weekday % 7, hour);
}

function polycomMoment(
  year: number,
  values: ReadonlyMap<string, string>,
  which: 'start' | 'stop',
): number {
  const value = (name: string) =>
    Number(values.get(`tcpIpApp.sntp.daylightSavings.${which}.${name}`));
  const week = value('dayOfWeek.lastInMonth') === 1 ? 5 : (value('date') - 1) / 7 + 1;
  return nth(year, value('month'), week, value('dayOfWeek') - 1, value('time'));
}

function nth(year: number, month: number, week: number, weekday: number, hour: number): number {
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const fitting = Array.from({ length: days }, (_, i) =>
    Date.UTC(year, month - 1, i + 1, hour),
  ).filter((day) => new Date(day).getUTCDay() === weekday);
  const found = week === 5 ? fitting.at(-1) : fitting[week - 1];
  if (found === undefined) throw new Error(`no week ${week} in ${year}-${month}`);
  return found;
}

function changesAt(t: Test, zone: string, moment: number, before: number, after: number): void {
  const when = new Date(moment).toISOString();
  t.equal(offsetAt(zone, moment - minutes(1)), before, `before ${when}`);
  t.equal(offsetAt(zone, moment), after, `at ${when}`);
}

function offsetAt(zone: string, moment: number): number {
  const shown = new Date(moment).toLocaleString('sv-SE', { timeZone: zone });
  return (Date.parse(`${shown.replace(' ', 'T')}Z`) - moment) / 60_000;
}
