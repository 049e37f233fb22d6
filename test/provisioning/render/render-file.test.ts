import t from 'tap';
import { readFileName, type FileName } from '../../../provisioning/files/file-name.ts';
import { findModel } from '../../../provisioning/models/find.ts';
import type { Phone } from '../../../provisioning/phone/phone.ts';
import { renderFile } from '../../../provisioning/render/render-file.ts';
import { annasLine, macOf, officePhone } from '../../support/desk-phones.ts';
import { readPolycomCfg, readPolycomMaster } from '../../support/polycom-cfg.ts';
import {
  polycomAccounts,
  polycomLamps,
  yealinkAccounts,
  yealinkLamps,
} from '../../support/told-accounts.ts';
import { readYealinkBoot, readYealinkCfg } from '../../support/yealink-cfg.ts';

const t46u = phoneOf('T46U');
const vvx = phoneOf('VVX 450');
const w80 = phoneOf('W80DM');

t.test('which files are made from a phone, and which are somebody else’s', async (t) => {
  const endings = [
    '.cfg',
    '.boot',
    '-local.cfg',
    '-settings.cfg',
    '-vendor.cfg',
    '-phone.cfg',
    '-license.cfg',
    '-directory.xml',
    '-app.log',
    '.enc',
  ];
  const made = (phone: Phone) =>
    endings.filter((ending) => renderFile(phone, fileOf(phone, ending)) !== undefined);
  t.strictSame(made(t46u), ['.cfg']);
  t.strictSame(made(vvx), ['.cfg', '-settings.cfg', '-vendor.cfg']);
  const common: readonly FileName[] = [
    { kind: 'yealink-common-boot' },
    { kind: 'yealink-common', number: 108 },
    { kind: 'polycom-common' },
    { kind: 'polycom-common-license' },
    { kind: 'phone-book' },
    { kind: 'resource', name: 'sip.ld' },
  ];
  const named = (phone: Phone) =>
    common.filter((file) => renderFile(phone, file)).map(({ kind }) => kind);
  t.strictSame(named(t46u), ['yealink-common']);
  t.strictSame(named(vvx), ['polycom-common']);
});

t.test(
  'a phone that reads its file knows where to register, as whom, and what to watch',
  async (t) => {
    const account = {
      username: '100-desk',
      password: 'b3rg-and-berries',
      domain: 'anka.example',
      host: 'sip.anka.example',
      port: 5060,
      transport: 'udp',
      voicemail: '*98',
    };
    t.strictSame(yealinkAccounts(yealink(t46u))[0], account);
    t.strictSame(polycomAccounts(polycom(vvx))[0], account);
    t.equal(yealinkAccounts(yealink(t46u)).length, 2);
    t.equal(polycomAccounts(polycom(vvx)).length, 2);
    t.strictSame(yealinkLamps(yealink(t46u)), [{ target: '102', pickup: '**102' }]);
    t.strictSame(polycomLamps(polycom(vvx)), [
      { target: '102', pickup: '**102' },
      { target: '701', pickup: '' },
    ]);
  },
);

t.test("another phone's file is not made from this one", async (t) => {
  t.equal(renderFile(t46u, { kind: 'config', mac: macOf('001565999999') }), undefined);
});

t.test('the common file of a Yealink holds nothing', async (t) => {
  const bytes = renderFile(t46u, { kind: 'yealink-common', number: 108 });
  t.equal(readYealinkCfg(bytes ?? Buffer.of()).size, 0);
});

t.test('factory state is asked for in the boot file, by whoever wants it', async (t) => {
  const phone = phoneOf('T46U', { settings: new Map([['provision.factory', 'yes']]) });
  const boot = readYealinkBoot(renderFile(phone, fileOf(phone, '.boot')) ?? Buffer.of());
  t.strictSame(boot, { overwrites: true, files: [`${phone.mac}.cfg`] });
});

t.test('vendor keys take the place of what the file says of them', async (t) => {
  const vendorKeys = new Map([
    ['features.intercom.allow', '1'],
    ['call_waiting.enable', '0'],
    ['static.security.user_password', 'admin:other'],
  ]);
  const values = yealink(phoneOf('T46U', { vendorKeys }));
  t.equal(values.get('call_waiting.enable'), '0');
  t.equal(values.get('features.intercom.allow'), '1');
  t.equal(values.get('static.security.user_password/admin'), 'other');
  const poly = phoneOf('VVX 450', { vendorKeys: new Map([['call.callWaiting.enable', '0']]) });
  const master = readPolycomMaster(renderFile(poly, fileOf(poly, '.cfg')) ?? Buffer.of());
  t.strictSame(
    master.files,
    [`${poly.mac}-vendor.cfg`, `${poly.mac}-settings.cfg`],
    'the first wins',
  );
});

t.test(
  'transport, ports, second server and speech encryption, as the phone or its line says',
  async (t) => {
    const lines = [
      annasLine,
      {
        ...annasLine,
        settings: new Map([
          ['sip.transport', 'tls'],
          ['sip.srtp', 'required'],
        ]),
      },
    ];
    const settings = new Map([
      ['sip.transport', 'tcp'],
      ['sip.second-server', 'sip2.anka.example:5070'],
      ['sip.keep-alive', '0'],
      ['audio.codecs', 'opus,pcma'],
    ]);
    const values = yealink(phoneOf('T46U', { lines, settings }));
    const of = (n: number, ...names: string[]) =>
      names.map((name) => values.get(`account.${n}.${name}`));
    const servers = ['sip_server.1.transport_type', 'outbound_proxy.1.port', 'srtp_encryption'];
    t.strictSame(of(1, ...servers), ['1', '5060', '0']);
    t.strictSame(of(2, ...servers), ['2', '5061', '2']);
    t.strictSame(of(1, 'outbound_proxy.2.address', 'outbound_proxy.2.port'), [
      'sip2.anka.example',
      '5070',
    ]);
    t.strictSame(of(1, 'nat.udp_update_enable', 'nat.udp_update_time'), ['0', undefined]);
    t.strictSame(of(1, 'codec.opus.priority', 'codec.pcma.priority', 'codec.g722.enable'), [
      '1',
      '2',
      '0',
    ]);
    const poly = polycom(phoneOf('VVX 450', { lines, settings }));
    t.equal(poly.get('reg.1.server.1.transport'), 'TCPOnly');
    t.equal(poly.get('reg.1.server.2.address'), 'sip2.anka.example');
    t.equal(poly.get('reg.2.server.1.port'), '5061');
    t.equal(poly.get('reg.2.srtp.require'), '1');
    t.equal(poly.get('sec.srtp.enable'), '1');
    t.equal(poly.get('voice.codecPref.Opus'), '1');
    t.equal(poly.get('voice.codecPref.G722'), '0');
  },
);

t.test('a Swede reads Swedish where the firmware has it', async (t) => {
  const desk = yealink(t46u);
  t.equal(desk.get('lang.gui'), 'English', 'desk phones have none of their own');
  const file = 'https://phones.anka.example/010.GUI.Swedish.lang';
  const taught = yealink(phoneOf('T46U', { settings: new Map([['language.file', file]]) }));
  t.equal(taught.get('lang.gui'), 'Swedish');
  t.equal(taught.get('gui_lang.url'), file);
  t.equal(yealink(w80).get('custom.handset.language'), '10');
  t.equal(polycom(vvx).get('lcl.ml.lang'), 'Swedish_Sweden');
  const english = phoneOf('VVX 450', { settings: new Map([['language', 'en']]) });
  t.equal(polycom(english).get('lcl.ml.lang'), 'English_United_Kingdom');
  t.equal(desk.get('voice.tone.country'), 'Sweden');
});

t.test('paging groups, picture, VLAN, web page, admin password and firmware', async (t) => {
  const settings = new Map([
    ['paging.groups', '239.255.0.1:5004=Alla;239.255.0.2:5004=Lager'],
    ['screen.logo', 'https://phones.anka.example/anka.png'],
    ['network.vlan', '20'],
    ['web', 'off'],
    ['firmware.url', 'https://phones.anka.example/T46U.rom'],
    ['phonebook', 'no'],
  ]);
  const desk = yealink(phoneOf('T46U', { settings }));
  t.equal(desk.get('multicast.listen_address.2.ip_address'), '239.255.0.2:5004');
  t.equal(desk.get('phone_setting.backgrounds'), 'Config:anka.png');
  t.equal(desk.get('static.network.vlan.internet_port_vid'), '20');
  t.equal(desk.get('static.wui.https_enable'), '0');
  t.equal(desk.get('static.firmware.url'), 'https://phones.anka.example/T46U.rom');
  t.equal(desk.get('features.remote_phonebook.enable'), '0');
  t.equal(desk.get('remote_phonebook.data.1.url'), undefined);
  t.equal(yealink(phoneOf('T42S', { settings })).get('phone_setting.lcd_logo.mode'), '2');
  const poly = phoneOf('VVX 450', { settings });
  const values = polycom(poly);
  t.equal(values.get('ptt.address'), '239.255.0.1');
  t.equal(values.get('ptt.pageMode.group.2.label'), 'Lager');
  t.equal(values.get('bg.color.bm.1.name'), 'https://phones.anka.example/anka.png');
  t.equal(values.get('device.net.vlanId'), '20');
  t.equal(values.get('httpd.enabled'), '0');
  t.equal(values.get('device.auth.localAdminPassword'), poly.adminPassword);
  const master = readPolycomMaster(renderFile(poly, fileOf(poly, '.cfg')) ?? Buffer.of());
  t.equal(master.application, 'https://phones.anka.example/T46U.rom');
});

t.test(
  'a DECT base has a handset for each account, and a manager a server set for each kind',
  async (t) => {
    const lines = Array.from({ length: 3 }, (_, i) => ({
      ...annasLine,
      label: `Lur ${i + 1}`,
      settings: new Map(i === 2 ? [['sip.transport', 'tls']] : []),
    }));
    const base = yealink(phoneOf('W70B', { lines }));
    t.equal(base.get('handset.3.name'), 'Lur 3');
    t.equal(base.get('account.3.sip_server.1.transport_type'), '2');
    t.equal(base.get('account.10.enable'), '0');
    const manager = yealink(phoneOf('W80DM', { lines }));
    t.equal(manager.get('account.1.sip_server.template'), '1');
    t.equal(manager.get('account.2.sip_server.template'), '1');
    t.equal(manager.get('account.3.sip_server.template'), '2');
    t.equal(manager.get('template.2.sip_server.1.transport_type'), '2');
    t.equal(manager.get('account.1.sip_server.1.address'), undefined);
  },
);

function phoneOf(name: string, changes: Partial<Phone> = {}): Phone {
  const model = findModel(name);
  if (model === undefined) throw new Error(name);
  return officePhone(model, changes);
}

function fileOf({ mac }: Phone, ending: string): FileName {
  const file = readFileName(`${mac}${ending}`);
  if (file === undefined) throw new Error(ending);
  return file;
}

function yealink(phone: Phone): ReadonlyMap<string, string> {
  return readYealinkCfg(renderFile(phone, fileOf(phone, '.cfg')) ?? Buffer.of());
}

function polycom(phone: Phone): ReadonlyMap<string, string> {
  return readPolycomCfg(renderFile(phone, fileOf(phone, '-settings.cfg')) ?? Buffer.of());
}
