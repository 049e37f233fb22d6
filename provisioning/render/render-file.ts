import type { FileName } from '../files/file-name.ts';
import { modelOf } from '../models/nearest.ts';
import { findModel } from '../models/find.ts';
import type { Model } from '../models/model.ts';
import type { Phone } from '../phone/phone.ts';
import { settingOf } from '../settings/read.ts';
import { polycomView } from './polycom-view.ts';
import { renderTemplate } from './template.ts';
import { sorted, withVendorKeys } from './vendor-keys.ts';
import { yealinkView } from './yealink-view.ts';

/**
 * The bytes of one of a phone's files: the same for the same phone on any day.
 * `undefined` for files that are not made from a phone: what phones write
 * themselves, what lies in a folder, the other vendor's, and those that are
 * never there.
 */
export function renderFile(phone: Phone, file: FileName): Buffer | undefined {
  if ('mac' in file && file.mac !== phone.mac) return undefined;
  const model = findModel(phone.model) ?? guess(phone.model);
  const text =
    model.vendor === 'Yealink' ? yealink(phone, model, file) : polycom(phone, model, file);
  return text === undefined ? undefined : Buffer.from(text, 'utf8');
}

/** For a model that the table had when the phone was added. */
const guess = (model: string): Model =>
  modelOf({
    vendor: /^(vvx|s[ps]ip|trio|edge|ccx|sound)/i.test(model) ? 'Polycom' : 'Yealink',
    model,
  }).model;

function yealink(phone: Phone, model: Model, { kind }: FileName): string | undefined {
  if (kind === 'config') {
    const template = model.family === 'dect' ? 'yealink/dect.cfg.njk' : 'yealink/phone.cfg.njk';
    return withVendorKeys(renderTemplate(template, yealinkView(phone, model)), phone.vendorKeys);
  }
  if (kind === 'yealink-common') return renderTemplate('yealink/common.cfg.njk', {});
  // Without a boot file the phone goes on to the other two, and keeps what no file says.
  return kind === 'yealink-boot' && settingOf(phone, 'provision.factory') === 'yes'
    ? renderTemplate('yealink/boot.njk', { files: [`${phone.mac}.cfg`] })
    : undefined;
}

function polycom(phone: Phone, model: Model, { kind }: FileName): string | undefined {
  if (kind === 'config' || kind === 'polycom-common') {
    const own = phone.vendorKeys.size === 0 ? [] : [`${phone.mac}-vendor.cfg`];
    return renderTemplate('polycom/master.cfg.njk', {
      application: settingOf(phone, 'firmware.url') || 'sip.ld',
      files: [...own, `${phone.mac}-settings.cfg`],
    });
  }
  if (kind === 'polycom-settings') {
    return renderTemplate('polycom/settings.cfg.njk', polycomView(phone, model));
  }
  if (kind !== 'polycom-vendor-keys') return undefined;
  const parameters = sorted(phone.vendorKeys).map(([name, value]) => ({ name, value }));
  return renderTemplate('polycom/vendor-keys.cfg.njk', { parameters });
}
