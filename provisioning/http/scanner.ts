/**
 * What somebody who looks for other people's phones asks for: files for all
 * phones in folders of other makers' servers, unfilled placeholders, other
 * vendors' files. No phone that was given our URL sends any of these.
 */
export function scanKind(url: string): ScanKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(url))?.[1];
}

export type ScanKind = 'common-file' | 'placeholder' | 'other-vendor' | 'traversal';

const KINDS: readonly (readonly [RegExp, ScanKind])[] = [
  [/\.\.|%2e|%5c|%2f|%00|\\|\/\//i, 'traversal'],
  [/\{|%7b|\$mac|%24mac/i, 'placeholder'],
  [
    /(^|\/)(aastra|spa|snom|gs|cfg[a-z]*\/configcommon|configcommon|sep[0-9a-f]{12}|xmldefault)[^/]*\.?(cfg|xml|htm)?$/i,
    'other-vendor',
  ],
  [/^\/.{0,280}\/(0{12}[^/]*\.cfg|y0{9}\d{3}\.(cfg|boot))$/i, 'common-file'],
  [/^\/(0{12}[^/]*\.cfg|y0{9}\d{3}\.(cfg|boot))$/i, 'common-file'],
  [/\/(phone1|custom|sip|config|provision\w*)\.(cfg|xml)$/i, 'other-vendor'],
];
