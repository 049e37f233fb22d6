import { hash } from 'node:crypto';
import type { Config } from '../../common/config.ts';
import type { Db } from '../../common/db/open.ts';
import { readPhoneSource } from '../../common/db/phone-source.ts';
import { phoneToken } from '../../common/db/phones.ts';
import type { SecretBox } from '../../common/secret-box.ts';
import { contentTypeOf } from '../files/content-type.ts';
import { type FileName, readFileName } from '../files/file-name.ts';
import { renderFile } from '../render/render-file.ts';
import { phoneOf } from './load-phone.ts';
import type { Phone } from '../phone/phone.ts';
import { phoneServer } from './server-address.ts';
import { vendorOfModel } from '../models/nearest.ts';

/** One file as it goes over the wire. */
export interface Rendered {
  readonly bytes: Buffer;
  readonly type: string;
  /** Strong, of the bytes alone (RFC 9110 §8.8.3): the same content has the same one on any day. */
  readonly etag: string;
}

export interface PhoneSourceDeps {
  readonly db: Db;
  readonly box: SecretBox;
  readonly config: Config;
}

/** The phone as its files are made from it now. */
export async function readPhone(
  { db, box, config }: PhoneSourceDeps,
  phoneId: string,
): Promise<Phone | undefined> {
  const source = await readPhoneSource(db, box, phoneId);
  if (source === undefined) return undefined;
  const { id, tokenNumber, model } = source.phone;
  const token = phoneToken(box, id, tokenNumber);
  return phoneOf(source, phoneServer(config, vendorOfModel(model), token));
}

/** @returns undefined for what is not made from a phone. */
export function renderPhone(phone: Phone, file: FileName): Rendered | undefined {
  const bytes = renderFile(phone, file);
  return bytes && { bytes, type: contentTypeOf(file), etag: etagOf(bytes) };
}

/** Every file that is made from this phone alone, in the order it fetches them. */
export function filesOf(phone: Phone): readonly (Rendered & { readonly name: string })[] {
  return ENDINGS[vendorOfModel(phone.model)].flatMap((ending) => {
    const name = `${phone.mac}${ending}`;
    const file = readFileName(name);
    // Its list of files names this one only where there is something in it.
    if (file?.kind === 'polycom-vendor-keys' && phone.vendorKeys.size === 0) return [];
    const rendered = file && renderPhone(phone, file);
    return rendered === undefined ? [] : [{ ...rendered, name }];
  });
}

/** The same bytes have the same one on any day, and others another. */
export const etagOf = (bytes: Buffer): string =>
  `"${hash('sha256', bytes, 'base64url').slice(0, 27)}"`;

const ENDINGS = {
  Yealink: ['.boot', '.cfg'],
  Polycom: ['.cfg', '-vendor.cfg', '-settings.cfg'],
} as const;
