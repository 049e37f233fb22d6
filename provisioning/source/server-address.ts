import type { Config } from '../../common/config.ts';
import type { Vendor } from '../models/model.ts';
import type { PhoneServer } from '../phone/phone.ts';

/** Where phones of a vendor find us, by what each way is fit for. */
export interface Origins {
  readonly plain: string;
  /** Undefined where that port is off. */
  readonly encrypted: string | undefined;
}

export function originsOf({ phones, ports }: Config, vendor: Vendor): Origins {
  const host = phones.host.includes(':') ? `[${phones.host}]` : phones.host;
  const port = vendor === 'Yealink' ? ports.provisioningYealink : ports.provisioningPolycom;
  return {
    plain: `http://${host}:${ports.provisioning}/`,
    encrypted: port === undefined ? undefined : `https://${host}:${port}/`,
  };
}

/** What a phone is told: the encrypted way, unless plain HTTP was allowed and no certificate given. */
export function originFor(config: Config, vendor: Vendor): string {
  const { plain, encrypted } = originsOf(config, vendor);
  const trusted = config.phones.certificate !== undefined;
  return encrypted !== undefined && (trusted || !config.phones.plainHttp) ? encrypted : plain;
}

/** What the files of a phone say of us. */
export function phoneServer(config: Config, vendor: Vendor, token: string): PhoneServer {
  const { ports, phones } = config;
  return {
    sipHost: phones.host,
    sipPort: ports.sip,
    sipTlsPort: ports.sipTls ?? 5061,
    transport: 'udp',
    url: `${originFor(config, vendor)}${token}/`,
  };
}
