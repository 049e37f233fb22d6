/** A host name or an IPv4 address, in lower case; `undefined` for anything else. */
export function readSipDomain(text: string): string | undefined {
  const domain = text.toLowerCase();
  return domain.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(domain) && labels(domain)
    ? domain
    : undefined;
}

/** RFC 1123 §2.1: each part of 1 to 63 characters, no hyphen at either end. */
function labels(domain: string): boolean {
  return domain.split('.').every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label));
}

/** `host` or `host:port`, in lower case: where a trunk is reached. */
export function readHostPort(text: string): string | undefined {
  const [host = '', port, ...rest] = text.split(':');
  const domain = readSipDomain(host);
  if (domain === undefined || rest.length > 0) return undefined;
  if (port === undefined) return domain;
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) return undefined;
  return `${domain}:${port}`;
}
