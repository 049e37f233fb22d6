/** What a setting's value may look like. */
export interface Form {
  /** For the person who wrote another: `one of udp, tcp, tls`. */
  readonly expects: string;
  /** The value in its one spelling; undefined where it is none. */
  readonly read: (text: string) => string | undefined;
}

export function choice(...words: readonly string[]): Form {
  return {
    expects: `one of ${words.join(', ')}`,
    read: (text) => words.find((word) => word === text.toLowerCase()),
  };
}

export const yesNo: Form = choice('yes', 'no');

/** @param unit - what is counted: `seconds`. */
export function whole(from: number, to: number, unit: string): Form {
  return {
    expects: `${unit}, from ${from} to ${to}`,
    read: (text) => {
      const number = /^\d{1,6}$/.test(text) ? Number(text) : -1;
      return number >= from && number <= to ? `${number}` : undefined;
    },
  };
}

/** The form, or nothing at all. */
export function optional(form: Form): Form {
  return {
    expects: `${form.expects}; or empty`,
    read: (text) => (text === '' ? '' : form.read(text)),
  };
}

/** A name or an address, with or without a port: `sip2.anka.example:5060`. */
export const host: Form = {
  expects: 'a host name or address, with :port unless it is the usual one',
  read: (text) => (HOST.test(text) ? text.toLowerCase() : undefined),
};

/** A name or an address alone. */
export const hostAlone: Form = {
  expects: 'a host name or address',
  read: (text) => (text.includes(':') ? undefined : host.read(text)),
};

/** Of http or https, without a user in it: a secret in a URL is told to every log on the way. */
export const url: Form = {
  expects: 'an http:// or https:// URL without a user or password',
  read: (text) => (URL_FORM.test(text) && text.length <= 500 ? text : undefined),
};

export const zone: Form = {
  expects: 'an IANA time zone such as Europe/Stockholm',
  read: (text) => {
    if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,60}$/.test(text)) return undefined;
    try {
      new Intl.DateTimeFormat('en', { timeZone: text });
      return text;
    } catch {
      return undefined;
    }
  },
};

/** What one dials before or instead of a number: `*98`, `**`. */
export const code: Form = {
  expects: 'up to 10 digits, * and #',
  read: (text) => (/^[0-9*#]{1,10}$/.test(text) ? text : undefined),
};

export const CODECS = ['opus', 'g722', 'pcma', 'pcmu', 'g729', 'ilbc'] as const;
export type Codec = (typeof CODECS)[number];

export const isCodec = (word: string): word is Codec => CODECS.some((codec) => codec === word);

export const codecs: Form = {
  expects: `some of ${CODECS.join(', ')}, the best first, with commas between`,
  read: (text) => {
    const words = text
      .toLowerCase()
      .split(',')
      .map((word) => word.trim());
    return words.every(isCodec) && new Set(words).size === words.length
      ? words.join(',')
      : undefined;
  },
};

/** Groups one hears over the loudspeaker: `239.255.0.1:5004=Alla; 239.255.0.2:5004=Lager`. */
export const pagingGroups: Form = {
  expects:
    'up to 10 of address:port=label with ; between, the addresses 224.0.1.0 to 239.255.255.255',
  read: (text) => {
    const groups = text.split(';').map((group) => readPagingGroup(group.trim()));
    return groups.length <= 10 && groups.every((group) => group !== undefined)
      ? groups.map(({ address, label }) => `${address}=${label}`).join(';')
      : undefined;
  },
};

export interface PagingGroup {
  /** `239.255.0.1:5004`. */
  readonly address: string;
  readonly label: string;
}

export function readPagingGroup(text: string): PagingGroup | undefined {
  const { address, port, label } = PAGING.exec(text)?.groups ?? {};
  if (address === undefined || label === undefined || Number(port) > 65_535) return undefined;
  const bytes = address.split('.').map(Number);
  const [first = 0, second = 0, third = 0] = bytes;
  const local = first === 224 && second === 0 && third === 0;
  if (first < 224 || first > 239 || local || bytes.some((byte) => byte > 255)) return undefined;
  return { address: `${address}:${port ?? ''}`, label };
}

const PAGING =
  /^(?<address>\d{1,3}(?:\.\d{1,3}){3}):(?<port>[1-9]\d{3,4})=(?<label>[^\p{Cc};=]{1,40})$/u;
const HOST =
  /^(?=.{1,253}(:\d+)?$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:[1-9]\d{0,4})?$/i;
const URL_FORM = /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?(\/[\w\-./~%!$&'()*+,;=:@?#]*)?$/i;
