import t from 'tap';
import type { E164, Extension } from '../../../common/phone-number.ts';
import {
  type DirectoryDomain,
  type DirectoryPerson,
  type DirectoryTeam,
  directoryXml,
} from '../../../daemon/freeswitch/directory-xml.ts';

const person = (extension: string, ...devices: readonly string[]): DirectoryPerson => ({
  id: `u-${extension}`,
  extension: extension as Extension,
  name: 'Anna Berg',
  language: 'sv',
  numbers: [],
  pinHash: 'p',
  mayCall: undefined,
  outward: { number: undefined, hidden: false },
  devices: devices.map((username) => ({ id: `d-${username}`, username, a1Hash: 'h' })),
});

const anka: DirectoryDomain = {
  domain: 'anka.example',
  zone: 'Europe/Stockholm',
  language: 'sv',
  areaCode: '8',
  voicemailCode: '*98',
  trunks: [],
  mainNumber: '+46812345600' as E164,
  mayCall: '^',
  people: [person('100', '100-app', '100-desk'), person('101', '101-desk'), person('102')],
  teams: [],
  guests: [],
  canary: { host: '127.0.0.1', a1Hash: 'c' },
};

async function xmlOf(teams: DirectoryDomain['teams']): Promise<string> {
  let xml = '';
  for await (const part of directoryXml([{ ...anka, teams }])) xml += part;
  return xml;
}

const team = (members: readonly DirectoryPerson[], mailbox?: string): DirectoryTeam => ({
  ...{ extension: '200' as Extension, language: 'sv', numbers: [], pinHash: 'p', members },
  mailbox: mailbox as Extension | undefined,
});

const userOf = (xml: string, id: string): string =>
  new RegExp(`<user id="${id}">.*</user>`).exec(xml)?.[0] ?? '';

t.test('a team is found beside the people, and nobody registers as it', async (t) => {
  const xml = await xmlOf([team(anka.people.slice(0, 2))]);
  const domain = xml.slice(0, xml.indexOf('</domain>'));
  t.equal(domain.split('<groups>').length, 2, 'FreeSWITCH looks into the first groups alone');
  t.match(domain, '<user id="200">');
  t.match(userOf(xml, '200'), '<param name="sip-forbid-register" value="true"/>');
  t.match(userOf(xml, '200'), '<param name="vm-a1-hash" value="p"/>');
});

t.test('a number leads to the team that has it, as to a person', async (t) => {
  const numbers = ['+46812345620' as E164];
  const xml = await xmlOf([{ ...team(anka.people), numbers }]);
  t.match(
    userOf(xml.slice(xml.indexOf('name="vaxel-numbers"')), '[+]46812345620'),
    '<variable name="vaxel_extension" value="200"/><variable name="vaxel_domain" value="anka.example"/>',
  );
});

t.test('a team rings every device of every member, each marked with whose it is', async (t) => {
  const dial = /name="dial-string" value="([^"]*)"/;
  const xml = userOf(await xmlOf([team(anka.people)]), '200');
  t.equal(
    dial.exec(xml)?.[1],
    '{ignore_early_media=true,sip_invite_domain=anka.example}' +
      '[presence_data=vaxel/u-100/d-100-app]${sofia_contact(vaxel/100-app@anka.example)},' +
      '[presence_data=vaxel/u-100/d-100-desk]${sofia_contact(vaxel/100-desk@anka.example)},' +
      '[presence_data=vaxel/u-101/d-101-desk]${sofia_contact(vaxel/101-desk@anka.example)}',
  );
  const empty = userOf(await xmlOf([team(anka.people.slice(2))]), '200');
  t.equal(dial.exec(empty)?.[1], 'error/USER_NOT_REGISTERED');
});

t.test('what a team’s native dialplan goes by: whose voicemail, or nobody’s', async (t) => {
  const told = async (mailbox?: string) =>
    /name="vaxel_team" value="([^"]*)"/.exec(
      userOf(await xmlOf([team(anka.people, mailbox)]), '200'),
    )?.[1];
  t.equal(await told(), 'hang-up');
  t.equal(await told('101'), '101');
});
