import { phonePassword, phoneToken, type PhoneRecord } from '../common/db/phones.ts';
import { originFor } from '../provisioning/source/server-address.ts';
import { vendorOfModel } from '../provisioning/models/nearest.ts';
import type { Workplace } from './workplace.ts';

/** How a phone gets at its files, by each of the ways that are on. */
export interface PhoneAccess {
  /** For this phone alone: type it into the phone, or give it to the phone by DHCP. Undefined: tokens are off. */
  readonly url: string | undefined;
  /** For every phone: DHCP option 66 or 160, where phones show a name and password, or a certificate. */
  readonly commonUrl: string;
  readonly username: string;
  readonly password: string;
}

export function accessOf({ config, box }: Workplace, phone: PhoneRecord): PhoneAccess {
  const { id, tokenNumber, mac, model } = phone;
  const commonUrl = originFor(config, vendorOfModel(model));
  const withToken = config.phones.access.includes('token');
  return {
    url: withToken ? `${commonUrl}${phoneToken(box, id, tokenNumber)}/` : undefined,
    commonUrl,
    username: mac,
    password: phonePassword(box, id, tokenNumber),
  };
}

export const accessText = ({ url, commonUrl, username, password }: PhoneAccess): string =>
  [
    ...(url === undefined ? [] : [`url       ${url}`]),
    `or        ${commonUrl}`,
    `          with user ${username}, password ${password}`,
    ...(/^https?:\/\/(127\.|\[::1)/.test(commonUrl)
      ? ['          from this machine alone: VAXEL_BIND says where phones reach it']
      : []),
  ].join('\n');
