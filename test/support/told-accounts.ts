/** What a phone would register with, and watch, after it has read its file. */
export interface ToldAccount {
  readonly username: string;
  readonly password: string;
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** What its voicemail key dials. */
  readonly voicemail: string;
}

export interface ToldLamp {
  readonly target: string;
  /** What its key dials while it blinks; empty where it picks nothing up. */
  readonly pickup: string;
}

/** Of a Yealink from V80 on. @throws {Error} where an account is half said */
export function yealinkAccounts(values: ReadonlyMap<string, string>): readonly ToldAccount[] {
  return numbersOf(values, /^account\.(\d+)\.enable$/)
    .filter((n) => values.get(`account.${n}.enable`) === '1')
    .map((n) => {
      const of = (name: string) => told(values, `account.${n}.${name}`);
      return {
        username: of('user_name'),
        password: of('password'),
        domain: of('sip_server.1.address'),
        host: of('outbound_proxy.1.address'),
        port: Number(of('outbound_proxy.1.port')),
        transport:
          (['udp', 'tcp', 'tls'] as const)[Number(of('sip_server.1.transport_type'))] ?? 'udp',
        voicemail: told(values, `voice_mail.number.${n}`),
      };
    });
}

export function yealinkLamps(values: ReadonlyMap<string, string>): readonly ToldLamp[] {
  return numbersOf(values, /^linekey\.(\d+)\.type$/)
    .filter((n) => values.get(`linekey.${n}.type`) === '16')
    .map((n) => ({
      target: told(values, `linekey.${n}.value`),
      pickup: values.get(`linekey.${n}.extension`) ?? told(values, `linekey.${n}.pickup_value`),
    }));
}

/** @throws {Error} where a registration is half said */
export function polycomAccounts(values: ReadonlyMap<string, string>): readonly ToldAccount[] {
  return numbersOf(values, /^reg\.(\d+)\.address$/).map((n) => {
    const of = (name: string) => told(values, `reg.${n}.${name}`);
    const transport = of('server.1.transport');
    return {
      username: of('auth.userId'),
      password: of('auth.password'),
      domain: of('address').split('@')[1] ?? of('server.1.address'),
      host: of('server.1.address'),
      port: Number(of('server.1.port')),
      transport: transport === 'TLS' ? 'tls' : transport === 'TCPOnly' ? 'tcp' : 'udp',
      voicemail: told(values, `msg.mwi.${n}.callBack`),
    };
  });
}

export function polycomLamps(values: ReadonlyMap<string, string>): readonly ToldLamp[] {
  return numbersOf(values, /^attendant\.resourceList\.(\d+)\.address$/).map((n) => {
    const target = told(values, `attendant.resourceList.${n}.address`).split('@')[0] ?? '';
    const rings = values.get(`attendant.resourceList.${n}.type`) === 'normal';
    return {
      target,
      pickup: rings ? `${values.get('call.directedCallPickupString') ?? ''}${target}` : '',
    };
  });
}

function numbersOf(values: ReadonlyMap<string, string>, pattern: RegExp): readonly number[] {
  return [...values.keys()]
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function told(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (value === undefined || value === '') throw new Error(`${name} is not said`);
  return value;
}
