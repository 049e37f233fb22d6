import { createHash } from 'node:crypto';
import NodeCache from 'node-cache';
import type { Config } from '../../common/config.ts';
import type { Db } from '../../common/db/open.ts';
import { readPhoneSource } from '../../common/db/phone-source.ts';
import { phoneToken, type PhoneRecord } from '../../common/db/phones.ts';
import type { SecretBox } from '../../common/secret-box.ts';
import { contentTypeOf } from '../files/content-type.ts';
import type { FileName } from '../files/file-name.ts';
import { vendorOfModel } from '../phone/vendor-of-model.ts';
import { phoneOf } from '../phone/load-phone.ts';
import { phoneServer } from '../phone/server-address.ts';
import { renderFile } from '../render/render-file.ts';

/** One file as it goes over the wire. */
export interface Rendered {
  readonly bytes: Buffer;
  readonly type: string;
  /** Strong, of the bytes alone (RFC 9110 §8.8.3): the same content has the same one on any day. */
  readonly etag: string;
}

export interface Renderer {
  /** @returns undefined for what is not made from a phone. */
  file(wanted: Wanted): Promise<Rendered | undefined>;
  /** The same without remembering it, for looking through all phones. */
  fileAnew(wanted: Wanted): Promise<Rendered | undefined>;
}

export interface Wanted {
  readonly phone: PhoneRecord;
  /** What the phone runs, as it says now; undefined: as it said last. */
  readonly firmware: string | undefined;
  readonly file: FileName;
  readonly name: string;
}

export interface RendererDeps {
  readonly db: Db;
  readonly box: SecretBox;
  readonly config: Config;
  readonly revision: () => Promise<number>;
}

/** About 50 MB of files at most; the time is in seconds. */
const CACHE = { stdTTL: 600, checkperiod: 60, maxKeys: 5_000, useClones: false };

/** Renders, and keeps what was rendered until the database's revision moves. */
export function createRenderer({ db, box, config, revision }: RendererDeps): Renderer {
  const cache = new NodeCache(CACHE);

  async function fileAnew({ phone, firmware, file }: Wanted): Promise<Rendered | undefined> {
    const source = await readPhoneSource(db, box, phone.id);
    if (source === undefined) return undefined;
    const { id, tokenNumber, model } = source.phone;
    const server = phoneServer(config, vendorOfModel(model), phoneToken(box, id, tokenNumber));
    const described = phoneOf(source, server);
    const bytes = renderFile({ ...described, firmware: firmware ?? described.firmware }, file);
    return bytes && { bytes, type: contentTypeOf(file), etag: etagOf(bytes) };
  }

  return {
    fileAnew,
    file: async (wanted) => {
      const { phone, firmware = phone.firmware ?? '', name } = wanted;
      const key = `${phone.id} ${firmware} ${name.toLowerCase()}`;
      const now = await revision();
      const kept = cache.get<Kept>(key);
      if (kept?.revision === now) return kept.rendered;
      const rendered = await fileAnew(wanted);
      if (kept !== undefined || cache.getStats().keys < CACHE.maxKeys) {
        cache.set<Kept>(key, { revision: now, rendered });
      }
      return rendered;
    },
  };
}

interface Kept {
  readonly revision: number;
  readonly rendered: Rendered | undefined;
}

export const etagOf = (bytes: Buffer): string =>
  `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
