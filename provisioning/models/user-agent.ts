import type { Vendor } from './model.ts';
import type { Mac } from '../phone/phone.ts';
import { readMac } from '../phone/mac.ts';

/** What a phone says of itself. It proves nothing: anybody can say it. */
export interface UserAgent {
  readonly vendor: Vendor;
  /** As the phone writes it: `T46U`, `VP-T49G`, `VVX_450`. */
  readonly model: string;
  readonly firmware: string;
  readonly mac: Mac | undefined;
}

/**
 * Total: the User-Agent of a Yealink or Polycom phone, fetching or registering;
 * `undefined` for anything else. A damaged MAC leaves the rest readable; two of them do not.
 */
export function readUserAgent(text: string): UserAgent | undefined {
  if (text.length > 300) return undefined;
  const yealink = YEALINK.exec(text)?.groups ?? YEALINK_WITHOUT_VENDOR.exec(text)?.groups;
  if (yealink !== undefined) return made('Yealink', yealink);
  const polycom = POLYCOM.exec(text)?.groups;
  return polycom === undefined ? undefined : made('Polycom', polycom);
}

function made(vendor: Vendor, parts: Readonly<Record<string, string | undefined>>): UserAgent {
  const { model = '', firmware = '', mac, serial, suffix } = parts;
  const said = mac ?? serial ?? suffix;
  return { vendor, model, firmware, mac: said === undefined ? undefined : readMac(said) };
}

/**
 * `Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37`, with `SIP`, `SIP-` or neither,
 * any number of spaces, and a hardware version or nothing in place of the MAC.
 */
const YEALINK =
  /^yealink[ -]+(?:SIP[ -])?(?<model>(?:VP-)?[A-Z]{1,2}\d{2,3}[A-Z]{0,2}(?:_E2)?) +(?<firmware>\d{1,5}(?:\.\d{1,5}){3})(?: +(?<mac>\S{1,40}))? *$/i;

const YEALINK_WITHOUT_VENDOR =
  /^(?<model>W52P|VP530P?) +(?<firmware>\d{1,5}(?:\.\d{1,5}){3})(?: +(?<mac>\S{1,40}))? *$/;

/**
 * `FileTransport PolycomVVX-VVX_500-UA/5.9.7.4477 (SN:0004f249d83f) Type/Application`.
 * SIP leaves the first word and the last out, and may hang the MAC on the version.
 */
const POLYCOM =
  /^(?:(?:FileTransport|Microbrowser\/[\d.]{1,9}|Polycom\/[\d.]{1,30}) +)?Poly(?:com)?[A-Za-z]{0,30}-(?<model>[A-Za-z]{1,10}_[A-Za-z]?\d{2,5})-UA\/(?<firmware>\d{1,5}(?:\.\d{1,6}){2,3})(?:_(?<suffix>[0-9a-f]{12}))?(?: +\(SN:(?<serial>[0-9A-Fa-f]{12})\))?(?: +Type\/(?:Application|Updater))? *$/;
