import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readFileName } from '../../../provisioning/files/file-name.ts';
import { MODELS } from '../../../provisioning/models/find.ts';
import type { Model } from '../../../provisioning/models/model.ts';
import { renderFile } from '../../../provisioning/render/render-file.ts';
import { polycomDirectory, yealinkPhoneBook } from '../../../provisioning/render/phone-book-xml.ts';
import { officePhone } from '../../support/desk-phones.ts';
import { golden } from '../../support/golden.ts';
import { readPolycomCfg, readPolycomMaster } from '../../support/polycom-cfg.ts';
import { readXml } from '../../support/strict-xml.ts';
import { readYealinkCfg } from '../../support/yealink-cfg.ts';

for (const model of MODELS) {
  t.test(`a ${model.vendor} ${model.name} gets the file that was read over`, async (t) => {
    const phone = officePhone(model);
    const bytes = rendered(phone.mac, model);
    golden(t, goldenName(model), bytes);
    if (model.vendor === 'Yealink') {
      const values = readYealinkCfg(bytes);
      t.equal(values.get('account.1.user_name'), '100-desk');
      t.equal(values.get('local_time.start_time'), '3/5/7/2');
    } else {
      const values = readPolycomCfg(bytes);
      t.equal(values.get('reg.1.auth.userId'), '100-desk');
      t.equal(values.get('tcpIpApp.sntp.daylightSavings.stop.dayOfWeek.lastInMonth'), '1');
    }
  });
}

t.test('xmllint, where there is one, finds no fault with any XML', async (t) => {
  const folder = t.testdir({});
  const paths: string[] = [];
  const put = (name: string, bytes: Buffer | undefined) => {
    if (bytes === undefined) throw new Error(`no ${name}`);
    paths.push(join(folder, `${name}.xml`));
    writeFileSync(join(folder, `${name}.xml`), bytes);
  };
  for (const model of MODELS.filter(({ vendor }) => vendor === 'Polycom')) {
    const phone = officePhone(model, { vendorKeys: new Map([['up.x', '<&"\'> AT&T; å']]) });
    put(`${model.name}-settings`, rendered(phone.mac, model));
    put(`${model.name}-master`, file(phone.mac, '.cfg', model));
    const name = readFileName(`${phone.mac}-vendor.cfg`);
    put(`${model.name}-vendor`, name && renderFile(phone, name));
    const entries = [{ name: 'AT&T; <Ek> &eacute;', numbers: ['100'] }];
    put(`${model.name}-directory`, await polycomDirectory(phone, { name: 'Anka', entries }));
    put('phone-book', await yealinkPhoneBook({ name: 'Anka', entries }));
  }
  for (const path of paths) t.doesNotThrow(() => readXml(readFileSync(path)), path);
  const { error, status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', ...paths]);
  if (error === undefined) t.strictSame([status, stderr.toString()], [0, '']);
  else t.comment('no xmllint on PATH: our own reader alone has looked');
});

t.test('a Polycom is sent to the file with its settings', async (t) => {
  const [model] = MODELS.filter(({ name }) => name === 'VVX 450');
  if (model === undefined) throw new Error('no VVX 450 in the table');
  const phone = officePhone(model);
  const master = file(phone.mac, '.cfg', model);
  t.strictSame(readPolycomMaster(master), {
    application: 'sip.ld',
    files: [`${phone.mac}-settings.cfg`],
  });
});

function rendered(mac: string, model: Model): Buffer {
  return file(mac, model.vendor === 'Yealink' ? '.cfg' : '-settings.cfg', model);
}

function file(mac: string, ending: string, model: Model): Buffer {
  const name = readFileName(`${mac}${ending}`);
  const bytes = name && renderFile(officePhone(model), name);
  if (bytes === undefined) throw new Error(`no ${ending} for a ${model.name}`);
  return bytes;
}

function goldenName({ vendor, name }: Model): string {
  return `phones/${name.replaceAll(' ', '-')}.${vendor === 'Yealink' ? 'cfg' : 'xml'}`;
}
