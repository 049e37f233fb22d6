import type { FileName } from './file-name.ts';

/** What to say of a file's bytes. Phones go by the name; proxies and browsers go by this. */
export function contentTypeOf(file: FileName): string {
  switch (file.kind) {
    case 'yealink-boot':
    case 'yealink-common-boot':
    case 'yealink-common':
    case 'yealink-local':
    case 'polycom-log':
      return 'text/plain; charset=utf-8';
    // Either vendor's: a Yealink's is text, a Polycom's XML, and both call it by this ending.
    case 'config':
      return 'text/plain; charset=utf-8';
    case 'yealink-contacts':
    case 'yealink-calls':
    case 'polycom-settings':
    case 'polycom-vendor-keys':
    case 'polycom-phone':
    case 'polycom-web':
    case 'polycom-user':
    case 'polycom-cloud':
    case 'polycom-license':
    case 'polycom-directory':
    case 'polycom-calls':
    case 'polycom-microbrowser':
    case 'polycom-common':
    case 'polycom-common-license':
    case 'polycom-common-directory':
    case 'phone-book':
      return 'application/xml; charset=utf-8';
    case 'yealink-encrypted':
    case 'resource':
      return 'application/octet-stream';
  }
}
